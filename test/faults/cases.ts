import { LONG_RUN } from "../long-run";
import type { FaultSpec } from "../simulator/index.mts";

// Every fault of issue 7 section 3, at writes and at reads: once, and for as long as the run lasts.

export interface Case {
  /** Of issue 7's list. */
  title: string;
  spec: FaultSpec;
  /** Writes, reads, or what is said. Default: both. */
  at?: "write" | "read";
  /** Methods of a write at which it cannot happen. */
  notFor?: string[];
  /** Default: once, and for as long as the run lasts. */
  times?: (1 | "always")[];
}

const DAY_SECONDS = 86_400;

export const FAULTS: Case[] = [
  { title: "a reset connection", spec: { name: "refuse_connection" } },
  { title: "a connection dropped before the server acted", spec: { name: "drop_before" } },
  { title: "a connection dropped after the server acted", spec: { name: "drop_after" } },
  { title: "a time-out before the server acted", spec: { name: "hang_before" } },
  { title: "a time-out after the server acted", spec: { name: "hang_after" } },
  { title: "401", spec: { name: "unauthorized" } },
  {
    title: "a token revoked in the middle of the run",
    spec: { name: "unauthorized", after: 1 },
    times: ["always"],
  },
  { title: "403", spec: { name: "forbidden" } },
  { title: "403 in the middle of the run", spec: { name: "forbidden", after: 1 }, times: ["always"] },
  { title: "404 for somebody who is there", spec: { name: "not_found" }, notFor: ["DELETE"] },
  { title: "404 after the server removed them", spec: { name: "not_found", acted: true }, at: "write" },
  { title: "409", spec: { name: "conflict" } },
  { title: "409 after the server acted", spec: { name: "conflict", acted: true }, at: "write" },
  { title: "429 without Retry-After", spec: { name: "rate_limited" } },
  { title: "429 with Retry-After", spec: { name: "rate_limited", retryAfter: 1 }, times: [1] },
  { title: "429 with a Retry-After of an hour", spec: { name: "rate_limited", retryAfter: 3600 } },
  { title: "500", spec: { name: "server_error" } },
  { title: "500 after the server acted", spec: { name: "server_error", acted: true }, at: "write" },
  { title: "502 in HTML", spec: { name: "bad_gateway" } },
  { title: "502 in HTML after the server acted", spec: { name: "bad_gateway", acted: true }, at: "write" },
  { title: "503 in HTML", spec: { name: "unavailable" } },
  { title: "503 with Retry-After", spec: { name: "unavailable", retryAfter: 0 } },
  {
    title: "503 with Retry-After after the server acted all the same",
    spec: { name: "unavailable", retryAfter: 0, acted: true },
    at: "write",
  },
  { title: "504 in HTML", spec: { name: "gateway_timeout" } },
  {
    title: "504 in HTML after the server acted",
    spec: { name: "gateway_timeout", acted: true },
    at: "write",
  },
  { title: "529", spec: { name: "overloaded" } },
  { title: "529 with Retry-After", spec: { name: "overloaded", retryAfter: 0 } },
  // A removal is answered without a body.
  { title: "truncated JSON", spec: { name: "truncated_json" } },
  { title: "JSON of the wrong shape", spec: { name: "wrong_shape" } },
  { title: "null for an answer", spec: { name: "wrong_shape", body: null } },
  { title: "a web page with status 200", spec: { name: "html_ok" }, at: "read" },
  {
    title: "a web page with status 200 after the server acted",
    spec: { name: "html_ok", acted: true },
    at: "write",
  },
  { title: "an answer of 50 MB", spec: { name: "huge_answer" } },
  { title: "no body", spec: { name: "no_content" }, at: "write", notFor: ["POST", "DELETE"] },
  { title: "a redirect to another origin", spec: { name: "redirect", location: "http://127.0.0.1:1" } },
  { title: "pages that move", spec: { name: "moved_page" }, at: "read" },
  { title: "a list that shrinks between pages", spec: { name: "shrinking_list" }, at: "read" },
  { title: "a list that grows between pages", spec: { name: "growing_list" }, at: "read" },
  { title: "somebody on two pages", spec: { name: "duplicate_entry" }, at: "read" },
  { title: "pages with fewer than asked for", spec: { name: "short_page" }, at: "read" },
  { title: "an empty page before the end", spec: { name: "empty_page", after: 1 }, at: "read" },
  { title: "an empty list with status 200", spec: { name: "empty_list" }, at: "read" },
  { title: "an unknown role", spec: { name: "unknown_role" } },
  {
    title: "an unknown role of somebody declared",
    spec: { name: "unknown_role", userName: "member.010@example.com" },
    at: "read",
  },
  {
    title: "an ignored change",
    spec: { name: "ignored_change", method: "PATCH" },
    at: "write",
    notFor: ["DELETE"],
  },
  ...[DAY_SECONDS, -DAY_SECONDS].map((clockSkewSeconds): Case => {
    const retry = { retryAfter: 1, retryAfterAs: "date", clockSkewSeconds } as const;
    const title = `a Retry-After date by a clock that is a day ${clockSkewSeconds > 0 ? "ahead" : "behind"}`;
    return { title, spec: { name: "rate_limited", ...retry }, times: [1] };
  }),
];

/** What no answer of a removal can be: it has none. */
const NEEDS_A_BODY = new Set(["truncated_json", "unknown_role"]);

/** An operation at which faults are met. */
export interface Faulted {
  /** Which request of it changes something. */
  write?: Partial<FaultSpec>;
  /** It reads as another operation does, which meets the faults of reads. */
  readsAsAnother?: boolean;
}

export interface Row {
  title: string;
  operation: string;
  place: "write" | "read";
  spec: FaultSpec;
  /** By turns over places and operations, a fault that comes in both ways comes in one of them. */
  inShort: boolean;
}

/** A row for each operation, place and fault that can happen there, once and for as long as the run lasts. */
export const rowsOf = (operations: Record<string, Faulted>): Row[] =>
  Object.keys(operations).flatMap((operation, turn) =>
    FAULTS.flatMap(({ title, spec, at, notFor = [], times = [1, "always"] }, number): Row[] =>
      (["write", "read"] as const).flatMap((place, second) => {
        const { write, readsAsAnother = false } = operations[operation] ?? {};
        const read = readsAsAnother ? undefined : { method: "GET" as const };
        const matcher = place === "read" ? read : write;
        const impossible =
          matcher === undefined ||
          (at !== undefined && at !== place) ||
          (notFor.includes(matcher.method ?? "") && place === "write") ||
          (matcher.method === "DELETE" && NEEDS_A_BODY.has(spec.name));
        if (impossible) return [];
        return times.map((each, way) => ({
          title: `${title}, ${each === 1 ? "once" : "as long as the run lasts"}, at a ${place}`,
          operation,
          place,
          spec: { ...matcher, ...spec, times: each },
          inShort: (way + turn + number + second) % times.length === 0,
        }));
      }),
    ),
  );

/** Those that are run: all of them in a long run, else those whose turn it is. */
export const chosenOf = <R extends { inShort: boolean }>(rows: readonly R[]): R[] =>
  rows.filter(({ inShort }) => inShort || LONG_RUN);

/** Short enough for a server that hangs; no other fault is to meet it on a busy machine. */
export function patienceFor({ name }: FaultSpec): { timeouts?: { totalMs: number } } {
  return name.startsWith("hang_") ? { timeouts: { totalMs: 1_200 } } : {};
}

/** What a run gets over by itself when it happens once. */
export const PASSING = new Set<string>([
  "refuse_connection",
  "drop_before",
  "drop_after",
  "hang_before",
  "hang_after",
  "bad_gateway",
  "unavailable",
  "gateway_timeout",
  "moved_page",
  "shrinking_list",
  "growing_list",
  "duplicate_entry",
  "short_page",
  "empty_page",
]);
