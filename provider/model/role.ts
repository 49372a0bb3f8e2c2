/** The workspace roles that can be written, by what they may do, the most first. A role that is read may be any string: Notion added one unannounced. */
export const ROLES = ["owner", "membership_admin", "member", "restricted_member"] as const;
export type Role = (typeof ROLES)[number];

/** The role to fall back to: the least that somebody in the workspace can hold. */
export const LOWEST_ROLE: Role = "restricted_member";

/** The role that Notion gives somebody who is added without one. */
export const DEFAULT_ROLE: Role = "member";

/** Whether a text is a role that can be written. */
export function isRole(text: unknown): text is Role {
  return ROLES.some((role) => role === text);
}

/** Whether a role may add, remove or promote people. */
export function isPrivileged(role: string | undefined): boolean {
  return role === "owner" || role === "membership_admin";
}

/**
 * How much a role may do: 1 for the least, more than an owner for one that this version does not know (whoever
 * lowers it must mean it), 0 for none at all.
 */
export function rankOf(role: string | undefined): number {
  if (role === undefined || role === "") return 0;
  return isRole(role) ? ROLES.length - ROLES.indexOf(role) : ROLES.length + 1;
}

/** Whether going from one role to the other takes something away. Nobody is demoted from no role, or by leaving a role alone. */
export function isDemotion(from: string | undefined, to: string | undefined): boolean {
  return rankOf(to) > 0 && rankOf(to) < rankOf(from);
}
