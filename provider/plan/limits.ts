import type { Limit, LimitName } from "../state/limits";

/** What may happen to people at once, a limit for each. */
export const LIMITS = {
  maxRemovals: { does: "removed", share: "25%", neverTooMany: 5 },
  maxDemotions: { does: "demoted", share: "25%", neverTooMany: 5 },
  maxAdditions: { does: "added", share: "25%", neverTooMany: 50 },
  // A column of roles that is filled down by accident makes owners of everybody.
  maxPromotions: { does: "promoted to owner or membership_admin", share: "5%", neverTooMany: 3 },
  // A column that is dropped by accident takes its people or roles out of every later comparison.
  maxReleases: { does: "released from management", share: "25%", neverTooMany: 5 },
} as const satisfies Record<LimitName, { does: string; share: Limit; neverTooMany: number }>;

/** So many people at once are never too many to remove or demote: a small workspace must stay easy to work with. */
export const NEVER_TOO_MANY = LIMITS.maxRemovals.neverTooMany;

/** The share that may go at once where nothing is said. */
export const DEFAULT_LIMIT = LIMITS.maxRemovals.share;

/** Whether a limit is a share of the people rather than a number of them. */
export function isShare(limit: Limit): limit is string {
  return typeof limit === "string" && limit.endsWith("%");
}

/** How many of `total` people may be affected at once. A share never blocks the first few; a number is meant. */
export function allowance(limit: Limit, total: number, neverTooMany: number = NEVER_TOO_MANY): number {
  if (!isShare(limit)) return Number(limit);
  return Math.max(neverTooMany, Math.floor((total * Number(limit.slice(0, -1))) / 100));
}
