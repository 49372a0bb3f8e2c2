import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { RosterError, readRoster } from "../../provider/roster/read-roster";

/** A folder for the tests of one file, gone after them, and how a roster in it is read. */
export function rosterFiles() {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-notion-roster-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  function read(name: string, text: string | Uint8Array) {
    const file = join(folder, name);
    writeFileSync(file, text);
    return readRoster(file);
  }

  /** Why it cannot be used. */
  function problems(name: string, text: string | Uint8Array): string {
    try {
      read(name, text);
    } catch (error) {
      expect(error).toBeInstanceOf(RosterError);
      return (error as Error).message;
    }
    throw new Error("The roster was taken as it is.");
  }

  return { folder, read, problems };
}
