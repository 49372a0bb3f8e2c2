import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { RunError, runtime } from "@pulumi/pulumi";
import { PROVIDER_MODULE } from "../hosts/dynamic/stub";
import { nodeObjection } from "../node-version";

/**
 * The folder in which Pulumi starts the provider, and from which the line in the state resolves this package.
 * Taken when the package is loaded: a program may go elsewhere later.
 */
const programFolder = process.cwd();

/** How a package is added, by the lock file that a package manager leaves in a project or in its workspace. */
const ADDING = {
  "pnpm-lock.yaml": "pnpm add",
  "yarn.lock": "yarn add",
  "bun.lock": "bun add",
  "bun.lockb": "bun add",
  "package-lock.json": "npm install",
};

let passed = false;

/**
 * Ends the program where its first resource is declared if the provider could not be started for it: the
 * provider itself would say so with a stack trace, when the resource is written.
 * @throws {RunError} with the problem and its remediation
 */
export function checkProgramStart(): void {
  // Without a stack (a unit test with mocks) no provider is started.
  if (passed || runtime.getStackResource() === undefined) return;
  const objection = nodeObjection(process.versions.node) ?? objectionTo(programFolder);
  if (objection !== undefined) throw new RunError(objection);
  passed = true;
}

/** Why Pulumi would not find this package from the folder of a program; undefined if it does. */
export function objectionTo(folder: string): string | undefined {
  try {
    createRequire(join(folder, "_")).resolve(PROVIDER_MODULE);
    return undefined;
  } catch {
    const project = nearest(folder, ["package.json"])?.folder ?? folder;
    const lock = nearest(project, Object.keys(ADDING))?.file as keyof typeof ADDING | undefined;
    // The name alone: a whole path names the machine.
    const name = basename(project) || project;
    const add = ADDING[lock ?? "package-lock.json"];
    return `Pulumi loads pulumi-notion from the folder of the program, "${name}", and does not find it there; a library or a bundle that brings it along is not enough. Run \`${add} pulumi-notion\` in "${name}".`;
  }
}

/** The first of the files that is in the folder, or in the nearest one above it. */
function nearest(folder: string, files: readonly string[]): { folder: string; file: string } | undefined {
  const file = files.find((name) => existsSync(join(folder, name)));
  if (file !== undefined) return { folder, file };
  const above = dirname(folder);
  return above === folder ? undefined : nearest(above, files);
}
