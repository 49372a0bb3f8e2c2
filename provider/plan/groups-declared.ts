import { undeclaredGroups } from "../model/group-names";
import { nearest } from "../model/suggestion";
import { UNKNOWN } from "../model/unknown";
import type { DeclaredGroup, DeclaredGroups, Rule, RuleColumn } from "../state/group";
import type { DeclaredPerson } from "../state/person";
import type { PeopleOfGroups, PresentPerson } from "./groups-people";
import { roleAt } from "./times";

/** Pure: what cannot be meant about groups and about who is in them, a sentence each. */
export function groupProblems(
  groups: DeclaredGroups,
  people: Readonly<Record<string, DeclaredPerson>>,
): string[] {
  return [
    ...Object.entries(people).flatMap(([email, { groups: named = [] }]) =>
      undeclaredGroups(named, Object.keys(groups)).map((why) => `${email}: ${why}`),
    ),
    ...Object.entries(groups).flatMap(([name, group]) =>
      settingProblems(name, group, people).map((why) => `group ${name}: ${why}`),
    ),
    ...sharedFormerNames(groups),
  ];
}

function settingProblems(
  name: string,
  { include = [], except = [], where, formerName }: DeclaredGroup,
  people: Readonly<Record<string, DeclaredPerson>>,
): string[] {
  const strange = (field: string, emails: readonly string[]) =>
    emails.flatMap((email) => {
      if (Object.hasOwn(people, email)) return [];
      const meant = nearest(email, Object.keys(people));
      const hint = meant === undefined ? "Add a row for them" : `Did you mean ${meant}`;
      return [`${field} names ${email}, who is not declared. ${hint}${meant ? "?" : "."}`];
    });
  const both = (email: string) => include.includes(email) || people[email]?.groups?.includes(name);
  return [
    ...(name.trim() === name && name !== "" ? [] : ["its name is empty, or has spaces around it"]),
    ...strange("include", include),
    ...strange("except", except),
    ...except.flatMap((email) =>
      both(email)
        ? [
            `except names ${email}, and ${include.includes(email) ? "include" : "their row"} names them, too. Keep one of the two.`,
          ]
        : [],
    ),
    ...(except.length > 0 && where === undefined
      ? ["except takes people out of what `where` chooses, and there is no `where`"]
      : []),
    ...(formerName === name ? ["formerName is the name that it has"] : []),
  ];
}

function sharedFormerNames(groups: DeclaredGroups): string[] {
  const seen = new Map<string, string>();
  return Object.entries(groups).flatMap(([name, { formerName }]) => {
    if (formerName === undefined) return [];
    const other = seen.get(formerName);
    seen.set(formerName, other ?? name);
    return other === undefined
      ? []
      : [`groups ${other} and ${name} both have the formerName ${formerName}. Keep one of the two.`];
  });
}

/** Pure: who is to be in a group at this moment, by e-mail. */
export function wantedMembers(
  name: string,
  group: DeclaredGroup,
  { present, now }: Pick<PeopleOfGroups, "present" | "now">,
): Map<string, PresentPerson> {
  const included = new Set(group.include);
  return new Map(
    [...present].filter(
      ([email, { row }]) =>
        included.has(email) || row.groups?.includes(name) || isChosen(group, email, row, now),
    ),
  );
}

/** Whether the rule of a group chooses somebody. */
export function isChosen(
  { where, except = [] }: Pick<DeclaredGroup, "where" | "except">,
  email: string,
  row: DeclaredPerson,
  now: number,
): boolean {
  return where !== undefined && !except.includes(email) && failingColumn(where, row, now) === undefined;
}

/** The first column whose value is none of the rule's; undefined where all are. */
export function failingColumn(
  where: Rule,
  row: DeclaredPerson,
  now: number,
): { column: RuleColumn; values: readonly string[]; now: string | undefined } | undefined {
  for (const [column, values] of Object.entries(where) as [RuleColumn, readonly string[]][]) {
    const value = column === "role" ? roleAt(row, now) : row[column];
    if (value === undefined || !values.includes(value)) return { column, values, now: value };
  }
  return undefined;
}

/** Whether it is not known yet if a rule chooses somebody. */
export function isUndecided({ where }: DeclaredGroup, row: DeclaredPerson, now: number): boolean {
  if (where === undefined) return false;
  return failingColumn(where, row, now)?.now === UNKNOWN;
}

/** Pure: lines about rules that choose nobody: a value is compared exactly. */
export function ruleRemarks(
  groups: DeclaredGroups,
  { present, now }: Pick<PeopleOfGroups, "present" | "now">,
): string[] {
  return Object.entries(groups).flatMap(([name, { where }]) => {
    if (where === undefined) return [];
    const rows = [...present.values()].map(({ row }) => row);
    if (rows.length === 0 || rows.some((row) => failingColumn(where, row, now) === undefined)) return [];
    return [`? group ${name}: its rule (${ruleWords(where)}) chooses nobody${meantValue(where, rows)}`];
  });
}

/** A rule as it reads in a sentence: `department is "Engineering" or "Platform"`. */
function ruleWords(where: Rule): string {
  return Object.entries(where)
    .map(([column, values]) => `${column} is ${values.map((value) => `"${value}"`).join(" or ")}`)
    .join(", and ");
}

function meantValue(where: Rule, rows: readonly DeclaredPerson[]): string {
  for (const [column, values] of Object.entries(where) as [RuleColumn, readonly string[]][]) {
    const known = [...new Set(rows.flatMap((row) => row[column] ?? []))];
    for (const value of values) {
      const meant = known.includes(value) ? undefined : nearest(value, known);
      if (meant !== undefined) return `; did you mean "${meant}"?`;
    }
  }
  return "";
}
