import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import semver from "semver";
import { run } from "../run.mts";
import { MINIMUM_CLI_VERSION } from "./pins.mts";

export const CLI_NAME = "pulumi";
export const LANGUAGE_HOST_NAME = "pulumi-language-nodejs";

/** Far above what it takes (0.2 s), for a machine that is busy building. */
const VERSION_TIMEOUT_MS = 60_000;

/** Reads what `pulumi version` printed: "v3.259.0", "v3.260.0-alpha.x12ab". */
export function parseVersion(printed: string): string | undefined {
  return semver.parse(printed.trim())?.version;
}

export function isNewEnough(version: string): boolean {
  return semver.gte(version, MINIMUM_CLI_VERSION);
}

/** Runs `pulumi version`: the proof that the binary works. */
export async function askVersion(pulumi: string, env: NodeJS.ProcessEnv): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), "pulumi-notion-version-"));
  try {
    const printed = await run(pulumi, ["version"], {
      env: { ...env, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" },
      timeoutMs: VERSION_TIMEOUT_MS,
    });
    const version = parseVersion(printed);
    if (version === undefined)
      throw new Error(`"pulumi version" printed "${printed.trim()}", which is no version`);
    return version;
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
