export type { Role } from "./model/role";
export { NotionGroup, type NotionGroupArgs } from "./resources/notion-group";
export { NotionGroupMembership, type NotionGroupMembershipArgs } from "./resources/notion-group-membership";
export { type GuardLimits, NotionGuard, type NotionGuardArgs } from "./resources/notion-guard";
export {
  NotionRoleAssignment,
  type NotionRoleAssignmentArgs,
  type RoleRemoval,
} from "./resources/notion-role-assignment";
export {
  type NotionPhoneNumber,
  NotionUser,
  type NotionUserArgs,
  type NotionUserName,
} from "./resources/notion-user";
export {
  NotionWorkspace,
  type NotionWorkspaceArgs,
  type WorkspaceLimits,
} from "./resources/notion-workspace";
export type { Person, PersonArgs } from "./resources/person";
export { readGroups, readRoster } from "./resources/roster";
export type { WorkspaceGroup } from "./resources/workspace-group";
