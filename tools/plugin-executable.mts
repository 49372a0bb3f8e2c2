import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ensureBuilt } from "./build.mts";
import { messageOf } from "./engine/report.mts";
import { repositoryRoot } from "./repository.mts";
import { run } from "./run.mts";
import { step } from "./step.mts";

// The plugin as one file, for machines without Node: Node itself with the bundle of the plugin inside.

const PLUGIN = "pulumi-resource-notion";
/** Pins the tool that writes into an executable; its package has no other use here. */
const RECIPE = join(import.meta.dirname, "executable");
/** Where Node looks for a program inside itself, as Node's documentation has it. */
const SENTINEL = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";
const RESOURCE = "NODE_SEA_BLOB";

/** What stands beside the executable in the archive. */
export interface ExecutableFiles {
  executable: string;
  /** For `pulumi plugin install resource notion <version> --file <archive>`. */
  archive: string;
}

/** Makes the executable and its archive for this kind of machine. */
export async function makeExecutable(folder: string, version: string): Promise<ExecutableFiles> {
  if (process.platform !== "linux") throw new Error("The executable is made on Linux only, so far.");
  await mkdir(folder, { recursive: true });
  const scratch = await mkdtemp(join(tmpdir(), "pulumi-notion-executable-"));
  try {
    const executable = join(folder, PLUGIN);
    const blob = await programBlob(scratch);
    await copyFile(process.execPath, executable);
    await chmod(executable, 0o755);
    await run(process.execPath, [
      await postject(scratch),
      executable,
      RESOURCE,
      blob,
      "--sentinel-fuse",
      SENTINEL,
    ]);
    await copyFile(join(repositoryRoot, "LICENSE"), join(folder, "LICENSE"));
    await copyFile(
      join(repositoryRoot, "dist", "THIRD-PARTY-NOTICES.txt"),
      join(folder, "THIRD-PARTY-NOTICES.txt"),
    );
    await copyFile(licenseOfNode(), join(folder, "LICENSE-NODE"));
    const archive = join(folder, `${PLUGIN}-v${version}-${process.platform}-${architecture()}.tar.gz`);
    const files = [PLUGIN, "LICENSE", "THIRD-PARTY-NOTICES.txt", "LICENSE-NODE"];
    await run("tar", ["-czf", archive, "-C", folder, ...files]);
    return { executable, archive };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The bundle as Node takes it in, compiled ahead. */
async function programBlob(scratch: string): Promise<string> {
  const output = join(scratch, "plugin.blob");
  const main = join(repositoryRoot, "dist", "bin", `${PLUGIN}.js`);
  const config = join(scratch, "config.json");
  const settings = { main, output, disableExperimentalSEAWarning: true, useCodeCache: true };
  await writeFile(config, JSON.stringify(settings));
  await run(process.execPath, ["--experimental-sea-config", config]);
  return output;
}

async function postject(scratch: string): Promise<string> {
  for (const file of ["package.json", "package-lock.json"])
    await copyFile(join(RECIPE, file), join(scratch, file));
  await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: scratch,
  });
  return join(scratch, "node_modules", "postject", "dist", "cli.js");
}

/** Node's licence goes where Node goes. */
function licenseOfNode(): string {
  const home = join(dirname(process.execPath), "..");
  const own = join("node_modules", `node-${process.platform}-${process.arch}`);
  const found = [home, join(home, own)].map((each) => join(each, "LICENSE")).find((file) => existsSync(file));
  if (found === undefined)
    throw new Error(`No LICENSE of Node near ${process.execPath}: it has to go with it.`);
  return found;
}

/** As Pulumi names machines. */
function architecture(): string {
  return process.arch === "x64" ? "amd64" : process.arch;
}

/** `npm run plugin:executable [-- FOLDER]` */
async function main(folder = join(repositoryRoot, "dist", "executable")): Promise<void> {
  await ensureBuilt();
  const { version } = JSON.parse(await readFile(join(repositoryRoot, "package.json"), "utf8"));
  const make = () => makeExecutable(folder, version);
  const { executable, archive } = await step(console.log, "Putting the plugin into Node", make);
  for (const file of [executable, archive]) {
    const { size } = await stat(file);
    console.log(`${file} (${Math.round(size / 1_000_000)} MB)`);
  }
}

if (import.meta.main) {
  await main(process.argv[2]).catch((error: unknown) => {
    console.error(messageOf(error));
    process.exitCode = 1;
  });
}
