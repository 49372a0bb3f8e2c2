export { type GuardLimits, NotionGuard, type NotionGuardArgs } from "./resources/notion-guard";
export {
  NotionRoleAssignment,
  type NotionRoleAssignmentArgs,
} from "./resources/notion-role-assignment";
export {
  type NotionPhoneNumber,
  NotionUser,
  type NotionUserArgs,
  type NotionUserName,
} from "./resources/notion-user";
export { NotionWorkspace, type NotionWorkspaceArgs, type Person } from "./resources/notion-workspace";
export type { Role } from "./scim/schemas";
