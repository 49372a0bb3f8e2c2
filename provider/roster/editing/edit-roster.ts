import { extname } from "node:path";
import { peopleOf } from "../roster";
import { csvRows, ENDING_WANTED, type RosterRows, yamlRows } from "../roster-rows";
import { NotEditable, type RosterChange, RosterEditError, type RosterFields } from "./change";
import { editCsv } from "./csv-edit";
import { rowsAfter, type Wish, wishOf } from "./wish";
import { editYaml } from "./yaml-edit";

interface Format {
  read: (text: string) => RosterRows;
  edit: (text: string, wish: Wish) => string;
}

const CSV: Format = { read: csvRows, edit: editCsv };
const YAML: Format = { read: yamlRows, edit: editYaml };
const FORMATS: Record<string, Format> = { ".csv": CSV, ".yaml": YAML, ".yml": YAML };

/** A roster after its edit. */
export interface EditedRoster {
  text: string;
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
  const format = FORMATS[extname(file).toLowerCase()];
  if (format === undefined) throw new RosterEditError(file, [ENDING_WANTED]);
  const read = format.read(text);
  refuse(file, peopleOf(read).problems);
  const { wish, problems } = wishOf(read.rows, changes);
  refuse(file, problems);

  const edited = withLastLineEnd(text, (whole) => {
    try {
      return format.edit(whole, wish);
    } catch (error) {
      if (error instanceof NotEditable) throw new RosterEditError(file, [error.message]);
      throw error;
    }
  });
  const reread = format.read(edited);
  refuse(file, peopleOf(reread).problems, "once it is edited, ");
  const wanted = rowsAfter(read.rows, wish);
  const differs = wanted.findIndex((fields, index) => !same(fields, reread.rows[index]?.fields));
  if (differs >= 0 || reread.rows.length !== wanted.length) {
    const who = wanted[differs]?.userName ?? "the last person";
    refuse(file, [`${who} would not be read as wanted; edit this file by hand`]);
  }
  return { text: edited, notes: notes(format, read, reread) };
}

function refuse(file: string, problems: string[], when = ""): void {
  if (problems.length > 0)
    throw new RosterEditError(
      file,
      problems.map((problem) => when + problem),
    );
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
    columns.every((column) => Object.hasOwn(b, column) && a[column] === b[column])
  );
}

function notes(format: Format, before: RosterRows, after: RosterRows): string[] {
  if (format !== CSV) return [];
  return [...after.columns.keys()]
    .filter((column) => !before.columns.has(column))
    .map(
      (column) =>
        `The column ${column} is new: every line gets a cell for it, empty where nothing was asked.`,
    );
}
