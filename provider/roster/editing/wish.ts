import { foldEmail } from "../../model/email";
import type { FileProblem } from "../file-text";
import type { RosterRow } from "../roster-rows";
import type { RosterChange, RosterFields } from "./change";

/** What an edit comes to, in rows: the same for every format. */
export interface Wish {
  /** Cells to write of rows that are there, by index; `""` clears. What is so already is left out. */
  sets: Map<number, Map<string, string>>;
  /** Indices of rows to take out. */
  removals: Set<number>;
  /** New rows, without empty cells, by the index of the row that they follow (-1: none). */
  additions: Map<number, Map<string, string>[]>;
}

/** Pure: what the changes come to in a roster with these rows, and what is wrong with them. */
export function wishOf(
  rows: readonly RosterRow[],
  changes: readonly RosterChange[],
): { wish: Wish; problems: FileProblem[] } {
  const wish: Wish = { sets: new Map(), removals: new Set(), additions: new Map() };
  const problems: FileProblem[] = [];
  const places = new Map(rows.map(({ email }, index) => [email, index]));
  const changed = new Set<string>();
  const added: Map<string, string>[] = [];
  for (const change of changes) {
    const given = change.kind === "add" ? change.fields.userName : change.userName;
    const userName = foldEmail(given);
    const place = places.get(userName);
    const row = place === undefined ? undefined : rows[place];
    if (changed.has(userName)) problems.push({ message: `${given} is in two of the changes; make them one` });
    changed.add(userName);
    if (change.kind === "add") {
      if (row !== undefined) problems.push({ line: row.line, message: `${given} is in it already` });
      added.push(new Map(Object.entries(change.fields).filter(([, value]) => value !== "")));
    } else if (place === undefined || row === undefined) {
      problems.push({ message: `${given} is not in it` });
    } else if (change.kind === "remove") {
      wish.removals.add(place);
    } else {
      if (change.fields.userName === "")
        problems.push({ line: row.line, message: "a userName cannot be cleared" });
      wish.sets.set(place, differing(row.fields, change.fields));
    }
    if (change.kind !== "remove") problems.push(...unwritable(given, change.fields));
  }
  place(added, rows, wish);
  return { wish, problems };
}

/** Pure: the rows that a roster must have once the wish has come true. */
export function rowsAfter(rows: readonly RosterRow[], { sets, removals, additions }: Wish): RosterFields[] {
  const after = (index: number) => (additions.get(index) ?? []).map((cells) => Object.fromEntries(cells));
  return [
    ...after(-1),
    ...rows.flatMap(({ fields }, index) => {
      if (removals.has(index)) return after(index);
      const cells = new Map([...Object.entries(fields), ...(sets.get(index) ?? [])]);
      return [Object.fromEntries([...cells].filter(([, value]) => value !== "")), ...after(index)];
    }),
  ];
}

function differing(fields: RosterFields, wanted: RosterFields): Map<string, string> {
  return new Map(
    Object.entries(wanted).filter(
      ([column, value]) => value !== (Object.hasOwn(fields, column) ? fields[column] : ""),
    ),
  );
}

/** Half of a surrogate pair, which UTF-8 cannot hold, and the byte that no text has. */
const UNWRITABLE = /[\p{Cs}\0]/u;

function unwritable(userName: string, fields: RosterFields): FileProblem[] {
  return Object.entries(fields).flatMap(([column, value]) =>
    UNWRITABLE.test(value)
      ? [
          {
            message: `column ${column} of ${userName}: the text has characters that a file in UTF-8 cannot hold`,
          },
        ]
      : [],
  );
}

/** By code point: the same on every machine. With fewer than two rows nothing is known to be sorted. */
function place(added: Map<string, string>[], rows: readonly RosterRow[], { additions }: Wish): void {
  const key = (userName: string | undefined) => foldEmail(userName ?? "");
  const keys = rows.map(({ email }) => email);
  const sorted =
    keys.length > 1 && keys.every((each, index) => index === 0 || (keys[index - 1] ?? "") <= each);
  const ordered = sorted
    ? added.toSorted((a, b) => (key(a.get("userName")) < key(b.get("userName")) ? -1 : 1))
    : added;
  let after = sorted ? -1 : keys.length - 1;
  for (const cells of ordered) {
    while (sorted && after + 1 < keys.length && (keys[after + 1] ?? "") < key(cells.get("userName")))
      after += 1;
    additions.set(after, [...(additions.get(after) ?? []), cells]);
  }
}
