export type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** How one attempt at a request ended, as far as the decision to repeat it needs to know. */
export type Failure =
  | { kind: "status"; status: number; retryAfter: boolean }
  /** No connection was made: the server saw nothing of the request. */
  | { kind: "unreached" }
  /** A time-out or a lost connection: the server may have acted. */
  | { kind: "lost" };

/** The request behind an attempt. */
export interface Attempted {
  method: Method;
  /** A change of e-mail: Notion answers 500 when another account has the address, every time. */
  changesEmail?: boolean;
  /** One of two forms of the same request: the other may be the one that the server understands. */
  tried?: boolean;
}

/** 429 of the rate limit, 529 of Notion's `service_overload`, 503 of RFC 9110: each may bring a Retry-After. */
const SLOW_DOWN = new Set([429, 503, 529]);
const TRANSIENT = new Set([408, 500, 502, 503, 504, 529]);

/**
 * Whether a failed attempt may be repeated. GET, PATCH and DELETE leave the same result however often
 * they are sent; POST is repeated only when the server said, or cannot but mean, that it did nothing.
 */
export function mayRepeat(
  { method, changesEmail = false, tried = false }: Attempted,
  failure: Failure,
): boolean {
  if (failure.kind === "unreached") return true;
  if (failure.kind === "lost") return method !== "POST";
  if (failure.status === 429) return true;
  if (method === "POST") return SLOW_DOWN.has(failure.status) && failure.retryAfter;
  if (failure.status === 500 && (changesEmail || tried)) return false;
  return TRANSIENT.has(failure.status);
}

/** Whether the server may have acted although an attempt failed so. */
export function leavesOpen(failure: Failure): boolean {
  return failure.kind === "lost" || (failure.kind === "status" && TRANSIENT.has(failure.status));
}

/** Whether an answer with this status asks the whole process, not just one request, to slow down. */
export function asksForPause(status: number, retryAfterMs: number | undefined): boolean {
  return status === 429 || (SLOW_DOWN.has(status) && retryAfterMs !== undefined);
}

/**
 * The wait that a Retry-After header asks for, in milliseconds; undefined where there is none that can
 * be read. RFC 9110 section 10.2.3: seconds, or an HTTP date, which is taken relative to the answer's own
 * Date header so that a clock that is off on either side does no harm.
 */
export function parseRetryAfter(
  header: string | null | undefined,
  date: string | null | undefined,
  now: number,
): number | undefined {
  if (header == null) return undefined;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // Date.parse takes nearly anything for a date, "-5" for a year.
  const at = /^[A-Z][a-z]+, .+ GMT$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) return undefined;
  const sent = date == null ? Number.NaN : Date.parse(date);
  return Math.max(0, at - (Number.isNaN(sent) ? now : sent));
}
