import { isAbsolute, relative, resolve } from "node:path";
import { type RosterChange, RosterEditError } from "../../provider/roster/editing/change";
import { type EditedRoster, editRoster } from "../../provider/roster/editing/edit-roster";
import { FileError } from "../cli/errors";
import { type Io, writeWhole } from "../cli/io";
import { visibleLines } from "../cli/text";
import { type RosterFile, readerOf } from "../live/roster-file";
import { whyNotTimes } from "./role-times";
import { unifiedDiff } from "./unified-diff";

/**
 * The roster after the changes, which the engine takes if it took the one before.
 * @throws {FileError} with everything that stands in the way, and `end` behind it
 */
export function editedRoster(
  file: string,
  { text }: Pick<RosterFile, "text">,
  changes: readonly RosterChange[],
  end?: string,
): EditedRoster {
  try {
    const edited = editRoster(file, text, changes);
    const problems = newTimeProblems(file, text, edited.text);
    if (problems.length > 0) throw new RosterEditError(file, problems);
    return edited;
  } catch (error) {
    throw error instanceof RosterEditError ? notEdited(error, end) : error;
  }
}

/** What no run would take about times, and the file did not say before. */
function newTimeProblems(file: string, before: string, after: string): string[] {
  const problemsOf = (text: string) =>
    readerOf(file)(text).rows.flatMap(({ fields }) =>
      whyNotTimes(fields).map((problem) => `${fields.userName}: ${problem}`),
    );
  const known = new Set(problemsOf(before));
  return problemsOf(after).filter((problem) => !known.has(problem));
}

function notEdited({ file, problems }: RosterEditError, end?: string): FileError {
  return new FileError(
    `${file} is not edited:`,
    problems.map((problem) => `${file}, ${problem}`),
    end,
  );
}

/** Prints an edit as a patch, or writes that to a file: bytes for a program, and lines for a terminal. */
export function printPatch(io: Io, file: string, before: string, after: string, output?: string): void {
  const diff = unifiedDiff(pathInDiff(io, file), before, after);
  if (output !== undefined) writeWhole(io, [{ file: output, text: diff }]);
  else printDiff(io, diff);
}

/** Prints a unified diff: its bytes for a program, and lines for a terminal. */
export function printDiff({ stdout }: Io, diff: string): void {
  stdout.write(stdout.isTTY ? visibleLines(diff.replaceAll("\r\n", "\n")) : diff);
}

/** A file that is elsewhere keeps its name alone. */
function pathInDiff({ cwd }: Io, file: string): string {
  const path = relative(cwd, resolve(cwd, file));
  const inside = !isAbsolute(path) && !path.startsWith("..");
  return (inside ? path : file).replaceAll("\\", "/").replace(/^\/+/, "");
}
