import { GROUP_SCHEMA } from "./group-schema";
import type { PatchOperation } from "./messages";

/** The most members that one PATCH names. */
export const MEMBERS_PER_PATCH = 100;

/**
 * How a PATCH names the members to remove. filter: `members[value eq "id"]`, RFC 7644 section 3.5.2.2. value: the path
 * `members` with a value, as Entra and public scripts send it; by the RFC that clears the group.
 */
export const REMOVAL_FORMS = ["filter", "value"] as const;
export type RemovalForm = (typeof REMOVAL_FORMS)[number];

/** How a PATCH names the attribute that it replaces. */
export type RenameForm = "path" | "value";
export const RENAME_FORMS: readonly RenameForm[] = ["path", "value"];

const values = (ids: readonly string[]) => ids.map((value) => ({ value }));

/** The body that creates a group, RFC 7644 section 3.3. */
export function createGroupMessage(name: string, memberIds: readonly string[]) {
  return {
    schemas: [GROUP_SCHEMA],
    displayName: name,
    ...(memberIds.length === 0 ? {} : { members: values(memberIds) }),
  };
}

export function addOperations(ids: readonly string[]): PatchOperation[] {
  return [{ op: "add", path: "members", value: values(ids) }];
}

export function removeOperations(form: RemovalForm, ids: readonly string[]): PatchOperation[] {
  if (form === "value") return [{ op: "remove", path: "members", value: values(ids) }];
  return ids.map((id) => ({ op: "remove", path: `members[value eq ${JSON.stringify(id)}]` }));
}

export function renameOperations(form: RenameForm, name: string): PatchOperation[] {
  return form === "path"
    ? [{ op: "replace", path: "displayName", value: name }]
    : [{ op: "replace", value: { displayName: name } }];
}

/** Pure: a list in parts that one PATCH may name. */
export function batches(ids: readonly string[]): string[][] {
  const count = Math.ceil(ids.length / MEMBERS_PER_PATCH);
  return Array.from({ length: count }, (_, index) =>
    ids.slice(index * MEMBERS_PER_PATCH, (index + 1) * MEMBERS_PER_PATCH),
  );
}
