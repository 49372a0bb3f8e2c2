import { basename } from "node:path";
import { RunError } from "@pulumi/pulumi";
import type { Person } from "../resources/person";
import type { WorkspaceGroup } from "../resources/workspace-group";
import { type FileProblem, formatProblem } from "./file-text";
import { readGroupFile, readPeople } from "./read-people";

/** A roster that cannot be used as it is: ends the program with a list of everything that is wrong with it. */
export class RosterError extends RunError {
  constructor(file: string, problems: readonly FileProblem[]) {
    const lines = problems.map((problem) => `  ${formatProblem(file, problem)}`);
    super(`${file} cannot be used:\n${lines.join("\n")}`);
  }
}

/** What a roster is held against. */
export interface RosterOptions {
  /** The declared groups, as {@link readGroups} gives them: a row that names another group is refused. */
  groups?: Readonly<Record<string, unknown>>;
}

/**
 * Reads the people of a workspace from a file, by its ending: CSV with a line of column names, or YAML with
 * a list of people. It must be UTF-8, with or without a byte order mark. What is left out or empty is not
 * managed; so a person without a role is a member whose role this program leaves as it is.
 * @param file path, from the folder that the program runs in
 * @throws {RosterError} with file, line and column of everything that is wrong; nothing is skipped
 */
export function readRoster(file: string, { groups }: RosterOptions = {}): Person[] {
  const { people, problems } = readPeople(file, groups && Object.keys(groups));
  if (problems.length > 0) throw new RosterError(basename(file), problems);
  return people;
}

/**
 * Reads the groups of a workspace from a YAML file: a map by the name of each group. It must be UTF-8.
 * @param file path, from the folder that the program runs in
 * @throws {RosterError} with file, line and group of everything that is wrong; nothing is skipped
 */
export function readGroups(file: string): Record<string, WorkspaceGroup> {
  const { groups, problems } = readGroupFile(file);
  if (problems.length > 0) throw new RosterError(basename(file), problems);
  return groups;
}
