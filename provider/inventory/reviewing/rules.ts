import { foldEmail } from "../../member/email";
import { isDemotion, ROLES, type Role } from "../../member/role";
import type { Mark, Person } from "./person";

export const DECISIONS = ["keep", "lower", "remove", "end"] as const;
export type DecisionKind = (typeof DECISIONS)[number];

/** What decisions there are, in words; the page and the evidence say the same. */
export const DECISION_WORDS: Record<DecisionKind, string> = {
  keep: "Keep",
  lower: "Lower to a role",
  remove: "Remove",
  end: "Ends on a date",
};

/** Keeping somebody about whom one of these is said wants a reason, as does everything but keeping. */
export const KEPT_WITH_REASON: readonly Mark[] = ["left the company", "suspended", "in no list"];

/** The roles that are less than this one, the most first. */
export function lowerRoles(role: string | null): Role[] {
  return ROLES.filter((each) => isDemotion(role ?? undefined, each));
}

export function wantsReason(kind: DecisionKind, { marks }: Pick<Person, "marks">): boolean {
  return kind !== "keep" || marks.some((mark) => KEPT_WITH_REASON.includes(mark));
}

/** Why somebody may not decide about a person; undefined where they may. */
export function whyNotReviewer(
  reviewer: string,
  person: Pick<Person, "userName" | "reviewer">,
): string | undefined {
  if (foldEmail(reviewer) === person.userName) return "nobody reviews themself";
  if (person.reviewer !== null && foldEmail(reviewer) !== person.reviewer) {
    return `${person.reviewer} reviews them`;
  }
  return undefined;
}
