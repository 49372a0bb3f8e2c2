import { isAbsolute, relative, resolve } from "node:path";
import { type RosterChange, RosterEditError } from "../../provider/roster/editing/change";
import { type EditedRoster, editRoster } from "../../provider/roster/editing/edit-roster";
import { type FileProblem, formatProblem } from "../../provider/roster/file-text";
import type { ParsedRoster } from "../../provider/roster/roster";
import type { RosterRow } from "../../provider/roster/roster-rows";
import { FileError } from "../cli/errors";
import { type Io, writeWhole } from "../cli/io";
import { sanitizeLines } from "../cli/text";
import { whyNotTimes } from "./role-times";
import { unifiedDiff } from "./unified-diff";

/**
 * The roster after the changes, which the engine takes if it took the one before.
 * @throws {FileError} with everything that stands in the way, and `end` behind it
 */
export function editedRoster(
  file: string,
  { text, rows }: Pick<ParsedRoster, "text" | "rows">,
  changes: readonly RosterChange[],
  end?: string,
): EditedRoster {
  try {
    const edited = editRoster(file, text, changes);
    const problems = newTimeProblems(rows, edited.rows);
    if (problems.length > 0) throw new RosterEditError(file, problems);
    return edited;
  } catch (error) {
    throw error instanceof RosterEditError ? notEdited(error, end) : error;
  }
}

/** What no run would take about times, and the file did not say before. */
function newTimeProblems(before: readonly RosterRow[], after: readonly RosterRow[]): FileProblem[] {
  const timeProblems = (rows: readonly RosterRow[]) =>
    rows.flatMap(({ fields }) => whyNotTimes(fields).map((problem) => `${fields.userName}: ${problem}`));
  const known = new Set(timeProblems(before));
  return timeProblems(after).flatMap((message) => (known.has(message) ? [] : [{ message }]));
}

function notEdited({ file, problems }: RosterEditError, end?: string): FileError {
  const lines = problems.map((each) => formatProblem(file, each));
  return new FileError(`${file} is not edited:`, lines, end);
}

/** Writes an edit into its file, or prints it as a patch. */
export function writeOrPrint(io: Io, file: string, before: string, after: string, write: boolean): void {
  if (!write) printPatch(io, file, before, after);
  else if (before !== after) writeWhole(io, [{ file, text: after }]);
}

/** Prints an edit as a patch, or writes that to a file: bytes for a program, and lines for a terminal. */
export function printPatch(io: Io, file: string, before: string, after: string, output?: string): void {
  const diff = unifiedDiff(pathInDiff(io, file), before, after);
  if (output !== undefined) writeWhole(io, [{ file: output, text: diff }]);
  else printDiff(io, diff);
}

/** Prints a unified diff: its bytes for a program, and lines for a terminal. */
export function printDiff({ stdout }: Io, diff: string): void {
  stdout.write(stdout.isTTY ? sanitizeLines(diff.replaceAll("\r\n", "\n")) : diff);
}

/** A file that is elsewhere keeps its name alone. */
function pathInDiff({ cwd }: Io, file: string): string {
  const path = relative(cwd, resolve(cwd, file));
  const inside = !isAbsolute(path) && !path.startsWith("..");
  return (inside ? path : file).replaceAll("\\", "/").replace(/^\/+/, "");
}
