import { foldEmail } from "../../provider/model/email";
import { fileText } from "../../provider/roster/file-text";
import { peopleOf } from "../../provider/roster/roster";
import { ENDING_WANTED, type RosterRows, rosterReader } from "../../provider/roster/roster-rows";
import { FileError } from "../cli/errors";
import { type Io, readBytes } from "../cli/io";

/** A roster as the inventory reads it. */
export interface RosterFile {
  /** As `fileText` decodes it: what an edit starts from. */
  text: string;
  /** As a program has them. */
  people: ReturnType<typeof peopleOf>["people"];
  /** The same as they stand there: in the order of the file, the e-mail folded. */
  rows: RosterFileRow[];
  /** Whether it has the column `id`, filled or not. */
  hasIds: boolean;
}

/** One person as they stand in a roster. */
export interface RosterFileRow {
  line: number;
  email: string;
  cells: Readonly<Record<string, string>>;
}

/** What reads a roster of this name. @throws {FileError} where its ending is none of a roster */
export function readerOf(file: string): (text: string) => RosterRows {
  const reader = rosterReader(file);
  if (reader === undefined) throw new FileError(`${file} is no roster: ${ENDING_WANTED}.`);
  return reader;
}

/** @throws {FileError} with everything that is wrong with the file, each with its line */
export function readRosterFile(io: Io, file: string): RosterFile {
  const rowsOf = readerOf(file);
  const read = fileText(readBytes(io, file));
  if ("problem" in read) throw new FileError(`${file}, ${read.problem}.`);
  const found = rowsOf(read.text);
  const { people, problems } = peopleOf(found);
  if (problems.length > 0)
    throw new FileError(
      `${file} cannot be used:`,
      problems.map((each) => `${file}, ${each}`),
    );
  const rows = found.rows.map(({ line, fields }) => ({
    line,
    email: foldEmail(fields.userName ?? ""),
    cells: fields,
  }));
  return { text: read.text, people, rows, hasIds: found.columns.has("id") };
}
