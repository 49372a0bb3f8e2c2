import {
  CORE_GROUP_URN,
  CORE_TEXTS,
  CORE_USER_URN,
  ENTERPRISE_TEXTS,
  ENTERPRISE_URN,
  NOTION_URN,
} from "./person.mts";
import { Refusal } from "./refusal.mts";

export const PATCH_URN = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

const URNS = [CORE_USER_URN, CORE_GROUP_URN, ENTERPRISE_URN, NOTION_URN, PATCH_URN];

/** Every attribute that is read anywhere, as RFC 7643 spells it; those of messages (RFC 7644) too. */
const NAMES = [
  ...["schemas", "id", "externalId", "meta", "userName", "displayName", "active", "members", "groups"],
  ...["name", "formatted", "givenName", "familyName", "middleName", "manager", "role", ...ENTERPRISE_TEXTS],
  ...["emails", "photos", "phoneNumbers", "addresses", "roles", ...CORE_TEXTS],
  ...["value", "type", "primary", "display", "$ref"],
  ...["streetAddress", "locality", "region", "postalCode", "country"],
  ...["Operations", "op", "path"],
];

const SPELLING = new Map([...URNS, ...NAMES].map((name) => [name.toLowerCase(), name]));

/** JSON as it would be if its attribute names and URNs were written as in RFC 7643, which is free (section 2.1). */
export function withUsualNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withUsualNames);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(
    ([key, inner]) => [usualPath(key), usualValue(key, inner)] as const,
  );
  const twice = entries.find(([key], index) => entries.findIndex(([other]) => other === key) < index);
  if (twice !== undefined) {
    throw new Refusal(400, `The attribute ${twice[0]} stands twice.`, { scimType: "invalidSyntax" });
  }
  return Object.fromEntries(entries);
}

/** The path of a PATCH operation; what is quoted in its filter is a value and stays. */
export function usualPath(path: string): string {
  const urn = URNS.find((known) => path.toLowerCase().startsWith(known.toLowerCase()));
  const rest = path
    .slice(urn?.length ?? 0)
    .replace(/"(?:[^"\\]|\\.)*"|[$\w]+/g, (word) => SPELLING.get(word.toLowerCase()) ?? word);
  return (urn ?? "") + rest;
}

function usualValue(key: string, value: unknown): unknown {
  switch (key.toLowerCase()) {
    case "schemas":
      return Array.isArray(value)
        ? value.map((urn) => (typeof urn === "string" ? usualPath(urn) : urn))
        : value;
    case "path":
      return typeof value === "string" ? usualPath(value) : value;
    default:
      return withUsualNames(value);
  }
}
