import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { RosterError, type RosterOptions, readGroups, readRoster } from "../../provider/roster/read-roster";

/** A folder for the tests of one file, gone after them, and how a roster in it is read. */
export function rosterFiles() {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-notion-roster-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  function write(name: string, text: string | Uint8Array): string {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  }

  const read = (name: string, text: string | Uint8Array, options?: RosterOptions) =>
    readRoster(write(name, text), options);

  const groups = (name: string, text: string) => readGroups(write(name, text));

  /** Why it cannot be used. */
  const problems = (name: string, text: string | Uint8Array, options?: RosterOptions) =>
    refusal(() => read(name, text, options));

  /** Why groups cannot be used, a line each. */
  const groupProblems = (name: string, text: string) => linesOf(refusal(() => groups(name, text)));

  return { folder, read, problems, groups, groupProblems };
}

/** The lines of a refusal, without the first one. */
export const linesOf = (message: string) =>
  message
    .split("\n")
    .slice(1)
    .map((line) => line.trim());

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(RosterError);
    return (error as Error).message;
  }
  throw new Error("The file was taken as it is.");
}
