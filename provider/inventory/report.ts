import { ROLES } from "../member/role";
import type { Document, FlatTable, Section } from "./document";
import { chosenGroups, chosenMembers, type Filter, isFiltered, NO_ROLE } from "./filter";
import { compareText, counted } from "./text";
import { type Member, memberOf, type Workspace } from "./workspace";

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
    .map(({ id, displayName, members: inside }): ReportedGroup => {
      const ids = [...new Set((inside ?? []).map(({ value }) => value))];
      return {
        id,
        displayName,
        members: ids
          .flatMap((each) => byId.get(each) ?? [])
          .map((member) => ({ id: member.id, userName: member.userName }))
          .sort((a, b) => compareText(a.userName, b.userName) || compareText(a.id, b.id)),
        unknownMembers: ids.filter((each) => !known.has(each)).sort(),
      };
    })
    // Of groups that were not asked for by name, those that hold none of the members asked for say nothing.
    .filter((group) => !isFiltered({ ...filter, groups: [] }) || group.members.length > 0);

  const groupsOf = new Map<string, string[]>();
  for (const { displayName, members: inside } of groups) {
    for (const { id } of inside) groupsOf.set(id, [...(groupsOf.get(id) ?? []), displayName]);
  }
  const wants = (part: ReportPart) => only === undefined || only === part;
  return {
    kind: REPORT_KIND,
    version: REPORT_VERSION,
    complete: workspace.incomplete.length === 0,
    incomplete: workspace.incomplete,
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
  const users = new Map<string | null, string[]>();
  for (const { role, userName } of members) users.set(role, [...(users.get(role) ?? []), userName]);
  return [...users]
    .map(([role, held]) => ({ role, count: held.length, users: held }))
    .sort((a, b) => rank(a.role) - rank(b.role) || compareText(a.role ?? "", b.role ?? ""));
}

/** A report for people. */
export function reportDocument(report: Report): Document {
  return {
    title: "Notion workspace",
    incomplete: report.incomplete,
    summary: `${summaryOf(report)}.`,
    sections: () => sectionsOf(report),
    flat: () => flatTable(report),
    json: report,
  };
}

function sectionsOf({ users, roles, groups }: Report): Section[] {
  const sections: Section[] = [];
  if (users !== undefined) {
    // The id is for programs: CSV and JSON have it.
    const rows = users.map((user) => userRow(user).slice(0, -1));
    sections.push({ title: "Members", columns: USER_COLUMNS.slice(0, -1), rows });
  }
  if (roles !== undefined) {
    const rows = roles.map(({ role, count, users: held }) => [roleText(role), `${count}`, held.join(", ")]);
    sections.push({ title: "Roles", columns: ["role", "count", "members"], rows });
  }
  if (groups !== undefined) {
    const rows = groups.map((group) => [group.displayName, `${group.members.length}`, insideText(group)]);
    sections.push({ title: "Groups", columns: ["group", "count", "members"], rows });
  }
  return sections;
}

function insideText({ members, unknownMembers }: ReportedGroup): string {
  if (members.length + unknownMembers.length === 0) return "(empty)";
  const listed = members.map(({ userName }) => userName).join(", ");
  if (unknownMembers.length === 0) return listed;
  return `${listed}${listed === "" ? "" : "; "}not in the list of members: ${unknownMembers.join(", ")}`;
}

const USER_COLUMNS = ["e-mail", "name", "role", "active", "domain", "groups", "id"];

function userRow({ userName, name, role, active, domain, groups, id }: ReportedUser): string[] {
  return [userName, name, roleText(role), active ? "yes" : "no", domain, groups.join("; "), id];
}

/** One table of the report: the members, or what `--only` asks for, one row for each person. */
function flatTable({ users, roles, groups }: Report): FlatTable {
  if (users !== undefined) return { columns: USER_COLUMNS, rows: users.map(userRow) };
  if (roles !== undefined) {
    return {
      columns: ["role", "e-mail"],
      rows: roles.flatMap(({ role, users: held }) => held.map((userName) => [roleText(role), userName])),
    };
  }
  return {
    columns: ["group", "e-mail", "user id", "group id", "remark"],
    rows: (groups ?? []).flatMap(({ id, displayName, members, unknownMembers }) => [
      ...members.map((member) => [displayName, member.userName, member.id, id, ""]),
      ...unknownMembers.map((unknown) => [displayName, "", unknown, id, "not in the list of members"]),
      ...(members.length + unknownMembers.length === 0 ? [[displayName, "", "", id, "empty"]] : []),
    ]),
  };
}

function roleText(role: string | null): string {
  return role ?? NO_ROLE;
}

function summaryOf({ users, roles, groups }: Report): string {
  const parts = [
    ...(users === undefined ? [] : [counted(users.length, "member")]),
    ...(roles === undefined ? [] : [counted(roles.filter(({ role }) => role !== null).length, "role")]),
    ...(groups === undefined ? [] : [counted(groups.length, "group")]),
  ];
  return parts.join(", ");
}
