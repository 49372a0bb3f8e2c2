import { subscribe, unsubscribe } from "node:diagnostics_channel";

/** A request that the package's client sent, and the status that it got. */
export interface Exchange {
  method: string;
  /** Below the base address, ids replaced; of a filter its attribute alone. */
  what: string;
  /** Which form of a PATCH. Of a removal from a group: filter, or a value beside the path. */
  form: "value" | "path" | "filter" | undefined;
  /** 0: no answer came. */
  status: number;
}

/** What a call of the package came to, with every request that it took. */
export interface Watched<T> {
  value: T | undefined;
  /** An error of the package by class, status and scimType; its text holds names and is left out. */
  stopped: string | undefined;
  exchanges: Exchange[];
}

interface Sent {
  method: string;
  path: string;
  body?: unknown;
}

const CREATED = "undici:request:create";
const ANSWERED = "undici:request:headers";

/** Runs something of the package and notes what it sends: undici tells it on its diagnostics channels. */
export async function watch<T>(work: () => Promise<T>): Promise<Watched<T>> {
  const sent = new Map<object, Exchange>();
  const created = (message: unknown) => {
    const { request } = message as { request: Sent };
    sent.set(request, {
      method: request.method,
      what: whatOf(request.path),
      form: formOf(request),
      status: 0,
    });
  };
  const answered = (message: unknown) => {
    const { request, response } = message as { request: Sent; response: { statusCode: number } };
    const exchange = sent.get(request);
    if (exchange !== undefined) exchange.status = response.statusCode;
  };
  subscribe(CREATED, created);
  subscribe(ANSWERED, answered);
  try {
    const value = await work();
    return { value, stopped: undefined, exchanges: [...sent.values()] };
  } catch (error) {
    return { value: undefined, stopped: stoppedBy(error), exchanges: [...sent.values()] };
  } finally {
    unsubscribe(CREATED, created);
    unsubscribe(ANSWERED, answered);
  }
}

/** Such as `PATCH 400 (value), PATCH 200 (path)`; what was sent more than once in a row is counted. */
export function listed(exchanges: readonly Exchange[]): string {
  const texts = exchanges.map(
    ({ method, form, status }) =>
      `${method} ${status || "unanswered"}${form === undefined ? "" : ` (${form})`}`,
  );
  const runs: { text: string; times: number }[] = [];
  for (const text of texts) {
    const last = runs.at(-1);
    if (last?.text === text) last.times += 1;
    else runs.push({ text, times: 1 });
  }
  return runs.map(({ text, times }) => (times === 1 ? text : `${text} × ${times}`)).join(", ");
}

function stoppedBy(error: unknown): string {
  if (!(error instanceof Error)) return "an unknown error";
  const status = "status" in error && typeof error.status === "number" ? ` (${error.status})` : "";
  return `${error.name}${status}`;
}

function whatOf(path: string): string {
  const url = new URL(path, "http://server.invalid");
  const [, collection = url.pathname, id] =
    /\/(Users|Groups|ServiceProviderConfig)(\/[^/]+)?$/.exec(url.pathname) ?? [];
  const attribute = url.searchParams.get("filter")?.split(" ")[0];
  return `${collection}${id === undefined ? "" : "/{id}"}${attribute === undefined ? "" : ` by ${attribute}`}`;
}

function formOf({ method, body }: Sent): Exchange["form"] {
  // undici has made bytes of the text by now.
  if (method !== "PATCH" || !(typeof body === "string" || body instanceof Uint8Array)) return undefined;
  const { Operations } = JSON.parse(Buffer.from(body).toString()) as {
    Operations?: { op?: string; path?: string }[];
  };
  const { op, path } = Operations?.[0] ?? {};
  if (path === "members") return op === "remove" ? "value" : undefined;
  if (path?.startsWith("members[")) return "filter";
  return path === undefined ? "value" : "path";
}
