import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { StackError } from "../cli/errors";

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
  const config = (await ask(reference, env, ["config", "--show-secrets", "--json"])) as Record<
    string,
    { value?: string; secret: boolean }
  >;
  return { get: (key) => config[key]?.value, isSecret: (key) => config[key]?.secret === true };
}

/** The stack's state, as `pulumi stack export --show-secrets` prints it. @throws {StackError} */
export function readStackState(reference: StackReference, env: NodeJS.ProcessEnv): Promise<unknown> {
  return ask(reference, env, ["stack", "export", "--show-secrets"]);
}

/**
 * The JSON that a command of the CLI prints about the stack. It is run as it is: Pulumi's Automation API takes half
 * a second and 100 MB to load, asks for the CLI's version each time, and does no more.
 */
async function ask(
  { stack, folder }: StackReference,
  env: NodeJS.ProcessEnv,
  command: readonly string[],
): Promise<unknown> {
  try {
    // With --stack: which one the user has selected in this folder stays as it is.
    const { stdout } = await promisify(execFile)(
      "pulumi",
      [...command, "--stack", stack, "--non-interactive"],
      { cwd: resolve(folder), env, maxBuffer: Number.POSITIVE_INFINITY },
    );
    return parsed(stdout);
  } catch (error) {
    throw new StackError(
      `Could not read the stack ${stack} of the project in ${folder}: ${reason(error)}. ` +
        "Check --stack (`pulumi stack ls` lists them) and --cwd, and that `pulumi` is on PATH and logged in.",
    );
  }
}

/** What JSON.parse() says of a text has some of it in it, and secrets are in this one. */
function parsed(stdout: string): unknown {
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error("what pulumi printed is not JSON");
  }
}

/** The sentence of the CLI that says why, out of all that it prints. */
function reason(error: unknown): string {
  const text = stripVTControlCharacters(error instanceof Error ? error.message : String(error));
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => !line.startsWith("Command failed:"));
  const told = lines.find((line) => line.startsWith("error:")) ?? lines.find((line) => line !== "") ?? "";
  return told.replace(/^error:\s*/, "").replace(/\.$/, "");
}
