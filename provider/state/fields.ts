import { z } from "zod";
import { TEXT_ATTRIBUTES, type TextAttributeName } from "../model/attributes";
import { foldEmail, isEmail } from "../model/email";
import { whyNoInstant } from "../model/instant";
import type { Profile } from "../model/profile";
import { UNKNOWN } from "../model/unknown";

// What a property of a declaration may be. A message follows the property's name.

/** `schema`, or a value that is not known yet, which passes unchanged. Its type leaves that out: what writes never meets it. */
export function orUnknown<T extends z.ZodType>(schema: T): z.ZodType<z.output<T>> {
  return z.union([z.literal(UNKNOWN), schema]) as unknown as z.ZodType<z.output<T>>;
}

/** A text that is neither empty nor padded. */
export const text = z
  .string({ error: (issue) => `must be a text, not ${nameOf(issue.input)}` })
  .min(1, "is empty: leave the property out instead, then it is not managed")
  .refine((value) => value === "" || value.trim() === value, "has spaces around it");

export const email = text
  .refine((value) => value === "" || isEmail(value.trim()), {
    error: (issue) => `must be an e-mail address such as ada@example.com, not ${nameOf(issue.input)}`,
  })
  .transform((value) => (value === UNKNOWN ? value : foldEmail(value)));

export const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: (issue) => `must be one of ${values.join(", ")}, not ${nameOf(issue.input)}` });

export const flag = z.boolean({ error: (issue) => `must be true or false, not ${nameOf(issue.input)}` });

/** A moment: RFC 3339 with an offset, or a date alone. */
export const instant = text.superRefine((value, context) => {
  const why = whyNoInstant(value);
  if (why !== undefined) context.addIssue({ code: "custom", message: why });
});

/**
 * A property that may be left out. zod asks the schema of a property that is not there as well, and words what is wrong
 * with it: for thousands of people with a dozen properties each that took most of a check, so it passes at once.
 */
export const optional = <T extends z.ZodType>(schema: T) =>
  z.exactOptional(z.union([z.literal([UNKNOWN, undefined]), schema]) as unknown as z.ZodType<z.output<T>>);

const bag = <T extends z.ZodRawShape>(shape: T) =>
  z.strictObject(shape, {
    error: (issue) => `must be an object with ${Object.keys(shape).join(", ")}, not ${nameOf(issue.input)}`,
  });

export const list = <T extends z.ZodType>(schema: T) =>
  z.array(schema, { error: (issue) => `must be a list, not ${nameOf(issue.input)}` });

const name = bag({
  formatted: optional(text),
  givenName: optional(text),
  familyName: optional(text),
});

const phoneNumber = bag({ value: orUnknown(text), type: optional(text), primary: optional(flag) });

/** The attributes of the table, each as it is checked. */
const texts = Object.fromEntries(
  TEXT_ATTRIBUTES.map(({ name, check }) => [name, optional(check === "email" ? email : text)]),
) as Record<TextAttributeName, ReturnType<typeof optional<typeof text>>>;

/** The profile of a person, beside the e-mail, as a program declares it. */
export const profileShape = {
  name: optional(name),
  ...texts,
  phoneNumbers: optional(list(orUnknown(phoneNumber))),
};

/** The same as Notion has it: an attribute that is gone is empty. */
export const foundProfileShape = {
  name: z.exactOptional(z.custom<NonNullable<Profile["name"]>>()),
  ...(Object.fromEntries(TEXT_ATTRIBUTES.map(({ name }) => [name, z.exactOptional(z.string())])) as Record<
    TextAttributeName,
    z.ZodExactOptional<z.ZodString>
  >),
  phoneNumbers: z.exactOptional(z.custom<NonNullable<Profile["phoneNumbers"]>>(Array.isArray)),
};

/** The names of the properties that the program made secret: said by the class, not by the program. */
export const redacted = optional(list(z.string()));

/** What was met, for an error: a text itself, anything else by its kind. */
function nameOf(value: unknown): string {
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  return typeof value === "string" ? `"${value}"` : `${value}`;
}
