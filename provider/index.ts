import type * as rosters from "./roster/read-roster";

export type { Role } from "./model/role";
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
  type Person,
  type WorkspaceLimits,
} from "./resources/notion-workspace";

/**
 * Reads the people of a workspace from a CSV or YAML file, for {@link NotionWorkspace}.
 * @param file path, from the folder that the program runs in
 * @throws {RosterError} with file, line and column of everything that is wrong; nothing is skipped
 */
export const readRoster: typeof rosters.readRoster = (file) =>
  // The readers of CSV and YAML are loaded by those alone who use them.
  (require("./roster/read-roster") as typeof rosters).readRoster(file);
