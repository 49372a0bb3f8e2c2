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
export type { Role } from "./scim/schemas";
