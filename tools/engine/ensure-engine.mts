import { join } from "node:path";
import type { Log } from "../step.mts";
import { defaultCacheDir, findCached, installEngine } from "./cache.mts";
import type { Engine } from "./engine.mts";
import { findInstalledCli } from "./installed-cli.mts";
import { versionKey } from "./pins.mts";
import { type Failure, messageOf, noEngineError } from "./report.mts";
import type { Way } from "./way.mts";
import { goModules } from "./ways/go-modules.mts";
import { npmPackage } from "./ways/npm-package.mts";

export interface EnsureEngineOptions {
  /** Takes lines of progress; default: stdout. */
  log?: Log;
  /** Where engines are installed; default: see `defaultCacheDir`. */
  cacheDir?: string;
  /** Default: this process's environment. */
  env?: NodeJS.ProcessEnv;
  /** How to install where there is none, in order; default: npm, then Go. */
  ways?: readonly Way[];
}

/** Finds the engine, or installs it; throws a NoEngineError that says what to do when there is no way. */
export async function ensureEngine(options: EnsureEngineOptions = {}): Promise<Engine> {
  const env = options.env ?? process.env;
  const log = options.log ?? console.log;
  const cacheDir = options.cacheDir ?? defaultCacheDir(env);
  const ways = options.ways ?? [npmPackage, goModules];
  const failures: Failure[] = [];

  try {
    return await findInstalledCli(env, cacheDir);
  } catch (error) {
    failures.push({ title: "a pulumi on PATH", reason: messageOf(error) });
  }

  const folder = join(cacheDir, await versionKey());
  try {
    const cached = await findCached(folder, env);
    if (cached) return cached;
    failures.push({ title: "an engine installed before", reason: `none in ${cacheDir}` });
  } catch (error) {
    const reason = messageOf(error);
    failures.push({ title: "an engine installed before", reason });
    log(`The Pulumi engine in ${folder} is broken (${reason}): installing it again`);
  }

  try {
    const installed = await installEngine({ cacheDir, ways, env, log, failures });
    if (installed !== undefined) return installed;
  } catch (error) {
    failures.push({ title: `installing into ${cacheDir}`, reason: messageOf(error) });
  }
  throw noEngineError(failures);
}
