import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Person } from "../resources/person";
import type { FileProblem } from "./file-text";
import { parseRoster } from "./roster";

/** The people of a roster file, or everything that is wrong with it. */
export interface PeopleOfFile {
  people: Person[];
  problems: readonly FileProblem[];
}

/** Reads a roster, by its ending CSV or YAML. @param file path, from the folder of the process */
export function readPeople(file: string): PeopleOfFile {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? error;
    return { people: [], problems: [{ message: `it cannot be read (${code})` }] };
  }
  const { people, problems } = parseRoster(basename(file), bytes);
  return problems.length > 0 ? { people: [], problems } : { people, problems };
}
