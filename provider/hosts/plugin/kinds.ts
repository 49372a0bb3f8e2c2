import { NATIVE_TYPE_TOKENS } from "../../state/type-tokens";

/** The kinds of resources that the plugin serves. */
export type Kind = "user" | "role" | "workspace" | "group" | "membership";

export const KIND_OF: Readonly<Record<string, Kind>> = {
  [NATIVE_TYPE_TOKENS.NotionUser]: "user",
  [NATIVE_TYPE_TOKENS.NotionRoleAssignment]: "role",
  [NATIVE_TYPE_TOKENS.NotionWorkspace]: "workspace",
  [NATIVE_TYPE_TOKENS.NotionGroup]: "group",
  [NATIVE_TYPE_TOKENS.NotionGroupMembership]: "membership",
};

/** A resource as the engine names it. */
export interface Resource {
  urn: string;
  kind: Kind;
  name: string;
}

/**
 * Pure: what a URN says of a resource, as in `urn:pulumi:dev::project::parent$notion:index:NotionUser::ada`.
 * @throws {Error} where the plugin has no such resource
 */
export function resourceOf(urn: string): Resource {
  const [, , types = "", ...name] = urn.split("::");
  const type = types.split("$").at(-1) ?? "";
  const kind = KIND_OF[type];
  if (kind === undefined) {
    throw new Error(
      `The plugin of pulumi-notion has no resource ${type}. It has ${Object.keys(KIND_OF).join(", ")}.`,
    );
  }
  return { urn, kind, name: name.join("::") };
}
