/** The name of the package and of its native plugin, as Pulumi knows them. */
export const PACKAGE = "notion";

const DYNAMIC_PREFIX = "pulumi-nodejs:dynamic/notion:";
const NATIVE_PREFIX = `${PACKAGE}:index:`;

/** What the types of this package begin with, whichever host serves them. */
export const TYPE_PREFIXES = [DYNAMIC_PREFIX, NATIVE_PREFIX] as const;

/**
 * The types of the resources that the dynamic provider serves, as the engine, a state and policies name them. A released
 * one is a contract: what a state holds under another one is another resource.
 */
export const TYPE_TOKENS = {
  NotionUser: `${DYNAMIC_PREFIX}NotionUser`,
  NotionRoleAssignment: `${DYNAMIC_PREFIX}NotionRoleAssignment`,
  NotionGuard: `${DYNAMIC_PREFIX}NotionGuard`,
  NotionWorkspace: `${DYNAMIC_PREFIX}NotionWorkspace`,
  NotionGroup: `${DYNAMIC_PREFIX}NotionGroup`,
  NotionGroupMembership: `${DYNAMIC_PREFIX}NotionGroupMembership`,
} as const;

/** The types of the native plugin's resources: a contract likewise. */
export const NATIVE_TYPE_TOKENS = {
  NotionUser: `${NATIVE_PREFIX}NotionUser`,
  NotionRoleAssignment: `${NATIVE_PREFIX}NotionRoleAssignment`,
  NotionWorkspace: `${NATIVE_PREFIX}NotionWorkspace`,
  NotionGroup: `${NATIVE_PREFIX}NotionGroup`,
  NotionGroupMembership: `${NATIVE_PREFIX}NotionGroupMembership`,
} as const;

/** A class of resources, whichever host serves it. */
export type ResourceClass = keyof typeof TYPE_TOKENS;

const CLASSES = new Map<string, ResourceClass>(
  [TYPE_TOKENS, NATIVE_TYPE_TOKENS].flatMap((tokens) =>
    Object.entries(tokens).map(([name, type]): [string, ResourceClass] => [type, name as ResourceClass]),
  ),
);

/** Pure: the class of a type; undefined where it is none of this package. */
export function classOf(type: string): ResourceClass | undefined {
  return CLASSES.get(type);
}

/** Pure: the class of a resource, by its URN. */
export function classOfUrn(urn: string): ResourceClass | undefined {
  return classOf(urn.split("::")[2]?.split("$").at(-1) ?? "");
}

/** Pure: whether a resource belongs to a provider of this package, also one that this version does not know. */
export function isOfProvider(type: string): boolean {
  return type === `pulumi:providers:${PACKAGE}` || TYPE_PREFIXES.some((prefix) => type.startsWith(prefix));
}
