/** The writable workspace roles, the most powerful first. A role read from Notion may be any string: Notion added one unannounced. */
export const ROLES = ["owner", "membership_admin", "member", "restricted_member"] as const;
export type Role = (typeof ROLES)[number];

/** The role to fall back to: the lowest one of a member. */
export const LOWEST_ROLE: Role = "restricted_member";

/** The role that Notion gives a person added without one. */
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
 * The rank of a role: 0 for none at all, 1 for the least. A role that this version does not know ranks above owner, so
 * that every change to a known role counts as a demotion.
 */
export function rankOf(role: string | undefined): number {
  if (role === undefined || role === "") return 0;
  return isRole(role) ? ROLES.length - ROLES.indexOf(role) : ROLES.length + 1;
}

/** Whether a change of role takes something away. From no role, or to no declared role, nobody is demoted. */
export function isDemotion(from: string | undefined, to: string | undefined): boolean {
  return rankOf(to) > 0 && rankOf(to) < rankOf(from);
}
