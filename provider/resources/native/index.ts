/** The public surface of `pulumi-notion/native`: the classes of the package, served by the native plugin. */
export type { Role } from "../../model/role";
export type { NotionGroupArgs } from "../notion-group";
export type { NotionGroupMembershipArgs } from "../notion-group-membership";
export { type GuardLimits, NotionGuard, type NotionGuardArgs } from "../notion-guard";
export type { NotionRoleAssignmentArgs, RoleRemoval } from "../notion-role-assignment";
export type { NotionPhoneNumber, NotionUserArgs, NotionUserName } from "../notion-user";
export type { NotionWorkspaceArgs, WorkspaceLimits } from "../notion-workspace";
export type { Person, PersonArgs } from "../person";
export { readGroups, readRoster } from "../roster";
export type { WorkspaceGroup } from "../workspace-group";
export { Provider, type ProviderArgs } from "./provider";
export {
  NotionGroup,
  NotionGroupMembership,
  NotionRoleAssignment,
  NotionUser,
  NotionWorkspace,
} from "./resources";
