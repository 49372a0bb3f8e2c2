import { realpathSync } from "node:fs";
import { basename, dirname, join, resolve, sep } from "node:path";
import { askVersion, CLI_NAME, isNewEnough, LANGUAGE_HOST_NAME } from "./cli.mts";
import type { Engine } from "./engine.mts";
import { MINIMUM_CLI_VERSION } from "./pins.mts";
import { foldersOf, folderWith, isProgram } from "./search-path.mts";

/**
 * The engine that the user has on PATH; throws the reason why there is none to use. One of our own installs,
 * put on PATH by hand, is none of the user's: the cache knows more about it.
 */
export async function findInstalledCli(env: NodeJS.ProcessEnv, cacheDir: string): Promise<Engine> {
  const folders = foldersOf(env.PATH).filter((each) => !isInside(each, cacheDir));
  const folder = folderWith(CLI_NAME, folders);
  if (folder === undefined) throw new Error("no pulumi there");
  const pulumi = join(folder, CLI_NAME);

  // The npm package `pulumi` is a script that downloads a CLI into the user's home when it is first run.
  const target = realpathSync(pulumi);
  if (basename(target) === "run.js") throw new Error(`${pulumi} is npm's downloader, not the CLI itself`);

  const hostFolder = [folder, dirname(target), ...folders].find((each) =>
    isProgram(join(each, LANGUAGE_HOST_NAME)),
  );
  if (hostFolder === undefined)
    throw new Error(`${pulumi} comes without its language host ${LANGUAGE_HOST_NAME}`);

  const version = await askVersion(pulumi, env);
  if (!isNewEnough(version))
    throw new Error(`${pulumi} is ${version}; ${MINIMUM_CLI_VERSION} or newer is needed`);

  const path = foldersOf([folder, hostFolder].join(":")).join(":");
  // An official release runs policy packs through its language host.
  return { pulumi, version, source: "PATH", programPath: path, policyPath: path };
}

function isInside(folder: string, ancestor: string): boolean {
  return `${resolve(folder)}${sep}`.startsWith(`${resolve(ancestor)}${sep}`);
}
