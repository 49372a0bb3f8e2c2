import { createHash } from "node:crypto";
import { globSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "./engine/report.mts";
import { underLock } from "./lock.mts";
import { repositoryRoot, toolsCache } from "./repository.mts";
import { capture } from "./run.mts";
import { type Log, step } from "./step.mts";

const dist = join(repositoryRoot, "dist");
/** Holds the hash of the sources that dist/ was built from. */
const STAMP_NAME = ".built-from";

/** Builds provider/ into dist/, unless it is there as built from these very sources. */
export async function ensureBuilt(log: Log = console.log): Promise<void> {
  if (await isFresh()) return;
  await underLock(
    join(toolsCache, "build"),
    "Waiting for another run that is building dist/",
    log,
    async () => {
      if (await isFresh()) return;
      await step(log, "Building dist/ from provider/", buildDist);
    },
  );
}

async function isFresh(): Promise<boolean> {
  const builtFrom = await readFile(join(dist, STAMP_NAME), "utf8").catch(() => undefined);
  return builtFrom === (await hashOfSources());
}

/** Compiled aside and moved into place: nobody meets a half-made dist/. */
async function buildDist(): Promise<void> {
  const made = join(toolsCache, "dist.new");
  const old = join(toolsCache, "dist.old");
  for (const folder of [made, old]) await rm(folder, { recursive: true, force: true });
  await mkdir(made, { recursive: true });

  // Taken first: a file changed meanwhile makes the next run build again.
  const builtFrom = await hashOfSources();
  const tsc = join(repositoryRoot, "node_modules", "typescript", "bin", "tsc");
  const compile = [tsc, "-p", "tsconfig.build.json", "--outDir", made];
  const { code, output } = await capture(process.execPath, compile, { cwd: repositoryRoot });
  if (code !== 0) throw new Error(`${output.trimEnd()}\n\nprovider/ does not compile: the errors are above.`);
  await writeFile(join(made, STAMP_NAME), builtFrom);

  await rename(dist, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  await rename(made, dist);
  await rm(old, { recursive: true, force: true });
}

async function hashOfSources(): Promise<string> {
  const sources = globSync(
    ["{provider,policies}/**/*.{ts,mts,cts,json}", "tsconfig*.json", "node_modules/typescript/package.json"],
    { cwd: repositoryRoot },
  );
  const hash = createHash("sha256");
  for (const source of sources.sort()) {
    hash
      .update(`${source}\0`)
      .update(await readFile(join(repositoryRoot, source)))
      .update("\0");
  }
  return hash.digest("hex");
}

if (import.meta.main) {
  try {
    await ensureBuilt();
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
}
