import { readFileSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { rosterPlaces } from "../../people/roster-places";
import { FileError } from "../console/errors";
import type { Io } from "../console/io";

/** Where the people of a roster stand in it. */
export interface RosterLines {
  /** Its path from the current folder, with slashes: what a forge knows it by. */
  name: string;
  /** The line of each person, by folded e-mail. */
  lines: ReadonlyMap<string, number>;
  /** What is wrong with it, a sentence each that begins with the line. */
  problems: readonly string[];
}

/** @throws {FileError} when the file cannot be read */
export function readRosterLines(io: Io, file: string): RosterLines {
  const path = resolve(io.cwd, file);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new FileError(`Could not read ${file}: ${code}. Check the name and where it is.`);
  }
  return { name: relative(io.cwd, path).split(sep).join("/"), ...rosterPlaces(file, bytes) };
}
