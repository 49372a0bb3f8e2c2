import { resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { StackError } from "../console/errors";

/** A stack of the project in a folder. */
export interface StackReference {
  stack: string;
  /** The folder of the project's Pulumi.yaml. */
  folder: string;
}

export interface StackConfig {
  /** Looks up a decrypted value by its whole key, such as `notion:scimToken`. */
  get: (key: string) => string | undefined;
  /** Whether the value is kept encrypted. */
  isSecret: (key: string) => boolean;
}

/** The stack's configuration, decrypted. @throws {StackError} */
export async function readStackConfig(
  reference: StackReference,
  env: NodeJS.ProcessEnv,
): Promise<StackConfig> {
  const config = await ask(reference, env, (workspace) => workspace.getAllConfig(reference.stack));
  return { get: (key) => config[key]?.value, isSecret: (key) => config[key]?.secret === true };
}

/** The stack's state, as `pulumi stack export --show-secrets` prints it. @throws {StackError} */
export function readStackState(reference: StackReference, env: NodeJS.ProcessEnv): Promise<unknown> {
  return ask(reference, env, (workspace) => workspace.exportStack(reference.stack));
}

type LocalWorkspace = import("@pulumi/pulumi/automation/index.js").LocalWorkspace;

async function ask<T>(
  { stack, folder }: StackReference,
  env: NodeJS.ProcessEnv,
  question: (workspace: LocalWorkspace) => Promise<T>,
): Promise<T> {
  // Loaded only here: it takes a second and 100 MB that a report without a stack does not need.
  const { LocalWorkspace } = await import("@pulumi/pulumi/automation/index.js");
  const envVars = Object.fromEntries(
    Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
  try {
    // Not selectStack: it would change which stack the user has selected in this folder.
    return await question(await LocalWorkspace.create({ workDir: resolve(folder), envVars }));
  } catch (error) {
    throw new StackError(
      `Could not read the stack ${stack} of the project in ${folder}: ${reason(error)}. ` +
        "Check --stack (`pulumi stack ls` lists them) and --cwd, and that `pulumi` is on PATH and logged in.",
    );
  }
}

/** The sentence of the CLI that says why, out of all that it prints. */
function reason(error: unknown): string {
  const text = stripVTControlCharacters(error instanceof Error ? error.message : String(error));
  const lines = text.split("\n").map((line) => line.trim());
  const told = lines.find((line) => line.startsWith("error:")) ?? lines.find((line) => line !== "") ?? "";
  return told.replace(/^error:\s*/, "").replace(/\.$/, "");
}
