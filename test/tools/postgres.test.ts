import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findPostgres } from "../../tools/postgres.mts";
import { temporaryFolder } from "./temporary-folder";

function install(folder: string, ...programs: string[]): string {
  mkdirSync(folder, { recursive: true });
  for (const program of programs) writeFileSync(join(folder, program), "", { mode: 0o755 });
  return folder;
}

test("of several PostgreSQL servers the newest is found, and one on PATH where Debian has none", () => {
  const folder = temporaryFolder();
  const debian = join(folder, "postgresql", "*", "bin");
  const path = install(join(folder, "bin"), "postgres", "initdb");
  expect(findPostgres(path, debian)).toBe(path);
  install(join(folder, "postgresql", "9", "bin"), "postgres", "initdb");
  const newest = install(join(folder, "postgresql", "15", "bin"), "postgres", "initdb");
  expect(findPostgres(path, debian)).toBe(newest);
});

test("a client without a server, or a folder of links to single programs, is no PostgreSQL", () => {
  const folder = temporaryFolder();
  const client = install(join(folder, "client"), "psql", "postgres");
  expect(findPostgres(client, join(folder, "none", "*"))).toBeUndefined();
});
