import { isEmail, mailboxOf } from "../../provider/model/email";
import { isDemotion, isPrivileged, isRole, ROLES, type Role } from "../../provider/model/role";
import { sanitize } from "../cli/text";
import type { Draft } from "./page-data";
import type { Mark, Person } from "./person";

export const DECISIONS = ["keep", "lower", "remove", "end", "groups"] as const;
export type DecisionKind = (typeof DECISIONS)[number];

/** What decisions there are, in words; the page and the evidence say the same. */
export const DECISION_LABELS: Record<DecisionKind, string> = {
  keep: "Keep",
  lower: "Lower to a role",
  remove: "Remove",
  end: "Ends on a date",
  groups: "Take out of groups",
};

/** A decision other than keep needs a reason, and so does keeping a person with one of these marks. */
export const KEPT_WITH_REASON: readonly Mark[] = ["left the company", "suspended", "in no list"];

const DATE = /^\d{4}-\d\d-\d\d$/;
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
const DAY_MS = 86_400_000;

/** The roles that are less than this one, the most first. */
export function lowerRoles(role: string | null): Role[] {
  return ROLES.filter((each) => isDemotion(role ?? undefined, each));
}

/** Whether somebody may be decided about together with others: who can change others' access is decided one by one. */
export function isDecidedInBulk({ role }: Pick<Person, "role">): boolean {
  return role === null || (isRole(role) && !isPrivileged(role));
}

export function wantsReason(kind: string, { marks }: Pick<Person, "marks">): boolean {
  return kind !== "keep" || marks.some((mark) => KEPT_WITH_REASON.includes(mark));
}

type Reviewed = Pick<Person, "userName" | "otherAddresses" | "reviewer">;

/** Whether an address is one of a person: also under a plus-address, and under what a list says is theirs, too. */
export function isOf(email: string, { userName, otherAddresses }: Omit<Reviewed, "reviewer">): boolean {
  return [userName, ...otherAddresses].some((address) => mailboxOf(address) === mailboxOf(email));
}

/** Why somebody may not decide about a person; undefined where they may. */
export function whyNotReviewer(reviewer: string, person: Reviewed): string | undefined {
  if (isOf(reviewer, person)) return "nobody reviews themself";
  if (person.reviewer !== null && reviewer.toLowerCase() !== person.reviewer) {
    return `${person.reviewer} reviews them`;
  }
  return undefined;
}

/** Between what moments a decision may be dated. */
export interface Span {
  /** An instant. */
  openedAt: string;
  /** Milliseconds since 1970. */
  now: number;
}

/**
 * Why a decision about a person does not count, a clause; undefined where it does. The page and `review close` both
 * ask here, so that what the one takes the other does not refuse.
 */
export function whyNotDecided(
  person: Reviewed & Pick<Person, "role" | "marks" | "groups">,
  draft: Omit<Draft, "kind"> & { kind: string },
  { openedAt, now }: Span,
): string | undefined {
  const { kind, toRole, until, groups, reason, reviewer, decidedAt } = draft;
  if (!DECISIONS.some((each) => each === kind)) {
    return `the decision must be one of ${DECISIONS.join(", ")}, not "${kind}"`;
  }
  if (!isEmail(reviewer)) return `the reviewer must be an e-mail address, not "${reviewer}"`;
  const why = whyNotReviewer(reviewer, person);
  if (why !== undefined) return `decided by ${reviewer}, but ${why}`;
  if (reason.trim() === "" && wantsReason(kind, person)) {
    const about = kind === "keep" ? ` to be kept although ${person.marks.join(", ")}` : "";
    return `${kind} wants a reason${about}`;
  }
  return (
    whyNotDated(decidedAt, { openedAt, now }) ??
    whyNotRole(kind, toRole, person) ??
    whyNotGroups(kind, groups, person) ??
    whyNotEnd(kind, until, now)
  );
}

function whyNotDated(decidedAt: string, { openedAt, now }: Span): string | undefined {
  const at = DATE_TIME.test(decidedAt) ? Date.parse(decidedAt) : Number.NaN;
  if (Number.isNaN(at)) {
    return `"decided at" must be a date-time with an offset such as 2026-12-04T18:00:00Z, not "${decidedAt}"`;
  }
  if (at < Date.parse(openedAt)) return `decided at ${decidedAt}, before the review was opened (${openedAt})`;
  if (at > now) return `decided at ${decidedAt}, which is in the future: check the clock of that computer`;
  return undefined;
}

function whyNotRole(kind: string, toRole: string, { role }: Pick<Person, "role">): string | undefined {
  if (kind !== "lower" && (kind !== "end" || toRole === "")) return undefined;
  const lower = lowerRoles(role);
  if (lower.some((each) => each === toRole)) return undefined;
  const allowed = lower.length === 0 ? "there is none" : lower.join(", ");
  return `"to role" must be less than ${role ?? "no role"} (${allowed}), not "${toRole}"`;
}

/** Names are compared as they are shown. */
function whyNotGroups(
  kind: string,
  groups: readonly string[],
  person: Pick<Person, "groups">,
): string | undefined {
  if (kind !== "groups") return undefined;
  if (groups.length === 0) return '"out of groups" names no group';
  const theirs = new Set(person.groups.map(sanitize));
  const other = groups.find((name) => !theirs.has(sanitize(name)));
  return other === undefined ? undefined : `they are not in the group ${other}`;
}

function whyNotEnd(kind: string, until: string, now: number): string | undefined {
  if (kind !== "end") return undefined;
  const day = DATE.test(until) ? Date.parse(`${until}T00:00:00Z`) : Number.NaN;
  // JavaScript takes the 31st of a month that has 30 days for the 1st of the next.
  // Systems write 9999-12-31 where there is no end.
  if (Number.isNaN(day) || new Date(day).toISOString().slice(0, 10) !== until || until >= "3000") {
    return `"until" must be a date such as 2026-12-04, not "${until}"`;
  }
  return day + DAY_MS <= now ? `"until" ${until} is over already: decide remove or lower` : undefined;
}
