import { formatCount } from "../cli/text";
import { NO_ROLE } from "../live/filter";
import type { Report, ReportedGroup, ReportedUser } from "../live/report";
import type { Document, FlatTable, Section } from "../output/document";

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
    const rows = groups.map((group) => [group.displayName, countText(group), insideText(group)]);
    sections.push({ title: "Groups", columns: ["group", "count", "members"], rows });
  }
  return sections;
}

const countText = ({ members, complete }: ReportedGroup) =>
  complete ? `${members.length}` : `${members.length} or more`;

function insideText({ members, unknownMembers, complete }: ReportedGroup): string {
  if (members.length + unknownMembers.length === 0) return complete ? "(empty)" : "–";
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
    rows: (groups ?? []).flatMap(({ id, displayName, members, unknownMembers, complete }) => [
      ...members.map((member) => [displayName, member.userName, member.id, id, ""]),
      ...unknownMembers.map((unknown) => [displayName, "", unknown, id, "not in the list of members"]),
      ...(members.length + unknownMembers.length === 0 && complete
        ? [[displayName, "", "", id, "empty"]]
        : []),
      ...(complete ? [] : [[displayName, "", "", id, "the list of members may be cut"]]),
    ]),
  };
}

function roleText(role: string | null): string {
  return role ?? NO_ROLE;
}

function summaryOf({ users, roles, groups }: Report): string {
  const parts = [
    ...(users === undefined ? [] : [formatCount(users.length, "member")]),
    ...(roles === undefined ? [] : [formatCount(roles.filter(({ role }) => role !== null).length, "role")]),
    ...(groups === undefined ? [] : [formatCount(groups.length, "group")]),
  ];
  return parts.join(", ");
}
