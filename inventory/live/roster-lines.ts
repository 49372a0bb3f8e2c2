import { relative, resolve, sep } from "node:path";
import { rosterPlaces } from "../../provider/roster/roster-places";
import { type Io, readBytes } from "../cli/io";
import { readerOf } from "./roster-file";

/** Where the people of a roster stand in it. */
export interface RosterLines {
  /** Its path from the current folder, with slashes: what a forge knows it by. */
  name: string;
  /** The line of each person, by folded e-mail. */
  lines: ReadonlyMap<string, number>;
  /** The line of each person whose row names the account, by Notion's id. */
  linesById: ReadonlyMap<string, number>;
  /** What is wrong with it, a sentence each that begins with the line. */
  problems: readonly string[];
}

/** @throws {FileError} when the file cannot be read, or is none of a roster */
export function readRosterLines(io: Io, file: string): RosterLines {
  const name = relative(io.cwd, resolve(io.cwd, file)).split(sep).join("/");
  return { name, ...rosterPlaces(readerOf(file), readBytes(io, file)) };
}
