const PREFIX = "pulumi-nodejs:dynamic/notion:";

/**
 * The types of the resources, as the engine, a state and policies name them. A released one is a contract: what a
 * state holds under another one is another resource.
 */
export const TYPE_TOKENS = {
  NotionUser: `${PREFIX}NotionUser`,
  NotionRoleAssignment: `${PREFIX}NotionRoleAssignment`,
  NotionGuard: `${PREFIX}NotionGuard`,
  NotionWorkspace: `${PREFIX}NotionWorkspace`,
} as const;
