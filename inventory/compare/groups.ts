import type { GroupRecord } from "../../provider/model/group";
import type { RosterChange } from "../../provider/roster/editing/change";
import { groupNames, withGroup, withoutGroup } from "../../provider/roster/group-cell";
import { compareText } from "../cli/text";
import type { Correlation } from "./correlate";
import type { ExpectedGroups } from "./expected-groups";
import type { ComparisonFinding } from "./finding";
import type { Subject } from "./subject";

/** The groups that are compared, and those that are not. */
export interface ComparedGroups {
  lists: readonly ExpectedGroups[];
  /** Those in Notion that a list names, by name. */
  groups: ReadonlyMap<string, GroupRecord>;
  /** Names that lists have and Notion has not. */
  onlyAtSources: string[];
  /** Names that Notion has and no list has. */
  onlyInNotion: string[];
  /** Names that several groups in Notion have: which of them is meant cannot be told. */
  twice: string[];
  /** Names that a row may have: those that the stack, or another row, says that the program declares. */
  declared: ReadonlySet<string>;
}

/** Pure: which groups can be held against the lists: those of one name here and there, case included. */
export function comparedGroups(
  lists: readonly ExpectedGroups[],
  groups: readonly GroupRecord[],
  declared: ReadonlySet<string>,
): ComparedGroups {
  const named = Map.groupBy(groups, ({ name }) => name);
  const wanted = new Set(lists.flatMap(({ names }) => [...names]));
  const sorted = (names: Iterable<string>) => [...names].sort(compareText);
  const both = [...named].filter(([name]) => wanted.has(name));
  return {
    lists,
    groups: new Map(
      both.flatMap(([name, [group, ...others]]) => (group && others.length === 0 ? [[name, group]] : [])),
    ),
    onlyAtSources: sorted([...wanted].filter((name) => !named.has(name))),
    onlyInNotion: sorted([...named.keys()].filter((name) => !wanted.has(name))),
    twice: sorted(both.flatMap(([name, { length }]) => (length > 1 ? [name] : []))),
    declared,
  };
}

/** What a person's groups are otherwise than the lists have them, and what to do. */
export type GroupDifference = Required<Pick<ComparisonFinding, "groups" | "remediation" | "edit">>;

/**
 * Pure: the groups of a member against those of the lists; undefined: they agree. A list that does not know somebody says
 * nothing about them. That Notion's list of members may be cut proves nobody out of a group.
 */
export function groupDifference(
  subject: Subject,
  matches: readonly Correlation[],
  { lists, groups, declared }: ComparedGroups,
): GroupDifference | undefined {
  const told = lists.flatMap(({ names, of }) => {
    const theirs = of(subject, matches);
    return theirs === undefined ? [] : [{ names, theirs }];
  });
  const missing: string[] = [];
  const unmanaged: string[] = [];
  for (const [name, { members, complete }] of groups) {
    const asked = told.filter(({ names }) => names.has(name));
    if (asked.length === 0) continue;
    const isWanted = asked.some(({ theirs }) => theirs.has(name));
    const isIn = members.some(({ id }) => id === subject.id);
    if (isWanted && !isIn && complete) missing.push(name);
    if (!isWanted && isIn) unmanaged.push(name);
  }
  if (missing.length + unmanaged.length === 0) return undefined;
  const found = { missing: missing.sort(compareText), unmanaged: unmanaged.sort(compareText) };
  return { groups: found, ...proposalFor(subject, found, declared) };
}

/** The edit of what the row decides: groups that it names, or may name. */
function proposalFor(
  { declaration }: Subject,
  { missing, unmanaged }: GroupDifference["groups"],
  declared: ReadonlySet<string>,
): Pick<GroupDifference, "remediation" | "edit"> {
  if (declaration === null || declaration.line === null) return { remediation: "groupsUnknown", edit: null };
  const { email, row } = declaration;
  const before = row.groups ?? "";
  const named = groupNames(before);
  const added = missing.filter((name) => declared.has(name) && !named.includes(name) && !name.includes(";"));
  const removed = unmanaged.filter((name) => named.includes(name));
  const ofRow = added.length + removed.length;
  if (ofRow === 0) return { remediation: "groupsElsewhere", edit: null };
  const groups = added.reduce(withGroup, removed.reduce(withoutGroup, before));
  const edit: RosterChange = { kind: "set", userName: email, fields: { groups } };
  return { remediation: ofRow === missing.length + unmanaged.length ? "groupsRow" : "groupsPartly", edit };
}
