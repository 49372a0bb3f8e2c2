import { ROLES } from "../../provider/model/role";
import { compareText } from "../cli/text";
import { chosenGroups, chosenMembers, type Filter, isFiltered } from "./filter";
import { doubtsOf, type Member, memberOf, type Workspace } from "./workspace";

export const REPORT_PARTS = ["users", "roles", "groups"] as const;
export type ReportPart = (typeof REPORT_PARTS)[number];

/** The first two fields of the JSON, by which a later reader recognizes it. */
export const REPORT_KIND = "notion-inventory report";
export const REPORT_VERSION = 1;

/** A member and the names of the groups that they are in. */
export interface ReportedUser extends Member {
  groups: string[];
}

export interface ReportedRole {
  /** null: members whose entry bears no role. */
  role: string | null;
  count: number;
  users: string[];
}

export interface ReportedGroup {
  id: string;
  displayName: string;
  members: { id: string; userName: string }[];
  /** Ids in the group that the list of members does not hold. */
  unknownMembers: string[];
  /** False where Notion may have cut the list of its members. */
  complete: boolean;
}

/** What `report --format json` prints, and `drift --baseline` reads. */
export interface Report {
  kind: typeof REPORT_KIND;
  version: typeof REPORT_VERSION;
  /** Whether everything that was asked for is proven to be here. */
  complete: boolean;
  incomplete: string[];
  /** Whether e-mail addresses are cut short. */
  masked: boolean;
  /** What was left out on purpose. */
  filter: Filter & { only: ReportPart | null };
  users?: ReportedUser[];
  roles?: ReportedRole[];
  groups?: ReportedGroup[];
}

export interface ReportOptions {
  only: ReportPart | undefined;
  filter: Filter;
  mask: boolean;
}

/** Pure: what is in the workspace, as far as the filter lets it through. */
export function buildReport(workspace: Workspace, { only, filter, mask }: ReportOptions): Report {
  const all = workspace.users.map(memberOf);
  const members = chosenMembers(filter, all, workspace.groups);
  const byId = new Map(members.map((member) => [member.id, member]));
  const known = new Set(all.map(({ id }) => id));
  const groups = chosenGroups(filter, workspace.groups)
    .map(({ id, name, members: inside, complete }): ReportedGroup => {
      const ids = inside.map((member) => member.id);
      return {
        id,
        displayName: name,
        members: ids
          .flatMap((each) => byId.get(each) ?? [])
          .map((member) => ({ id: member.id, userName: member.userName }))
          .sort((a, b) => compareText(a.userName, b.userName) || compareText(a.id, b.id)),
        unknownMembers: ids.filter((each) => !known.has(each)).sort(),
        complete,
      };
    })
    // Of groups that were not asked for by name, those that hold none of the members asked for say nothing.
    .filter((group) => !isFiltered({ ...filter, groups: [] }) || group.members.length > 0);

  const groupsOf = new Map<string, string[]>();
  for (const { displayName, members: inside } of groups) {
    for (const { id } of inside) groupsOf.set(id, [...(groupsOf.get(id) ?? []), displayName]);
  }
  const incomplete = doubtsOf(workspace, chosenGroups(filter, workspace.groups));
  const wants = (part: ReportPart) => only === undefined || only === part;
  return {
    kind: REPORT_KIND,
    version: REPORT_VERSION,
    complete: incomplete.length === 0,
    incomplete,
    masked: mask,
    filter: { ...filter, only: only ?? null },
    ...(wants("users")
      ? { users: members.map((member) => ({ ...member, groups: groupsOf.get(member.id) ?? [] })) }
      : {}),
    ...(wants("roles") ? { roles: rolesOf(members) } : {}),
    ...(wants("groups") ? { groups } : {}),
  };
}

/** Roles from the most powerful down, then those that this version does not know, by name. */
function rolesOf(members: Member[]): ReportedRole[] {
  const rank = (role: string | null) => {
    const index = (ROLES as readonly (string | null)[]).indexOf(role);
    return index >= 0 ? index : role === null ? ROLES.length + 1 : ROLES.length;
  };
  return [...Map.groupBy(members, ({ role }) => role)]
    .map(([role, held]) => ({ role, count: held.length, users: held.map(({ userName }) => userName) }))
    .sort((a, b) => rank(a.role) - rank(b.role) || compareText(a.role ?? "", b.role ?? ""));
}
