export type ErrorStyle = "scim" | "notion" | "html";

/** An answer that says no. Thrown by the endpoints, written by the server in one of the three error bodies. */
export class Refusal extends Error {
  readonly status: number;
  readonly scimType: string | undefined;
  /** Set where the body's style does not follow the simulator's setting. */
  readonly style: ErrorStyle | undefined;
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    detail: string,
    options: { scimType?: string; style?: ErrorStyle; headers?: Record<string, string> } = {},
  ) {
    super(detail);
    this.name = "Refusal";
    this.status = status;
    this.scimType = options.scimType;
    this.style = options.style;
    this.headers = options.headers ?? {};
  }
}

const NOTION_CODES: Record<number, string> = {
  400: "validation_error",
  401: "unauthorized",
  403: "restricted_resource",
  404: "object_not_found",
  409: "conflict_error",
  429: "rate_limited",
  500: "internal_server_error",
  502: "bad_gateway",
  503: "service_unavailable",
  504: "gateway_timeout",
  529: "service_overload",
};

export interface ErrorBody {
  contentType: string;
  text: string;
}

/** RFC 7644 section 3.12, Notion's public API, or an edge proxy's page. */
export function errorBody(refusal: Refusal, style: ErrorStyle, requestId: string): ErrorBody {
  const { status, message } = refusal;
  if (style === "html") {
    const text = `<!DOCTYPE html>\n<html><head><title>${status}</title></head><body><h1>${status} ${message}</h1></body></html>\n`;
    return { contentType: "text/html; charset=utf-8", text };
  }
  if (style === "notion") {
    const code = NOTION_CODES[status] ?? "invalid_request";
    const body = { type: "error", object: "error", status, code, message, request_id: requestId };
    return { contentType: "application/json; charset=utf-8", text: JSON.stringify(body) };
  }
  const body = {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
    status: String(status),
    ...(refusal.scimType === undefined ? {} : { scimType: refusal.scimType }),
    detail: message,
  };
  return { contentType: "application/scim+json; charset=utf-8", text: JSON.stringify(body) };
}
