import { z } from "zod";

/** Settings that several rules have in common. */

/** E-mail addresses or domains, compared folded. */
export const foldedTexts = (description: string) =>
  z.array(z.string().min(1).toLowerCase()).default([]).describe(description);

/** Domains as they stand behind the @. */
export const domains = (description: string) =>
  z
    .array(
      z
        .string()
        .regex(/^[^@\s]+\.[^@\s.]+$/)
        .toLowerCase(),
    )
    .default([])
    .describe(description);

/** How many there may be. */
export const count = (fallback: number, description: string) =>
  z.int().min(0).default(fallback).describe(description);

/** A regular expression of JavaScript, matched without regard to case. */
export const pattern = (fallback: string, description: string) =>
  z.string().refine(isPattern, "is not a regular expression").default(fallback).describe(description);

/** E-mails that belong to a team, a list or a program rather than to a person. */
export const sharedAccount = pattern(
  "^(admin|administrator|billing|bot|ci|deploy|everyone|finance|help|helpdesk|hello|hr|info|it|no-?reply|office|ops|sales|scim|security|service|shared|support|svc|system|team)([+._-].*)?@",
  "What the e-mail of a shared or service account looks like (regular expression, any case).",
);

function isPattern(text: string): boolean {
  try {
    new RegExp(text, "i");
    return true;
  } catch {
    return false;
  }
}
