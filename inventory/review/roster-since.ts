import type { RosterRow } from "../../provider/roster/roster-rows";
import type { Person } from "./person";
import type { Remark } from "./roster-changes";
import { whoseRows } from "./whose-row";

/** What happened to a roster between the opening of a review and its closing. */
export interface RosterSince {
  /** Of those who are reviewed, also who was kept: a decision was about what they had then. */
  changed: Remark[];
  /** People who are in it now and were neither in it nor in the workspace: nobody reviewed them. */
  joined: string[];
}

/** Pure. @param before the rows when the review was opened */
export function rosterSince(
  people: readonly Person[],
  before: readonly RosterRow[],
  after: readonly RosterRow[],
): RosterSince {
  const [then, now] = [whoseRows(people, before), whoseRows(people, after)];
  const changed = people.flatMap((person): Remark[] => {
    const [was, is] = [then.get(person.id), now.get(person.id)];
    const [old, row] = [was, is].map((each) =>
      each !== undefined && "row" in each ? each.row.fields : undefined,
    );
    if (old === undefined && row === undefined) return [];
    if (row === undefined) {
      return [
        {
          person,
          text:
            is === undefined
              ? "their row was taken out, or has another address"
              : "which row is theirs cannot be told any more",
        },
      ];
    }
    if (old === undefined) return [{ person, text: `a row was added (${row.role ?? "no role"})` }];
    const differences = [...new Set([...Object.keys(old), ...Object.keys(row)])]
      .filter((column) => old[column] !== row[column])
      .map((column) => `${column} was ${old[column] ?? "empty"}, is ${row[column] ?? "empty"}`);
    return differences.length === 0 ? [] : [{ person, text: differences.join("; ") }];
  });
  const known = new Set(before.map(({ email }) => email));
  const theirs = new Set([...now.values()].flatMap((each) => ("row" in each ? [each.row] : [])));
  const members = new Set(people.map(({ userName }) => userName));
  const joined = after
    .filter((row) => !theirs.has(row))
    .map(({ email }) => email)
    .filter((email) => !known.has(email) && !members.has(email));
  return { changed, joined };
}
