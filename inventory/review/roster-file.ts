import { basename } from "node:path";
import { fileText } from "../../provider/roster/file-text";
import { peopleOf } from "../../provider/roster/roster";
import { ENDING_WANTED, type RosterRows, rosterReader } from "../../provider/roster/roster-rows";
import { FileError } from "../cli/errors";
import { type Io, readBytes } from "../cli/io";
import { sha256 } from "./digest";

/** A roster, as its file has it. */
export interface RosterFile {
  /** As it was named. */
  file: string;
  text: string;
  rows: RosterRows;
  sha256: string;
}

/** @throws {FileError} with everything that is wrong with it */
export function readRosterFile(io: Io, file: string): RosterFile {
  const refuse = (problems: string[]) =>
    new FileError(
      `${file} cannot be used:`,
      problems.map((problem) => `${basename(file)}, ${problem}`),
    );
  const rowsOf = rosterReader(file);
  if (rowsOf === undefined) throw refuse([ENDING_WANTED]);
  const bytes = readBytes(io, file);
  const content = fileText(bytes);
  if ("problem" in content) throw refuse([content.problem]);
  const rows = rowsOf(content.text);
  const { problems } = peopleOf(rows);
  if (problems.length > 0) throw refuse(problems);
  return { file, text: content.text, rows, sha256: sha256(bytes) };
}
