import { z } from "zod";
import { isEmail } from "../provider/model/email";
import { SHARED_ACCOUNT } from "../provider/model/shared-account";

/** Settings that several rules have in common. */

const LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";
const DOMAIN = new RegExp(`^(?:${LABEL}\\.)+(?=[a-z0-9-]*[a-z])${LABEL}$`);

const domain = z
  .string()
  .toLowerCase()
  .refine((text) => DOMAIN.test(text), {
    error: ({ input }) =>
      `"${input}" is not a domain such as example.com. Write what stands behind the @; a subdomain is a domain of its own.`,
  });

const email = z
  .string()
  .toLowerCase()
  .refine(isEmail, {
    error: ({ input }) => `"${input}" is not an e-mail address such as ada@example.com.`,
  });

/** A list that a rule judges by: without one it is idle, and an empty one is a mistake. */
const needed = (values: z.ZodType<string, string>, description: string) =>
  z
    .array(values)
    .refine((list) => list.length > 0, {
      error: "is empty, and the rule would judge nobody. Name at least one, or set the rule to disabled.",
    })
    .optional()
    .transform((list) => list ?? [])
    .describe(`${description} Without it the rule is idle.`);

/** E-mail addresses, compared folded. */
export const emails = (description: string) => needed(email, description);

/** Domains as they stand behind the @. */
export const domains = (description: string) => needed(domain, description);

/** Whom a rule leaves alone. */
export const exceptions = (description: string) => z.array(email).default([]).describe(description);

/** Accounts for an emergency, which bear a privileged role for good and by nobody's request. */
export const breakGlass = exceptions("The e-mail addresses of break-glass owners, whom the rule excepts.");

/** How many there may be. */
export const count = (fallback: number, description: string) =>
  z.int().min(0).default(fallback).describe(description);

/** A regular expression of JavaScript, matched without regard to case. */
export const pattern = (fallback: string, description: string) =>
  z.string().refine(isPattern, "is not a regular expression").default(fallback).describe(description);

/** E-mails that belong to a team, a list or a program rather than to a person. */
export const sharedAccount = pattern(
  SHARED_ACCOUNT,
  "What the e-mail of a shared or service account looks like (regular expression, any case). Built in are `devops@`, `it.support@`, `svc-backup@` and what else `notion-inventory compare` calls shared.",
);

function isPattern(text: string): boolean {
  try {
    new RegExp(text, "i");
    return true;
  } catch {
    return false;
  }
}
