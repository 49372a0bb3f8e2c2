import { z } from "zod";
import { isEmail } from "../model/email";
import { isLimit, LIMIT_WORDS } from "./limits";

/** Says on purpose that nobody knows whose token it is. */
export const UNKNOWN_OWNER = "unknown";

const bounded = <T extends z.ZodType>(allowed: string, schema: (error: string) => T) => ({
  allowed,
  value: schema(`must be ${allowed}`),
});

/** What a setting may be, for a check and in words: in the environment, the stack's configuration and a provider. */
export const BOUNDS = {
  requestsPerSecond: bounded("a number above 0, at most 1000", (error) =>
    z.number({ error }).positive({ error }).max(1000, { error }),
  ),
  maxRemovals: bounded(LIMIT_WORDS, (error) => z.string({ error }).refine(isLimit, { error })),
  tokenOwner: bounded(`the e-mail of the token's owner, or ${UNKNOWN_OWNER}`, (error) =>
    z.string({ error }).refine((text) => text === UNKNOWN_OWNER || isEmail(text), { error }),
  ),
  noticeDays: bounded("a whole number of days from 0 to 3660", (error) =>
    z.int({ error }).min(0, { error }).max(3660, { error }),
  ),
};
