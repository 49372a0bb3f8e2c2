import { relative, resolve, sep } from "node:path";
import { formatProblem } from "../../provider/roster/file-text";
import { type ParsedRoster, parseRoster } from "../../provider/roster/roster";
import { FileError } from "../cli/errors";
import { type Io, readBytes, sha256 } from "../cli/io";

/** A roster as its file has it. */
export interface RosterFile extends ParsedRoster {
  /** As it was named. */
  file: string;
  /** From the current folder, with slashes: what a forge knows it by. */
  path: string;
  /** Of its bytes. */
  sha256: string;
  /** The line of a person: by Notion's id where their row names it, else by e-mail; null: they do not stand in it. */
  lineOf: (email: string, id?: string | null) => number | null;
}

/**
 * Reads a roster.
 * @param options.tolerant keeps invalid lines as problems, so that the lines of the people are still known
 * @throws {FileError} with everything that is wrong with it, each with its line
 */
export function readRosterFile(io: Io, file: string, { tolerant = false } = {}): RosterFile {
  const bytes = readBytes(io, file);
  const roster = parseRoster(file, bytes);
  const refused = roster.problems.filter(({ line }) => !tolerant || line === undefined);
  if (refused.length > 0)
    throw new FileError(
      `${file} cannot be used:`,
      refused.map((each) => formatProblem(file, each)),
    );
  const path = relative(io.cwd, resolve(io.cwd, file)).split(sep).join("/");
  return { ...roster, file, path, sha256: sha256(bytes), lineOf: linesOf(roster) };
}

function linesOf({ rows }: ParsedRoster): RosterFile["lineOf"] {
  const lines = new Map<string, number>();
  for (const { line, email, fields } of rows) {
    const keys = [...(email ? [`e-mail ${email}`] : []), ...(fields.id ? [`id ${fields.id}`] : [])];
    for (const key of keys) if (!lines.has(key)) lines.set(key, line);
  }
  return (email, id) => lines.get(`id ${id}`) ?? lines.get(`e-mail ${email}`) ?? null;
}
