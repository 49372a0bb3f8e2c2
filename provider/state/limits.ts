import { z } from "zod";

/** A number of people, or a share of them such as `25%`. */
export type Limit = number | string;

/** What may happen to people at once: each has a limit. */
export const LIMIT_NAMES = [
  "maxRemovals",
  "maxDemotions",
  "maxAdditions",
  "maxPromotions",
  "maxReleases",
] as const;
export type LimitName = (typeof LIMIT_NAMES)[number];

/** Whether a value is a limit: a whole number from 0, or a percentage from 0% to 100%. */
export function isLimit(value: unknown): value is Limit {
  if (typeof value === "number") return Number.isInteger(value) && value >= 0;
  if (typeof value !== "string") return false;
  const share = /^(\d+(?:\.\d+)?)%$/.exec(value)?.[1];
  return share === undefined ? /^\d+$/.test(value) : Number(share) <= 100;
}

/** What a limit may be, in words. */
export const LIMIT_WORDS = 'a whole number from 0 or a share such as "25%"';

export const limit = z.custom<Limit>(isLimit, `must be ${LIMIT_WORDS}`);
export const minOwners = z.number().int().min(0);
