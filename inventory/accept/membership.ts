import { isChosen } from "../../provider/plan/groups-declared";
import { groupNames, withGroup, withoutGroup } from "../../provider/roster/group-cell";
import type { ParsedRoster } from "../../provider/roster/roster";
import type { RosterRow } from "../../provider/roster/roster-rows";
import type { DeclaredPerson } from "../../provider/state/person";
import type { Finding } from "../drift/finding";
import { REMEDIATIONS } from "../drift/remediations";
import type { Declared, DeclaredGroup } from "../live/declared";
import { rowFor } from "./row";

/** What becomes of a membership: a name more or less in the `groups` of a row, or words. */
export type MembershipAnswer =
  | { row: RosterRow; cellOf: (groups: string) => string }
  /** Somebody for whom the edit may add a row. */
  | { who: string; group: string; left: string }
  | { left: string }
  | { note: string };

/**
 * Pure: the edit of a row after which a person is declared in just the groups that they are in. What a group says itself,
 * by `include`, `where` or `except`, stands elsewhere, and is left.
 */
export function acceptMembership(
  finding: Finding,
  { declared, roster, now }: { declared: Declared; roster: ParsedRoster; now: number },
): MembershipAnswer {
  const { who, person, id, group: name } = finding;
  const group = declared.groups.find(
    (each) => each.urn === finding.resource && (each.group === name || each.kind === "NotionGroupMembership"),
  );
  if (group?.kind === "NotionGroupMembership")
    return {
      left: `a resource of its own declares this, not a roster. ${REMEDIATIONS[finding.remediation].text}`,
    };
  if (name === null || group === undefined) return { left: REMEDIATIONS[finding.remediation].text };
  const email = person ?? who;
  const { row, why } = rowFor(roster, { id, email });
  if (why !== undefined) return { left: why };
  const isIn = finding.kind === "unmanaged";
  if (row === undefined) {
    const left = `no row of the roster is for ${email}.`;
    return isIn && !name.includes(";") ? { who, group: name, left } : { left };
  }
  const said = whatTheGroupSays(group, row, roster, now);
  const isNamed = groupNames(row.fields.groups).includes(name);
  if (isIn) {
    if (said === "except") return { left: `\`except\` of group ${name} names them: take them out there.` };
    if (isNamed || said !== undefined) return { note: `line ${row.line} or the group says so already.` };
    if (name.includes(";"))
      return { left: `a cell cannot hold the name "${name}": name them in \`include\` of the group.` };
    return { row, cellOf: (groups) => withGroup(groups, name) };
  }
  if (said === "include") return { left: `\`include\` of group ${name} names them: take them out there.` };
  if (said === "where")
    return { left: `the rule of group ${name} chooses them: name them in \`except\` of the group.` };
  if (!isNamed) return { note: `line ${row.line} says so already.` };
  return { row, cellOf: (groups) => withoutGroup(groups, name) };
}

/** What of the group itself decides about the person of a row; undefined: nothing does. */
function whatTheGroupSays(
  { include, except, where }: DeclaredGroup,
  row: RosterRow,
  { rows, people }: ParsedRoster,
  now: number,
): "include" | "where" | "except" | undefined {
  if (include.includes(row.email)) return "include";
  if (except.includes(row.email)) return "except";
  const { userName: _, ...person } = people[rows.indexOf(row)] ?? {};
  const rule = where === undefined ? {} : { where };
  return isChosen(rule, row.email, person as DeclaredPerson, now) ? "where" : undefined;
}
