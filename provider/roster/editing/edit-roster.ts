import { extname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { FileProblem } from "../file-text";
import { groupNames } from "../group-cell";
import { type ParsedRoster, parseRoster } from "../roster";
import type { RosterRow } from "../roster-rows";
import { NotEditable, type RosterChange, RosterEditError, type RosterFields } from "./change";
import { editCsv } from "./csv-edit";
import { rowsAfter, wishOf } from "./wish";
import { editYaml } from "./yaml-edit";

/** A roster after its edit. */
export interface EditedRoster {
  text: string;
  rows: readonly RosterRow[];
  /** What changed beyond the people who were named, a sentence each. */
  notes: string[];
}

/**
 * Pure: the text of a roster after the changes. Only cells that differ are written; comments, order, quotes,
 * line ends, a byte order mark and every other line stay byte for byte. What comes out is read again and must
 * be the people that were wanted; otherwise, and where the file cannot be used as it is, nothing is changed.
 * @param file its name: the ending tells the format, and errors begin with it
 * @param text as `fileText` decodes it; write it back as UTF-8
 * @param changes at most one for each person
 * @throws {RosterEditError} with everything that stands in the way
 */
export function editRoster(file: string, text: string, changes: readonly RosterChange[]): EditedRoster {
  const isCsv = extname(file).toLowerCase() === ".csv";
  const before = parseRoster(file, text);
  refuse(file, before.problems);
  const { wish, problems } = wishOf(before.rows, changes);
  refuse(file, problems);

  const edited = withLastLineEnd(text, (whole) => {
    try {
      return isCsv ? editCsv(whole, wish) : editYaml(whole, wish);
    } catch (error) {
      if (error instanceof NotEditable) throw new RosterEditError(file, [error.problem]);
      throw error;
    }
  });
  const after = parseRoster(file, edited);
  refuse(
    file,
    after.problems.map((each) => ({ ...each, message: `once it is edited: ${each.message}` })),
  );
  const wanted = rowsAfter(before.rows, wish);
  const differs = wanted.findIndex((fields, index) => !same(fields, after.rows[index]?.fields));
  if (differs >= 0 || after.rows.length !== wanted.length) {
    const who = wanted[differs]?.userName ?? "the last person";
    refuse(file, [{ message: `${who} would not be read as wanted; edit this file by hand` }]);
  }
  return { text: edited, rows: after.rows, notes: isCsv ? newColumns(before, after) : [] };
}

function refuse(file: string, problems: readonly FileProblem[]): void {
  if (problems.length > 0) throw new RosterEditError(file, problems);
}

/** A file whose last line has no end is edited as if it had one, and has none again. */
function withLastLineEnd(text: string, edit: (text: string) => string): string {
  if (/[\r\n]$/.test(text)) return edit(text);
  const lineEnd = /\r\n|\n|\r/.exec(text)?.[0] ?? "\n";
  return edit(text + lineEnd).replace(/(\r\n|\n|\r)$/, "");
}

function same(a: RosterFields, b: RosterFields | undefined): boolean {
  const columns = Object.keys(a);
  return (
    b !== undefined &&
    columns.length === Object.keys(b).length &&
    columns.every((column) => Object.hasOwn(b, column) && isSame(column, a[column], b[column]))
  );
}

/** Groups are the same in whatever order they are named, and however their names are set apart. */
const isSame = (column: string, a: string | undefined, b: string | undefined) =>
  a === b || (column === "groups" && isDeepStrictEqual(groupNames(a).sort(), groupNames(b).sort()));

function newColumns(before: ParsedRoster, after: ParsedRoster): string[] {
  return [...after.columns.keys()]
    .filter((column) => !before.columns.has(column))
    .map(
      (column) =>
        `The column ${column} is new: every line gets a cell for it, empty where nothing was asked.`,
    );
}
