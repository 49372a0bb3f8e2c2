import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { RunError } from "@pulumi/pulumi";
import type { Person } from "../resources/notion-workspace";
import { fileText } from "./file-text";
import { peopleOf } from "./roster";
import { ENDING_WANTED, rosterReader } from "./roster-rows";

/** A roster that cannot be used as it is: ends the program with a list of everything that is wrong with it. */
export class RosterError extends RunError {
  constructor(file: string, problems: string[]) {
    super(`${file} cannot be used:\n${problems.map((problem) => `  ${file}, ${problem}`).join("\n")}`);
  }
}

/**
 * Reads the people of a workspace from a file, by its ending: CSV with a line of column names, or YAML with
 * a list of people. It must be UTF-8, with or without a byte order mark. What is left out or empty is not
 * managed; so somebody without a role is a member whose role this program leaves as it is.
 * @param file path, from the folder that the program runs in
 * @throws {RosterError} with file, line and column of everything that is wrong; nothing is skipped
 */
export function readRoster(file: string): Person[] {
  const name = basename(file);
  const reader = rosterReader(file);
  if (reader === undefined) throw new RosterError(name, [ENDING_WANTED]);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new RosterError(name, [`it cannot be read (${(error as NodeJS.ErrnoException).code ?? error})`]);
  }
  const content = fileText(bytes);
  if ("problem" in content) throw new RosterError(name, [content.problem]);
  const { people, problems } = peopleOf(reader(content.text));
  if (problems.length > 0) throw new RosterError(name, problems);
  return people;
}
