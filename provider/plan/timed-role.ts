import type { Role } from "../member/role";
import type { DeclaredPerson } from "./people";

/** A role and its time, as they are said where it is all about one role: instants are texts, see `member/instant.ts`. */
export interface TimedRole {
  role?: Role | undefined;
  /** Before it the member has the role of `then`. */
  from?: string | undefined;
  /** After it the member has the role of `then`. */
  until?: string | undefined;
  /** `then`, and not a verb: with a role in it, it is nothing that JavaScript would wait for. */
  then?: Role | undefined;
  reason?: string | undefined;
  approvedBy?: string | undefined;
}

/** What the times of a role are called in a NotionRoleAssignment, where a roster has `roleFrom` and so on. */
export const TERMS_OF_A_ROLE = { from: "from", until: "until", then: "then" } as const;

/** The same as it is said of a person of a workspace: one set of functions decides of both. */
export function personOf({ role, from, until, then, reason, approvedBy }: TimedRole): DeclaredPerson {
  return {
    ...(role !== undefined && { role }),
    ...(from !== undefined && { roleFrom: from }),
    ...(until !== undefined && { roleUntil: until }),
    ...(then !== undefined && { roleThen: then }),
    ...(reason !== undefined && { reason }),
    ...(approvedBy !== undefined && { approvedBy }),
  };
}

/** Whether a role is for a time: it has a beginning or an end. */
export function isForATime({ from, until }: TimedRole): boolean {
  return from !== undefined || until !== undefined;
}
