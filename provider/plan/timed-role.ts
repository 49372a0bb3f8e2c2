import { instantOf } from "../member/instant";
import type { Role } from "../member/role";
import type { DeclaredPerson } from "./people";
import { roleAt } from "./times";

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

/** A role that a member has from a moment on, in milliseconds since 1970. */
export interface RoleTurn {
  at: number;
  role: Role | undefined;
}

/** Pure: the role that is declared for now, and each that follows it at a later moment. */
export function roleTurns(timed: TimedRole, now: number): RoleTurn[] {
  const moments = [
    timed.from === undefined ? undefined : instantOf(timed.from, "from"),
    timed.until === undefined ? undefined : instantOf(timed.until, "until"),
  ].flatMap((at) => (at !== undefined && at > now ? [at] : []));
  const turns = [now, ...moments.sort((a, b) => a - b)].map((at) => ({
    at,
    role: roleAt(personOf(timed), at),
  }));
  return turns.filter(({ role }, index) => index === 0 || role !== turns[index - 1]?.role);
}

/** Pure: whether the role is that of an owner now and at every later moment of what is declared. */
export function isLastingOwner(timed: TimedRole, now: number): boolean {
  return roleTurns(timed, now).every(({ role }) => role === "owner");
}

/** Whether a role is for a time: it has a beginning or an end. */
export function isForATime({ from, until }: TimedRole): boolean {
  return from !== undefined || until !== undefined;
}
