import { foldEmail } from "../../model/email";
import { isBag, type Properties } from "../../state/properties";
import { namesInState } from "../../state/redaction";
import type { Kind } from "./kinds";
import type { Path } from "./wire/properties";

// The wire says where a value is secret, and the lifecycle goes by names: of properties, or of many people by person
// and property, where the empty name stands for the workspace itself.

type ByPerson = Record<string, string[]>;

/** Pure: what a program made secret, as the lifecycle has it; undefined where nothing is. */
export function secretNames(
  kind: Kind,
  properties: Properties,
  secrets: readonly Path[],
): string[] | ByPerson | undefined {
  if (secrets.length === 0) return undefined;
  if (kind !== "workspace") return [...new Set(secrets.map(([key = ""]) => key))];
  const names = new Map<string, Set<string>>();
  const add = (who: string, ...fields: string[]) => {
    const known = names.get(who) ?? new Set();
    names.set(who, known);
    for (const field of fields) known.add(field);
  };
  for (const [key = "", email, field] of secrets) {
    const who = foldEmail(email ?? "");
    if (key !== "people" || email === undefined) add("", key);
    else if (field !== undefined) add(who, field);
    else add(who, ...Object.keys(Object(Object(properties.people)[who])));
  }
  return Object.fromEntries([...names].map(([who, fields]) => [who, [...fields]]));
}

/** Pure: where properties hold what is secret, by the names that stand among them. */
export function secretPaths(properties: Properties): Path[] {
  const { redacted } = properties;
  if (Array.isArray(redacted))
    return redacted.flatMap((name) => namesInState(String(name)).map((key) => [key]));
  if (!isBag(redacted)) return [];
  return Object.entries(redacted).flatMap(([who, fields]): Path[] => {
    const names = Array.isArray(fields) ? fields.map(String) : [];
    if (who !== "") return names.map((field) => ["people", who, field]);
    // Where the people are secret as a whole, so is everything that is kept by their e-mails.
    return names.includes("people") ? Object.keys(properties).map((key) => [key]) : names.map((key) => [key]);
  });
}
