/** What every type of this package begins with. */
export const TYPE_PREFIX = "pulumi-nodejs:dynamic/notion:";

/**
 * The types of the resources, as the engine, a state and policies name them. A released one is a contract: what a
 * state holds under another one is another resource.
 */
export const TYPE_TOKENS = {
  NotionUser: `${TYPE_PREFIX}NotionUser`,
  NotionRoleAssignment: `${TYPE_PREFIX}NotionRoleAssignment`,
  NotionGuard: `${TYPE_PREFIX}NotionGuard`,
  NotionWorkspace: `${TYPE_PREFIX}NotionWorkspace`,
} as const;
