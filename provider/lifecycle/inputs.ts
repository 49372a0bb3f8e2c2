import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { UNKNOWN } from "../model/unknown";
import type { Properties } from "../state/properties";
import type { CheckResult } from "./resource-lifecycle";

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
): Required<CheckResult<Properties>> {
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
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional)
    return unwrapped(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodUnion) return unwrapped(schema.options.at(-1) as z.ZodType);
  return schema;
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
