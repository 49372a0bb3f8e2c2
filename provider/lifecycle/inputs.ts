import { isDeepStrictEqual } from "node:util";
import type { dynamic } from "@pulumi/pulumi";
import { z } from "zod";
import { TEXT_ATTRIBUTES, type TextAttributeName } from "../member/attributes";
import { foldEmail, isEmail } from "../member/email";
import { whyNoInstant } from "../member/instant";
import { ROLES } from "../member/role";
import { ON_REMOVE } from "../plan/people";
import { UNKNOWN } from "../plan/unknown";
import { orUnknown } from "./unknown";

/** A bag of properties as the engine hands it over; it may hold `__provider`. */
export type Properties = Record<string, unknown>;

const PROVIDER_KEY = "__provider";

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

export const optional = <T extends z.ZodType>(schema: T) => orUnknown(schema).optional();

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

/** The profile of a person, beside the e-mail. */
export const profileShape = {
  name: optional(name),
  ...texts,
  phoneNumbers: optional(list(orUnknown(phoneNumber))),
};

/** The names of the properties that the program made secret: said by the class, not by the program. */
const concealed = optional(list(z.string()));

/** What a program may say of a NotionUser. */
export const userInputsSchema = z.strictObject({
  userName: orUnknown(email),
  formerUserName: optional(email),
  userId: optional(text),
  ...profileShape,
  initialRole: optional(oneOf(ROLES)),
  adopt: optional(flag),
  onRemove: optional(oneOf(ON_REMOVE)),
  concealed,
});

/** What a program may say of a NotionRoleAssignment. */
export const roleInputsSchema = z.strictObject({
  userId: orUnknown(text),
  member: optional(email),
  role: orUnknown(oneOf(ROLES)),
  from: optional(instant),
  until: optional(instant),
  then: optional(oneOf(ROLES)),
  reason: optional(text),
  approvedBy: optional(email),
  onRemove: optional(oneOf([...ROLES, "leave"])),
  concealed,
});

/**
 * Checks and normalizes what a program declares: nulls are dropped, e-mails are folded, values that are
 * not known yet pass. Failures name the property in their text and leave `property` empty, because the
 * engine prints the value of a named one, secret or not.
 * @param olds the inputs of the state. A value that they hold passes as it is: with `ignoreChanges` the engine hands
 * over what a refresh found, which may be nothing that a program could declare (a title that was cleared).
 */
export function checkInputs(
  schema: z.ZodType<Properties>,
  news: Properties,
  olds: Properties = {},
): Required<dynamic.CheckResult<Properties>> {
  const declared = withoutNulls(news);
  const kept = keptInvalid(schema, declared, olds);
  // What is not known yet passes every check, so it stands in for what is not to be checked.
  const standIns = Object.fromEntries(Object.keys(kept).map((key) => [key, UNKNOWN]));
  const parsed = schema.safeParse({ ...declared, ...standIns });
  if (parsed.success) return { inputs: { ...parsed.data, ...kept }, failures: [] };
  return {
    inputs: declared,
    failures: parsed.error.issues
      .flatMap((issue) => reasons(issue, schema))
      .map((reason) => ({ property: "", reason })),
  };
}

/** The properties in which nothing is wrong but what the state holds as well. */
function keptInvalid(schema: z.ZodType<Properties>, news: Properties, olds: Properties): Properties {
  const issues = schema.safeParse(news).error?.issues ?? [];
  const keys = new Set(issues.flatMap(({ path: [key] }) => (key === undefined ? [] : [String(key)])));
  const isKeptWholly = (key: string) =>
    issues.every(
      ({ path, code }) =>
        String(path[0]) !== key || (code !== "unrecognized_keys" && isKept(path, news, olds)),
    );
  return Object.fromEntries([...keys].filter(isKeptWholly).map((key) => [key, news[key]]));
}

function isKept(path: PropertyKey[], news: Properties, olds: Properties): boolean {
  const [now, before] = [at(news, path), at(olds, path)];
  return before !== undefined && isDeepStrictEqual(now, before);
}

function at(properties: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
    properties,
  );
}

function reasons(issue: z.core.$ZodIssue, schema: z.ZodType, prefix: PropertyKey[] = []): string[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === "invalid_union") {
    // The first way is «not known yet»; what was wrong with the value itself is in the last.
    return (issue.errors.at(-1) ?? []).flatMap((inner) => reasons(inner, schema, path));
  }
  const property = path.join(".");
  if (issue.code === "unrecognized_keys") {
    const allowed = keysAt(schema, path);
    return issue.keys.map(
      (key) =>
        `unknown property "${property === "" ? key : `${property}.${key}`}"; allowed are ${allowed.join(", ")}`,
    );
  }
  const missing = issue.code === "invalid_type" && issue.message.endsWith("not missing");
  return [missing ? `${property} is missing` : `${property} ${issue.message}`];
}

/** What an object at a path of the schema may hold. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at = unwrapped(schema);
  for (const key of path) {
    if (at instanceof z.ZodObject) at = unwrapped(at.shape[String(key)]);
    else if (at instanceof z.ZodRecord) at = unwrapped(at.valueType as z.ZodType);
    else if (at instanceof z.ZodArray) at = unwrapped(at.element as z.ZodType);
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape).filter((key) => key !== "concealed") : [];
}

/** The schema of the value itself: neither left out nor not known yet. */
function unwrapped(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional) return unwrapped(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodUnion) return unwrapped(schema.options.at(-1) as z.ZodType);
  return schema;
}

/** What was met, for an error: a text itself, anything else by its kind. */
function nameOf(value: unknown): string {
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  return typeof value === "string" ? `"${value}"` : `${value}`;
}

/** The text by which the engine's host finds this package, which has to stay in the state. */
export function providerIn(properties: Properties): Properties {
  return PROVIDER_KEY in properties ? { [PROVIDER_KEY]: properties[PROVIDER_KEY] } : {};
}

/** The properties without the text by which the engine's host finds this package. */
export function omitProvider({ [PROVIDER_KEY]: _, ...rest }: Properties): Properties {
  return rest;
}

function withoutNulls(properties: Properties): Properties {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([key, value]) => {
      if (value === null || value === undefined) return [];
      return [[key, Array.isArray(value) ? value.map(ifBag) : ifBag(value)]];
    }),
  );
}

function ifBag(value: unknown): unknown {
  const isBag = typeof value === "object" && value !== null && !Array.isArray(value);
  return isBag ? withoutNulls(value as Properties) : value;
}
