import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { underLock } from "../lock.mts";
import { run } from "../run.mts";
import { type Log, step } from "../step.mts";
import { type GoBuild, goBuild, goEnvironment } from "./go-build.mts";
import { makeInstall } from "./install.mts";
import { checkInstall } from "./manifest.mts";

/** A program that is built from a Go module of ours and kept in the cache, once per machine. */
export interface GoProgram extends GoBuild {
  /** Its file name. */
  name: string;
  /** What it is and how long its build takes, for the line of progress. */
  title: string;
  /** Files that it is built from besides go.mod and go.sum, in the module's folder. Default: none. */
  sources?: readonly string[];
  /** Files of a module that go beside it. Default: none. */
  beside?: { module: string; files: readonly string[] };
}

export interface GoProgramsOptions {
  cacheDir: string;
  env: NodeJS.ProcessEnv;
  log: Log;
}

/** The folder of a program in the cache; undefined where there is none, throws what is wrong with a broken one. */
export async function findGoProgram(program: GoProgram, cacheDir: string): Promise<string | undefined> {
  const folder = await folderOf(program, cacheDir);
  return (await checkInstall(folder)) && folder;
}

/** Builds what is not in the cache yet. The answer has for each program its folder, or why there is none. */
export async function ensureGoPrograms(
  programs: readonly GoProgram[],
  options: GoProgramsOptions,
): Promise<Map<GoProgram, string | Error>> {
  const { cacheDir, log } = options;
  const found = await lookUp(programs, cacheDir);
  if (found.size === programs.length) return found;
  const waiting = "Waiting for another run that is building programs from Go modules";
  return underLock(join(cacheDir, "go-programs"), waiting, log, () => buildMissing(programs, options));
}

async function lookUp(
  programs: readonly GoProgram[],
  cacheDir: string,
): Promise<Map<GoProgram, string | Error>> {
  const found = new Map<GoProgram, string>();
  for (const program of programs) {
    const folder = await findGoProgram(program, cacheDir).catch(() => undefined);
    if (folder !== undefined) found.set(program, folder);
  }
  return found;
}

async function buildMissing(
  programs: readonly GoProgram[],
  { cacheDir, env, log }: GoProgramsOptions,
): Promise<Map<GoProgram, string | Error>> {
  // The run that we waited for may have built them.
  const found = await lookUp(programs, cacheDir);
  // One for all: they share most of what they are built from. It outlives a failure.
  const scratch = join(cacheDir, "go-programs.scratch");
  await mkdir(scratch, { recursive: true });
  for (const program of programs) {
    if (found.has(program)) continue;
    const built = step(log, program.title, async () =>
      build(program, await folderOf(program, cacheDir), env, scratch),
    );
    found.set(
      program,
      await built.catch((error: unknown) => (error instanceof Error ? error : new Error(String(error)))),
    );
  }
  if ([...found.values()].every((each) => typeof each === "string"))
    await rm(scratch, { recursive: true, force: true });
  return found;
}

async function build(
  program: GoProgram,
  folder: string,
  env: NodeJS.ProcessEnv,
  scratch: string,
): Promise<string> {
  const goEnv = await goEnvironment(scratch, env);
  await makeInstall(folder, async (made) => {
    await goBuild(program, join(made, program.name), goEnv);
    const { module, files } = program.beside ?? { module: "", files: [] };
    for (const file of files) {
      const list = ["list", "-m", "-f", "{{.Dir}}", module];
      const source = (await run("go", list, { cwd: program.module, env: goEnv })).trim();
      await copyFile(join(source, file), join(made, basename(file)));
    }
    return { version: program.version, way: "go", layout: { programPath: ["."], policyPath: [] } };
  });
  return folder;
}

/** Named by what it is built from, for this kind of machine. */
async function folderOf(program: GoProgram, cacheDir: string): Promise<string> {
  const hash = createHash("sha256");
  for (const file of ["go.mod", "go.sum", ...(program.sources ?? [])])
    hash.update(await readFile(join(program.module, file)));
  const key = hash.digest("hex").slice(0, 8);
  return join(cacheDir, `${program.name}-${program.version}-${process.platform}-${process.arch}-${key}`);
}
