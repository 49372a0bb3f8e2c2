import { UsageError } from "../cli/errors";
import { columnKey } from "../sources/fields";
import type { MembershipList } from "../sources/memberships";
import { cellOf } from "../sources/read-records";
import { isWorkspaceList, type Source } from "../sources/source";
import { addressesIn, type Correlation, isThere } from "./correlate";
import type { Subject } from "./subject";

/** What one list says of groups. */
export interface ExpectedGroups {
  /** Notion's names of the groups that it names. */
  names: ReadonlySet<string>;
  /** Those of somebody; undefined: it does not know them. */
  of: (subject: Subject, matches: readonly Correlation[]) => ReadonlySet<string> | undefined;
}

/** Where a list says who is in which group: a column of a source, or a file of memberships. */
export type GroupColumn = { column: string; source: string | undefined } | { file: string };

/** Pure: `groups`, `okta:groups` or `memberships.csv`. */
export function parseGroupColumn(value: string, sources: readonly Source[]): GroupColumn {
  if (/\.csv$/i.test(value)) return { file: value };
  const [, name, rest] = /^([^:]+):(.+)$/su.exec(value) ?? [];
  const isSource = sources.some((source) => source.name === name);
  return isSource && rest !== undefined
    ? { column: rest, source: name }
    : { column: value, source: undefined };
}

/** Pure: `eng-all=Engineering`: what a source calls a group, and its name in Notion. @throws {UsageError} */
export function parseGroupNames(values: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    values.map((value) => {
      const at = value.indexOf("=");
      const [there, here] = [value.slice(0, Math.max(at, 0)).trim(), value.slice(at + 1).trim()];
      if (there === "" || here === "")
        throw new UsageError(
          `--group-name wants name=Name in Notion, such as eng-all=Engineering, not "${value}".`,
        );
      return [there, here] as const;
    }),
  );
}

/**
 * Pure: what a column of the sources says of groups.
 * @param known the names of the groups in Notion: a name may hold what sets names apart
 * @throws {UsageError} where no source has the column
 */
export function groupsInColumn(
  { column, source: only }: { column: string; source: string | undefined },
  sources: readonly Source[],
  known: ReadonlySet<string>,
  calledHere: ReadonlyMap<string, string>,
): ExpectedGroups {
  const lists = sources.filter((source) => !isWorkspaceList(source) && (only ?? source.name) === source.name);
  const having = lists.filter(({ columns }) => columns.some((each) => columnKey(each) === columnKey(column)));
  if (having.length === 0) {
    const columns = [...new Set(lists.flatMap((source) => source.columns))].join(", ");
    throw new UsageError(
      `--expect-groups names the column "${column}", which no source has; there are ${columns}.`,
    );
  }
  const namesIn = (record: Source["records"][number]) =>
    groupsInCell(cellOf(record, column) ?? "", known).map((name) => calledHere.get(name) ?? name);
  const names = new Set(having.flatMap(({ records }) => records.flatMap(namesIn)));
  const theirs = new Set(having.map(({ name }) => name));
  return {
    names,
    of: (_, matches) => {
      const told = matches.filter(({ source, record }) => theirs.has(source) && isThere(record));
      return told.length === 0 ? undefined : new Set(told.flatMap(({ record }) => namesIn(record)));
    },
  };
}

/** The names in a cell: a list, or one name that is known as it stands. A comma may be part of a name. */
function groupsInCell(cell: string, known: ReadonlySet<string>): string[] {
  const whole = cell.trim();
  if (whole === "" || known.has(whole)) return whole === "" ? [] : [whole];
  return cell.split(/[;|\n]/.test(cell) ? /[;|\n]/ : ",").flatMap((each) => each.trim() || []);
}

/** Pure: what a list of memberships says of groups. */
export function groupsInList(
  { groups }: MembershipList,
  calledHere: ReadonlyMap<string, string>,
): ExpectedGroups {
  const byAddress = new Map<string, Set<string>>();
  const names = new Set<string>();
  for (const [there, addresses] of groups) {
    const name = calledHere.get(there) ?? there;
    names.add(name);
    for (const address of addresses) byAddress.set(address, (byAddress.get(address) ?? new Set()).add(name));
  }
  return {
    names,
    of: ({ addresses }, matches) => {
      const all = [...addresses, ...matches.flatMap(({ record }) => addressesIn(record))];
      return new Set(all.flatMap((address) => [...(byAddress.get(address) ?? [])]));
    },
  };
}
