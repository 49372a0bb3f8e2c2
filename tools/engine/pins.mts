import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** The engine that is installed when the machine has none; as in go/cli/go.mod and npm/package.json. */
export const CLI_VERSION = "3.259.0";

/** The last Node.js language host that can be had as a Go module; as in go/language-host/go.mod. */
export const LANGUAGE_HOST_VERSION = "3.68.0";

/** Import files that carry inputs and outputs, on which adopting a workspace rests, work from here on. */
export const MINIMUM_CLI_VERSION = "3.254.0";

/** Raised when the folder of an install changes its shape, so that older ones are not taken for new ones. */
const LAYOUT = 2;

const recipes = [
  "go/cli/go.mod",
  "go/cli/go.sum",
  "go/language-host/go.mod",
  "go/language-host/go.sum",
  "npm/package-lock.json",
];

/** Names the install that these pins describe, for this kind of machine. */
export async function versionKey(): Promise<string> {
  const hash = createHash("sha256").update(`${LAYOUT}\n${LANGUAGE_HOST_VERSION}\n`);
  for (const recipe of recipes) hash.update(await readFile(join(import.meta.dirname, recipe)));
  return `${CLI_VERSION}-${process.platform}-${process.arch}-${hash.digest("hex").slice(0, 8)}`;
}
