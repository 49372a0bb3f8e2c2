import { mkdir, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { underLock } from "../lock.mts";
import type { Log } from "../step.mts";
import { askVersion, CLI_NAME, LANGUAGE_HOST_NAME } from "./cli.mts";
import type { Engine } from "./engine.mts";
import { makeInstall } from "./install.mts";
import { checkInstall, type Manifest } from "./manifest.mts";
import { CLI_VERSION, versionKey } from "./pins.mts";
import { type Failure, messageOf } from "./report.mts";
import { folderWith } from "./search-path.mts";
import type { Way } from "./way.mts";

/** Where engines are installed: once per machine, whatever the number of clones. */
export function defaultCacheDir(env: NodeJS.ProcessEnv): string {
  if (env.PULUMI_NOTION_ENGINE_CACHE) return env.PULUMI_NOTION_ENGINE_CACHE;
  return join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "pulumi-notion", "engine");
}

/** The engine installed before; undefined where there is none, throws what is wrong with a broken one. */
export async function findCached(folder: string, env: NodeJS.ProcessEnv): Promise<Engine | undefined> {
  const manifest = await checkInstall(folder);
  return manifest && openInstall(folder, manifest, "cache", env);
}

export interface Installation {
  cacheDir: string;
  ways: readonly Way[];
  env: NodeJS.ProcessEnv;
  log: Log;
  /** Why each way failed is added here. */
  failures: Failure[];
}

/** Installs an engine by the first way that works, one process at a time; undefined when none does. */
export async function installEngine(installation: Installation): Promise<Engine | undefined> {
  const { cacheDir, env, log } = installation;
  const folder = join(cacheDir, await versionKey());
  const waiting = "Waiting for another run that is installing the Pulumi engine";
  return underLock(folder, waiting, log, async () => {
    // The run that we waited for may have installed it.
    const found = await findCached(folder, env).catch(() => undefined);
    if (found) return found;
    for (const way of installation.ways) {
      try {
        return await installBy(way, folder, installation);
      } catch (error) {
        installation.failures.push({ title: way.title, reason: messageOf(error) });
      }
    }
    return undefined;
  });
}

async function installBy(way: Way, folder: string, { env, log }: Installation): Promise<Engine> {
  // It outlives a failure, so that the next try goes on from there.
  const scratch = `${folder}.scratch`;
  const waysOwn = join(scratch, way.name);
  await mkdir(waysOwn, { recursive: true });
  const about = await makeInstall(folder, async (made) => {
    const layout = await way.install({ folder: made, scratch: waysOwn, env, log });
    const manifest = { version: CLI_VERSION, way: way.name, layout };
    await openInstall(made, manifest, way.name, env);
    return manifest;
  });
  await rm(scratch, { recursive: true, force: true });
  return openInstall(folder, about, way.name, env);
}

async function openInstall(
  folder: string,
  { version, layout }: Omit<Manifest, "files">,
  source: Engine["source"],
  env: NodeJS.ProcessEnv,
): Promise<Engine> {
  const path = (names: readonly string[]) => names.map((name) => join(folder, name));
  const programPath = path(layout.programPath);
  const folderOf = (program: string) => {
    const found = folderWith(program, programPath);
    if (found === undefined) throw new Error(`there is no ${program} in it`);
    return found;
  };
  folderOf(LANGUAGE_HOST_NAME);
  const pulumi = join(folderOf(CLI_NAME), CLI_NAME);
  const printed = await askVersion(pulumi, env);
  if (printed !== version) throw new Error(`its pulumi is ${printed} instead of ${version}`);
  return {
    pulumi,
    version,
    source,
    programPath: programPath.join(":"),
    policyPath: path(layout.policyPath).join(":"),
  };
}
