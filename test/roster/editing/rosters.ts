import fc from "fast-check";
import { expect } from "vitest";
import type { RosterChange } from "../../../provider/roster/editing/change";
import { parseRoster, ROSTER_COLUMNS } from "../../../provider/roster/roster";
import { lostValue } from "../../../provider/roster/spreadsheet";

/** Lines of a generated file: those of a person, or a comment or a blank line that is nobody's. */
export interface Segment {
  userName?: string;
  text: string;
}

/** A generated roster: its parts, the file that they make, and the fields of everybody in it. */
export interface GeneratedRoster {
  file: string;
  segments: Segment[];
  lastLineEnd: boolean;
  people: Record<string, string>[];
}

const WORDS = [
  "Ada",
  "Lead",
  "it's",
  "no",
  "007",
  "~",
  "null",
  "1.5",
  "a: b",
  "[x]",
  "é",
  "健太",
  "{",
  "- x",
  "x #y",
];
const AWKWARD = [
  '"',
  '""',
  'q"uote',
  ",",
  "a, b",
  "#",
  "# no comment",
  "=SUM(A1)",
  "+1",
  "@x",
  "'",
  "''x",
  "two\nlines",
];

/** A text that a cell can hold: without spaces around it, and none that stands for a lost value. */
export const value = fc
  .oneof(
    fc.constantFrom(...WORDS, ...AWKWARD),
    fc
      .array(fc.constantFrom(...WORDS, ...AWKWARD, " "), { minLength: 1, maxLength: 4 })
      .map((all) => all.join("")),
    fc.string({ unit: "binary", maxLength: 6 }),
  )
  .map((text) => text.replaceAll("\0", "").trim())
  .filter((text) => text !== "" && !/^'[=+\-@\t\r＝＋－＠]/.test(text) && !/\p{Cs}/u.test(text))
  .filter((text) => lostValue(text) === undefined);

/** One that every format writes without quotes. */
export const plainValue = fc.constantFrom("Ada", "Lead", "Analyst of it", "é", "健太", "x-1");

export const role = fc.constantFrom("owner", "membership_admin", "member", "restricted_member");

/** Columns with a free text, beside userName and role. */
export const TEXTS = ROSTER_COLUMNS.filter((column) =>
  ["title", "department", "division", "locale", "costCenter"].includes(column),
);

export const userName = (index: number) => `p${String(index).padStart(2, "0")}@example.com`;

const groups = fc.constantFrom(
  "On-call",
  "Engineering; On-call",
  "A: b; C",
  "D; no; A: b; C",
  "x, y; Engineering; 007",
);

export const cellOf = (column: string) => (column === "role" ? role : column === "groups" ? groups : value);

/** The people of a file, as rows: what an edit is about. */
export function fieldsOf(file: string, text: string): Record<string, string>[] {
  const { rows, problems } = parseRoster(file, text);
  expect(problems).toEqual([]);
  return rows.map(({ fields }) => fields);
}

/** The file of these segments. */
export function fileOf(segments: Segment[], lastLineEnd: boolean): string {
  const text = segments.map((segment) => segment.text).join("");
  return lastLineEnd ? text : text.replace(/(\r\n|\n|\r)$/, "");
}

/** Indices of people, in a random order, of whom a part stands in the file. */
export const numbers = fc.uniqueArray(fc.nat({ max: 30 }), { maxLength: 8 });

/** Changes of some people of a roster, and who must be in it afterwards. */
export function changesOf(
  roster: GeneratedRoster,
): fc.Arbitrary<{ changes: RosterChange[]; people: Map<string, Record<string, string>> }> {
  const columns = ["role", ...TEXTS];
  const cells = fc.record(
    Object.fromEntries(columns.map((column) => [column, fc.option(cellOf(column), { nil: "" })])),
    { requiredKeys: [] },
  ) as fc.Arbitrary<Record<string, string>>;
  const kind = fc.constantFrom("set", "add", "remove", "none");
  return fc.array(fc.record({ kind, cells }), { minLength: 41, maxLength: 41 }).map((wishes) => {
    const people = new Map(roster.people.map((person) => [person.userName ?? "", person]));
    const filled = (all: Record<string, string>) =>
      Object.fromEntries(Object.entries(all).filter(([, cell]) => cell !== ""));
    const changes = wishes.flatMap(({ kind, cells }, index): RosterChange[] => {
      const name = userName(index);
      const there = people.get(name);
      if (there === undefined) {
        if (kind !== "add") return [];
        people.set(name, filled({ userName: name, ...cells }));
        return [{ kind, fields: { userName: name, ...cells } }];
      }
      if (kind === "remove") {
        people.delete(name);
        return [{ kind, userName: name }];
      }
      if (kind !== "set") return [];
      people.set(name, filled({ ...there, ...cells }));
      return [{ kind, userName: name, fields: cells }];
    });
    return { changes, people };
  });
}
