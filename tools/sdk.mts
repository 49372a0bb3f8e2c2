import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { defaultCacheDir } from "./engine/cache.mts";
import { ensureGoPrograms, type GoProgram } from "./engine/go-programs.mts";
import { messageOf } from "./engine/report.mts";
import { repositoryRoot } from "./repository.mts";
import { run } from "./run.mts";

/** What the plugin answers to GetSchema; tools/schema.mts makes it. */
const SCHEMA_FILE = join(repositoryRoot, "provider", "hosts", "plugin", "schema.json");
const SDK_FOLDER = join(repositoryRoot, "sdk");

/** The folders that the generator fills. Everything else below sdk/ is written by hand. */
const GENERATED = ["nodejs", "python", join("go", "notion")];

/** What installing an SDK leaves in its folder. */
const LEFT_BY_INSTALLS = ["node_modules", "bin", "build", "package-lock.json"];

/**
 * Pulumi's code generator. Not the newest: that one writes calls into the SDK for Node.js that the oldest
 * supported @pulumi/pulumi does not have.
 */
export const GENERATOR: GoProgram = {
  name: "sdk-gen",
  title: "Building the generator of the SDKs (two minutes, once per machine)",
  module: join(import.meta.dirname, "sdk-gen"),
  program: ".",
  version: "3.224.0",
  sources: ["main.go"],
};

/** Generates the SDKs into a folder. `generator` is the folder of the program. */
async function generateInto(folder: string, generator: string): Promise<void> {
  await run(join(generator, GENERATOR.name), [SCHEMA_FILE, folder]);
}

/** Files of the SDKs whose checked-in text is not what the generator writes, by their path below sdk/. */
export async function staleFiles(generator: string): Promise<string[]> {
  return inTemporaryFolder(async (folder) => {
    await generateInto(folder, generator);
    const wanted = await filesOf(folder);
    const found = await filesOf(SDK_FOLDER);
    const names = new Set([...wanted.keys(), ...found.keys()]);
    return [...names].filter((name) => wanted.get(name) !== found.get(name)).sort();
  });
}

async function replaceSdks(generator: string): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    await generateInto(folder, generator);
    for (const name of GENERATED) {
      await rm(join(SDK_FOLDER, name), { recursive: true, force: true });
      await cp(join(folder, name), join(SDK_FOLDER, name), { recursive: true });
    }
  });
}

/** The text of each generated file. */
async function filesOf(root: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const collect = async (folder: string): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (LEFT_BY_INSTALLS.includes(entry.name) || entry.name.endsWith(".egg-info")) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) await collect(path);
      else files.set(relative(root, path), await readFile(path, "utf8"));
    }
  };
  for (const name of GENERATED) await collect(join(root, name));
  return files;
}

async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-notion-sdk-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** `npm run sdk`: writes sdk/ anew from the schema. */
async function main(): Promise<void> {
  const { env } = process;
  const options = { cacheDir: defaultCacheDir(env), env, log: console.log };
  const generator = (await ensureGoPrograms([GENERATOR], options)).get(GENERATOR);
  if (typeof generator !== "string") throw generator;
  await replaceSdks(generator);
  console.log("sdk/ is as the schema says. `git diff --stat sdk` shows what has changed.");
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    console.error(messageOf(error));
    process.exitCode = 1;
  });
}
