import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { SETTINGS, type Settings } from "../../provider/config";
import { isActiveOwner, type User } from "../../provider/model/record";
import type { ScimReader } from "../../provider/scim/client";
import { UnauthorizedError, UnavailableError } from "../../provider/scim/errors";
import type { Io } from "../cli/io";
import type { Progress } from "../cli/progress";
import { formatCount } from "../cli/text";
import { NEEDED_NODE, VERSIONS } from "../cli/versions";
import { settingsIn } from "../live/connection";
import type { Declared } from "../live/declared";
import { readStackConfig, type StackConfig, type StackReference } from "../live/stack";
import { readDeclaredOf } from "../live/state";
import { doubt } from "../live/workspace";
import {
  type Check,
  checkDeclared,
  checkOwners,
  checkServer,
  inListed,
  isAtLeast,
  ok,
  problem,
  warning,
} from "./check";
import { MIN_PULUMI } from "./remediations";

/** The versions in use: this package, Node, Pulumi's library in the project and its CLI. */
export async function checkVersions(io: Io, folder: string): Promise<Check[]> {
  const { node, "pulumi-notion": own } = VERSIONS;
  const checks = [
    ok("pulumi-notion", own),
    isAtLeast(node, NEEDED_NODE) ? ok("Node", node) : problem("Node", node, "installNode"),
  ];
  try {
    const require = createRequire(resolve(folder, "_"));
    const { version } = JSON.parse(readFileSync(require.resolve("@pulumi/pulumi/package.json"), "utf8"));
    checks.push(ok("@pulumi/pulumi", String(version)));
  } catch {
    checks.push(warning("@pulumi/pulumi", `not installed in ${folder}`, "installLibrary"));
  }
  try {
    const { stdout } = await promisify(execFile)("pulumi", ["version"], { env: io.env, timeout: 20_000 });
    const version = stdout.trim();
    checks.push(
      isAtLeast(version, MIN_PULUMI)
        ? ok("Pulumi CLI", version)
        : warning("Pulumi CLI", version, "updatePulumi"),
    );
  } catch {
    checks.push(warning("Pulumi CLI", "not on PATH", "installPulumi"));
  }
  return checks;
}

/** The settings and where they come from; undefined where they are missing or wrong. */
export async function checkSettings(
  io: Io,
  stack: StackReference | undefined,
): Promise<{ checks: Check[]; settings: Settings | undefined }> {
  let config: StackConfig | undefined;
  try {
    if (stack !== undefined) config = await readStackConfig(stack, io.env);
  } catch (error) {
    return { checks: [problem("stack", messageOf(error), "listStacks")], settings: undefined };
  }
  const checks: Check[] = [];
  let settings: Settings | undefined;
  const { env, key } = SETTINGS.scimToken;
  try {
    settings = settingsIn(io, (each) => config?.get(each));
    const fromEnv = Boolean(io.env[env]?.trim());
    checks.push(ok("token", `set, from ${fromEnv ? env : `the configuration of ${stack?.stack}`}`));
    checks.push(ok("address", settings.baseUrl.href));
  } catch (error) {
    checks.push(problem("settings", messageOf(error), "setToken"));
  }
  if (config?.get(key) !== undefined && !config.isSecret(key)) {
    checks.push(
      problem(
        "token in configuration",
        `in plain text in the configuration of ${stack?.stack}`,
        "replaceToken",
      ),
    );
  }
  return { checks, settings };
}

/** How many people the stack declares; and what it declares, where it can be read. */
export async function checkState(
  io: Io,
  stack: StackReference,
): Promise<{ check: Check; declared?: Declared }> {
  try {
    const declared = await readDeclaredOf(io, stack);
    return { check: checkDeclared(declared), declared };
  } catch (error) {
    return { check: problem("declared", messageOf(error), "exportStack") };
  }
}

/** Whether the server answers, takes the token, and what is in the workspace. */
export async function checkWorkspace(
  reader: ScimReader,
  progress: Progress,
): Promise<{ checks: Check[]; incomplete: string[]; members?: readonly User[] }> {
  const checks: Check[] = [];
  try {
    checks.push(checkServer(await reader.serviceProviderConfig()));
  } catch (error) {
    checks.push(problem("server", messageOf(error), "checkAddress"));
    // Nobody there: a second round of attempts would tell the same, half a minute later.
    if (error instanceof UnavailableError) return { checks, incomplete: [] };
  }
  try {
    // The discovery endpoint answers anybody: only a listing proves that the token is accepted.
    const started = performance.now();
    const first = await reader.usersPage();
    const took = Math.round(performance.now() - started);
    checks.push(ok("token accepted", "yes"));
    checks.push(ok("one request", `${took} ms for ${formatCount(first.Resources.length, "member")}`));
    progress(`Reading ${first.totalResults} members`);
    const { entries, incomplete } = await reader.listUsers(first);
    const owners = entries.filter(isActiveOwner).length;
    const complete = incomplete === undefined;
    checks.push(ok("members", inListed(`${entries.length}`, complete)), checkOwners(owners, complete));
    return {
      checks,
      members: entries,
      incomplete: incomplete === undefined ? [] : [doubt("members", incomplete)],
    };
  } catch (error) {
    checks.push(
      error instanceof UnauthorizedError
        ? problem("token accepted", messageOf(error), "setToken")
        : problem("list of members", messageOf(error), "runAgain"),
    );
    return { checks, incomplete: [] };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
