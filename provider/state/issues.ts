import { z } from "zod";

/** What is wrong with a property, and which one it is; empty for the whole. */
export interface IssueReason {
  property: string;
  reason: string;
}

/** What zod found, in words. */
export function issueReasons(
  issue: z.core.$ZodIssue,
  schema: z.ZodType,
  prefix: readonly PropertyKey[] = [],
): IssueReason[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === "invalid_union") {
    // The first way is «not known yet»; what was wrong with the value itself is in the last.
    return (issue.errors.at(-1) ?? []).flatMap((inner) => issueReasons(inner, schema, path));
  }
  const property = path.join(".");
  if (issue.code === "unrecognized_keys") {
    const allowed = keysAt(schema, path);
    return issue.keys.map((key) => ({
      property: "",
      reason: `unknown property "${property === "" ? key : `${property}.${key}`}"; allowed are ${allowed.join(", ")}`,
    }));
  }
  const missing = issue.code === "invalid_type" && issue.message.endsWith("not missing");
  return [{ property, reason: missing ? "is missing" : issue.message }];
}

/** What an object at a path of the schema may hold. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at = unwrapped(schema);
  for (const key of path) {
    if (at instanceof z.ZodObject) at = unwrapped(at.shape[String(key)]);
    else if (at instanceof z.ZodRecord) at = unwrapped(at.valueType as z.ZodType);
    else if (at instanceof z.ZodArray) at = unwrapped(at.element as z.ZodType);
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape).filter((key) => key !== "redacted") : [];
}

/** The schema of the value itself: neither left out nor not known yet, and as it is before it is normalized. */
export function unwrapped(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional)
    return unwrapped(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodUnion) return unwrapped(schema.options.at(-1) as z.ZodType);
  if (schema instanceof z.ZodPipe)
    return unwrapped((schema.in instanceof z.ZodTransform ? schema.out : schema.in) as z.ZodType);
  return schema;
}
