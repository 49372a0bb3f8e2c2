import type { Simulator } from "./simulator.mts";

export interface ScimAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** Parsed JSON, or an empty object where there is none. */
  body: { [key: string]: unknown; Resources?: { [key: string]: unknown; id: string; userName: string }[] };
}

export interface CallOptions {
  body?: unknown;
  /** null: none at all. */
  token?: string | null;
  contentType?: string;
  signal?: AbortSignal;
}

/** A plain request over a socket, as curl would send it. */
export async function scimCall(
  simulator: Simulator,
  method: string,
  path: string,
  { body, token = simulator.token, contentType = "application/scim+json", signal }: CallOptions = {},
): Promise<ScimAnswer> {
  const response = await fetch(simulator.baseUrl + path, {
    method,
    redirect: "manual",
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": contentType }),
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: json(text) };
}

export function patchOp(...operations: unknown[]) {
  return { schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations: operations };
}

export function newUser(userName: string, more: Record<string, unknown> = {}) {
  return { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"], userName, ...more };
}

function json(text: string): ScimAnswer["body"] {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
