import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Person } from "../resources/person";
import type { FileProblem } from "./file-text";
import { type ParsedGroups, parseGroups } from "./group-file";
import { parseRoster } from "./roster";

/** The people of a roster file, or everything that is wrong with it. */
export interface PeopleOfFile {
  people: Person[];
  problems: readonly FileProblem[];
}

/**
 * Reads a roster, by its ending CSV or YAML.
 * @param file path, from the folder of the process
 * @param groups names of the declared groups, where they are known
 */
export function readPeople(file: string, groups?: readonly string[]): PeopleOfFile {
  const read = bytesOf(file);
  if ("problem" in read) return { people: [], problems: [read.problem] };
  const { people, problems } = parseRoster(basename(file), read.bytes, groups);
  return problems.length > 0 ? { people: [], problems } : { people, problems };
}

/** Reads a YAML file of groups. @param file path, from the folder of the process */
export function readGroupFile(file: string): ParsedGroups {
  const read = bytesOf(file);
  return "problem" in read
    ? { groups: {}, problems: [read.problem] }
    : parseGroups(basename(file), read.bytes);
}

function bytesOf(file: string): { bytes: Uint8Array } | { problem: FileProblem } {
  try {
    return { bytes: readFileSync(file) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? error;
    return { problem: { message: `it cannot be read (${code})` } };
  }
}
