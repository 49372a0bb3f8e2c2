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
      `"${input}" is not a domain such as example.com. Write the part after the @; a subdomain is a domain of its own.`,
  });

const email = z
  .string()
  .toLowerCase()
  .refine(isEmail, {
    error: ({ input }) => `"${input}" is not an e-mail address such as ada@example.com.`,
  });

/** A list that a rule needs. Without it the rule is idle; an empty list is a mistake. */
const needed = (values: z.ZodType<string, string>, description: string) =>
  z
    .array(values)
    .refine((list) => list.length > 0, {
      error: "is empty, so the rule would judge nobody. Name at least one, or set the rule to disabled.",
    })
    .optional()
    .transform((list) => list ?? [])
    .describe(`${description} Without it the rule is idle.`);

/** E-mail addresses, compared folded. */
export const emails = (description: string) => needed(email, description);

/** Domains: the part of an address after the @. */
export const domains = (description: string) => needed(domain, description);

/** Exceptions of a rule. */
export const exceptions = (description: string) => z.array(email).default([]).describe(description);

/** Accounts for an emergency. They hold a privileged role permanently and without a request. */
export const breakGlass = exceptions("The e-mail addresses of break-glass owners, which the rule excepts.");

/** A number of people or days. */
export const count = (fallback: number, description: string) =>
  z.int().min(0).default(fallback).describe(description);

/** A regular expression of JavaScript, which ignores case. */
export const pattern = (fallback: string, description: string) =>
  z.string().refine(isPattern, "is not a regular expression").default(fallback).describe(description);

/** E-mails of a team, a list or a program, and not of a person. */
export const sharedAccount = pattern(
  SHARED_ACCOUNT,
  "The form of a shared or service account's e-mail (regular expression, any case). Built in: `devops@`, `it.support@`, `svc-backup@` and all others that `notion-inventory compare` calls shared.",
);

/** Groups that a rule excepts. Notion compares names exactly, and so does this. */
export const groupNamesExcept = (description: string) =>
  z.array(z.string().min(1)).default([]).describe(description);

function isPattern(text: string): boolean {
  try {
    new RegExp(text, "i");
    return true;
  } catch {
    return false;
  }
}
