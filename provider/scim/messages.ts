import { ENTERPRISE_SCHEMA } from "../model/attributes";
import type { ProfileInScim } from "../model/profile";
import { NOTION_SCHEMA } from "../model/record";
import type { Role } from "../model/role";
import { USER_SCHEMA } from "./schemas";

/** One operation of a PATCH, RFC 7644 section 3.5.2. */
export interface PatchOperation {
  op: "add" | "remove" | "replace";
  path?: string;
  value?: unknown;
}

/** The attributes of a member that can be written, in the API's own shape. */
export type UserAttributes = ProfileInScim & {
  active?: boolean;
  [NOTION_SCHEMA]?: { role: Role };
};

const EXTENSIONS = [ENTERPRISE_SCHEMA, NOTION_SCHEMA] as const;

/** The body that creates a user, RFC 7644 section 3.3: schemas names every extension that it carries. */
export function createMessage(attributes: UserAttributes & { userName: string }) {
  return { schemas: [USER_SCHEMA, ...EXTENSIONS.filter((urn) => urn in attributes)], ...attributes };
}

/**
 * One replace without a path, its value holding all attributes: the form that public connectors use
 * against Notion for roles. {@link pathOperations} is the other legal form, for a server that
 * refuses this one.
 */
export function valueOperations(attributes: UserAttributes): PatchOperation[] {
  return [{ op: "replace", value: attributes }];
}

/** One replace for each attribute, named by its path, RFC 7644 section 3.5.2.3. */
export function pathOperations(attributes: UserAttributes): PatchOperation[] {
  return Object.entries(attributes).flatMap(([key, value]) => {
    const separator = EXTENSIONS.some((urn) => urn === key) ? ":" : key === "name" ? "." : undefined;
    if (separator === undefined) return [{ op: "replace" as const, path: key, value }];
    return Object.entries(value as object).map(([sub, subValue]) => ({
      op: "replace" as const,
      path: `${key}${separator}${sub}`,
      value: subValue,
    }));
  });
}

/** The body of a PATCH, RFC 7644 section 3.5.2. */
export function patchMessage(operations: PatchOperation[]) {
  return { schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations: operations };
}

/** A filter for one exact value, RFC 7644 section 3.4.2.2; a compared value is a JSON string there. */
export function equalsFilter(attribute: string, value: string): string {
  return `${attribute} eq ${JSON.stringify(value)}`;
}
