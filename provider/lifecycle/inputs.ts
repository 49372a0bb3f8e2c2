import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { UNKNOWN } from "../model/unknown";
import { issueReasons } from "../state/issues";
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
  const whole = schema.safeParse(declared);
  if (whole.success) return { inputs: whole.data, failures: [] };
  const kept = keptInvalid(whole.error.issues, declared, olds);
  // What is not known yet passes every check, so it stands in for what is not to be checked.
  const standIns = Object.fromEntries(Object.keys(kept).map((key) => [key, UNKNOWN]));
  const parsed = schema.safeParse({ ...declared, ...standIns });
  if (parsed.success) return { inputs: { ...parsed.data, ...kept }, failures: [] };
  return {
    inputs: declared,
    failures: parsed.error.issues
      .flatMap((issue) => issueReasons(issue, schema))
      .map(({ property, reason }) => ({
        property: "",
        reason: [property, reason].filter(Boolean).join(" "),
      })),
  };
}

/** The properties in which nothing is wrong but what the state holds as well. */
function keptInvalid(issues: readonly z.core.$ZodIssue[], news: Properties, olds: Properties): Properties {
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
