import { z } from "zod";
import { TEMPLATES } from "./request-log.mts";

export type FaultParam =
  | "acted"
  | "style"
  | "message"
  | "retryAfter"
  | "retryAfterAs"
  | "clockSkewSeconds"
  | "location"
  | "bytes"
  | "body"
  | "count"
  | "userName"
  | "role";

interface FaultKind {
  /** before: in the place of the server's work. after: it works on the answer, so the server has acted. */
  stage: "before" | "after";
  params: readonly FaultParam[];
  /** Which requests it is for when the script does not say. */
  methods?: readonly string[];
  templates?: readonly string[];
  status?: number;
}

const LISTS = { methods: ["GET"], templates: ["/Users", "/Groups"] };
const USER_LIST = { methods: ["GET"], templates: ["/Users"] };
const CHANGES = { methods: ["PATCH", "PUT"] };
const refusal = (status: number, ...more: FaultParam[]): FaultKind => ({
  stage: "before",
  status,
  params: ["acted", "style", "message", ...more],
});
const RETRY: FaultParam[] = ["retryAfter", "retryAfterAs", "clockSkewSeconds"];

/** Every fault by name. */
export const FAULT_KINDS = {
  /** The connection is reset before anything is done. For a port that nobody listens on: `goDown()`. */
  refuse_connection: { stage: "before", params: [] },
  drop_before: { stage: "before", params: [] },
  drop_after: { stage: "after", params: [] },
  hang_before: { stage: "before", params: [] },
  hang_after: { stage: "after", params: [] },
  unauthorized: refusal(401),
  forbidden: refusal(403),
  not_found: refusal(404),
  conflict: refusal(409),
  rate_limited: refusal(429, ...RETRY),
  server_error: refusal(500, ...RETRY),
  bad_gateway: refusal(502, ...RETRY),
  unavailable: refusal(503, ...RETRY),
  gateway_timeout: refusal(504, ...RETRY),
  overloaded: refusal(529, ...RETRY),
  truncated_json: { stage: "after", params: [] },
  wrong_shape: { stage: "after", params: ["body"] },
  huge_answer: { stage: "after", params: ["bytes"] },
  redirect: { stage: "before", params: ["location"] },
  html_ok: { stage: "before", params: ["acted"] },
  empty_list: { stage: "before", params: [], ...LISTS },
  /** After a page that is not the last: one of that page's members is removed, so the next page misses one. */
  shrinking_list: { stage: "after", params: ["userName"], ...USER_LIST },
  /** After a page that is not the last: somebody joins at the start, so the next page repeats one. */
  growing_list: { stage: "after", params: ["userName"], ...USER_LIST },
  /** On a page that is not the first: its first entry is the last one of the page before. */
  duplicate_entry: { stage: "after", params: [], ...LISTS },
  short_page: { stage: "after", params: ["count"], ...LISTS },
  empty_page: { stage: "after", params: [], ...LISTS },
  /** This one request sees another order than the others. */
  moved_page: { stage: "before", params: [], ...LISTS },
  unknown_role: {
    stage: "after",
    params: ["role", "userName"],
    templates: ["/Users", "/Users/{id}"],
  },
  ignored_change: { stage: "before", params: [], ...CHANGES },
  no_content: { stage: "after", params: [], ...CHANGES },
} as const satisfies Record<string, FaultKind>;

export type FaultName = keyof typeof FAULT_KINDS;
export const FAULT_NAMES = Object.keys(FAULT_KINDS) as FaultName[];

export function faultKind(name: FaultName): FaultKind {
  return FAULT_KINDS[name];
}

const PathSchema = z
  .string()
  .refine(
    (path) => TEMPLATES.includes(path) || /^\/(Users|Groups)\/[^/{}]+$/.test(path),
    `must be one of ${TEMPLATES.join(", ")}, or one of them with an id`,
  );

export const FaultSpecSchema = z
  .strictObject({
    name: z.enum(FAULT_NAMES, { error: () => `unknown fault; there are ${FAULT_NAMES.join(", ")}` }),
    /** Requests with this method alone. */
    method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]).optional(),
    /** A template ("/Users/{id}") or one path ("/Users/7c1…"). */
    path: PathSchema.optional(),
    /** Listings with a filter alone, or without one alone. */
    filtered: z.boolean().optional(),
    /** How many requests it hits; "always" for all. Default 1. */
    times: z.union([z.int().min(1), z.literal("always")]).optional(),
    /** How many matching requests pass before. Default 0. */
    after: z.int().min(0).optional(),
    /** The server does what was asked and then answers like this. Default false. */
    acted: z.boolean().optional(),
    style: z.enum(["scim", "notion", "html"]).optional(),
    message: z.string().optional(),
    /** Seconds; without it the header is absent. */
    retryAfter: z.number().optional(),
    retryAfterAs: z.enum(["seconds", "date"]).optional(),
    /** The server's clock is so much ahead, in its Date header and in Retry-After alike. */
    clockSkewSeconds: z.number().optional(),
    /** An origin (the path is kept) or a whole address. */
    location: z.url().optional(),
    /** Default 50 MB. */
    bytes: z.int().min(1).optional(),
    body: z.json().optional(),
    count: z.int().min(1).optional(),
    userName: z.email().optional(),
    /** Default temporary_member. */
    role: z.string().optional(),
  })
  .superRefine((spec, context) => {
    const allowed = ["name", "method", "path", "filtered", "times", "after", ...faultKind(spec.name).params];
    for (const key of Object.keys(spec).filter((given) => !allowed.includes(given))) {
      context.addIssue({ code: "custom", path: [key], message: `${spec.name} has no ${key}` });
    }
    if (spec.name === "redirect" && spec.location === undefined) {
      context.addIssue({ code: "custom", path: ["location"], message: "redirect needs a location" });
    }
  });

export type FaultSpec = z.infer<typeof FaultSpecSchema>;
