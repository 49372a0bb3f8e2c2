import { chmod, link, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Log } from "../step.mts";
import { defaultCacheDir } from "./cache.mts";
import type { Engine } from "./engine.mts";
import { ensureGoPrograms, type GoProgram } from "./go-programs.mts";
import { messageOf } from "./report.mts";
import { foldersOf, folderWith } from "./search-path.mts";

/** Languages of programs beside those that Node.js runs. */
export type Language = "yaml" | "python" | "go";

const modules = join(import.meta.dirname, "go");

/** The last language hosts that can be had as Go modules; versions as in the go.mod of each. */
export const LANGUAGE_HOSTS: Record<Language, GoProgram> = {
  yaml: {
    name: "pulumi-language-yaml",
    title: "Building the language host for YAML (two minutes)",
    module: join(modules, "yaml-host"),
    program: "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
    version: "1.11.1",
  },
  python: {
    name: "pulumi-language-python",
    title: "Building the language host for Python (half a minute)",
    module: join(modules, "python-host"),
    program: "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python",
    version: "3.68.0",
    beside: {
      module: "github.com/pulumi/pulumi/sdk/v3",
      files: ["python/cmd/pulumi-language-python-exec"],
    },
  },
  go: {
    name: "pulumi-language-go",
    title: "Building the language host for Go (half a minute)",
    module: join(modules, "go-host"),
    program: "github.com/pulumi/pulumi/sdk/v3/go/pulumi-language-go",
    version: "3.60.0",
  },
};

export const LANGUAGES = Object.keys(LANGUAGE_HOSTS) as Language[];

/** The folder with the host of a language that the engine finds; undefined where it finds none. */
export function languageHost(engine: Engine, language: Language): string | undefined {
  return folderWith(LANGUAGE_HOSTS[language].name, foldersOf(engine.programPath));
}

export interface LanguagesOptions {
  log?: Log;
  cacheDir?: string;
  env?: NodeJS.ProcessEnv;
}

/**
 * Puts the language hosts beside an engine of the cache: elsewhere on PATH, each run warns of them. A Pulumi that
 * the user installed stays as it is.
 * @returns for each language the folder of its host, or why there is none
 */
export async function ensureLanguages(
  engine: Engine,
  options: LanguagesOptions = {},
): Promise<Map<Language, string | Error>> {
  const env = options.env ?? process.env;
  const log = options.log ?? console.log;
  const found = new Map<Language, string | Error>();
  if (engine.source === "PATH") {
    for (const language of LANGUAGES) {
      const missing = new Error(`the Pulumi on PATH has no ${LANGUAGE_HOSTS[language].name} beside it`);
      found.set(language, languageHost(engine, language) ?? missing);
    }
    return found;
  }
  const cacheDir = options.cacheDir ?? defaultCacheDir(env);
  const built = await ensureGoPrograms(Object.values(LANGUAGE_HOSTS), { cacheDir, env, log });
  const beside = dirname(engine.pulumi);
  for (const language of LANGUAGES) {
    const host = LANGUAGE_HOSTS[language];
    const folder = built.get(host);
    if (typeof folder !== "string") {
      found.set(language, folder ?? new Error("it was not built"));
      continue;
    }
    const files = [host.name, ...(host.beside?.files ?? []).map((file) => basename(file))];
    const placed = Promise.all(files.map((file) => placeLink(join(folder, file), join(beside, file))));
    found.set(
      language,
      await placed.then(
        () => beside,
        (error: unknown) => new Error(messageOf(error)),
      ),
    );
  }
  return found;
}

/** Links a program into a folder, in the place of an older one. */
async function placeLink(program: string, target: string): Promise<void> {
  await chmod(program, 0o755);
  const inode = (file: string) =>
    stat(file).then(
      ({ ino }) => ino,
      () => undefined,
    );
  if ((await inode(program)) === (await inode(target))) return;
  const aside = `${target}.${process.pid}`;
  await rm(aside, { force: true });
  await link(program, aside);
  await rename(aside, target);
}
