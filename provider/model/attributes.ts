/** SCIM enterprise user extension, RFC 7643 section 4.3. */
export const ENTERPRISE_SCHEMA = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/** A profile attribute that is one text. */
export interface TextAttribute {
  name: string;
  /** Where SCIM has it: the keys that lead to it in a user, RFC 7643 sections 4.1 and 4.3. */
  path: readonly string[];
  /** What it has to be: any text, or an e-mail address. */
  check: "text" | "email";
}

/**
 * The profile attributes of a member that are one text, in the order of messages and of a roster's columns.
 * A userName, a name and phone numbers are no such attributes.
 * A new attribute is a line here and one in `NotionUserArgs`, for the documentation; `attributes.test.ts` holds
 * the two together.
 */
export const TEXT_ATTRIBUTES = [
  { name: "title", path: ["title"], check: "text" },
  { name: "department", path: [ENTERPRISE_SCHEMA, "department"], check: "text" },
  { name: "division", path: [ENTERPRISE_SCHEMA, "division"], check: "text" },
  { name: "costCenter", path: [ENTERPRISE_SCHEMA, "costCenter"], check: "text" },
  { name: "organization", path: [ENTERPRISE_SCHEMA, "organization"], check: "text" },
  { name: "employeeNumber", path: [ENTERPRISE_SCHEMA, "employeeNumber"], check: "text" },
  { name: "manager", path: [ENTERPRISE_SCHEMA, "manager", "value"], check: "email" },
  { name: "locale", path: ["locale"], check: "text" },
  { name: "preferredLanguage", path: ["preferredLanguage"], check: "text" },
  { name: "userType", path: ["userType"], check: "text" },
] as const satisfies readonly TextAttribute[];

export type TextAttributeName = (typeof TEXT_ATTRIBUTES)[number]["name"];

/** What of a member can be declared beside the e-mail and the role. */
export const PROFILE_ATTRIBUTES = [
  "name",
  ...TEXT_ATTRIBUTES.map(({ name }) => name),
  "phoneNumbers",
] as const satisfies readonly string[];
export type ProfileAttribute = (typeof PROFILE_ATTRIBUTES)[number];

/** The value at a path of a resource; undefined where there is none, or something else than a text. */
export function textAt(resource: object, path: readonly string[]): string | undefined {
  let value: unknown = resource;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return typeof value === "string" ? value : undefined;
}

/** Puts a value at a path of a resource, with the objects that lead to it. */
export function putAt(resource: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key = "", ...rest] = path;
  if (rest.length === 0) {
    resource[key] = value;
    return;
  }
  const inner = (resource[key] ?? {}) as Record<string, unknown>;
  resource[key] = inner;
  putAt(inner, rest, value);
}
