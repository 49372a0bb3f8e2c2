import { createHash } from "node:crypto";
import { existsSync, globSync } from "node:fs";
import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { build as rolldown } from "rolldown";
import { messageOf } from "./engine/report.mts";
import { underLock } from "./lock.mts";
import { repositoryRoot, toolsCache } from "./repository.mts";
import { capture } from "./run.mts";
import { type Log, step } from "./step.mts";

const dist = join(repositoryRoot, "dist");
const pack = join(repositoryRoot, "policies", "dist");
/** What the policy pack consists of, so that `policies/` is complete by itself: its rules, and what they may import. */
const IN_THE_PACK = /^(policies|provider[/\\](member|plan)|provider[/\\]resources[/\\]type-tokens\.)/;
/** What runs in a browser: its folder under the root, and under dist/. */
const page = join("provider", "inventory", "reviewing", "page");
/** Holds the hash of the sources that dist/ was built from. */
const STAMP_NAME = ".built-from";

/** Builds provider/, policies/ and ci/program/ into dist/ and policies/dist/, unless it is there as built from these very sources. */
export async function ensureBuilt(log: Log = console.log): Promise<void> {
  if (await isFresh()) return;
  await underLock(
    join(toolsCache, "build"),
    "Waiting for another run that is building dist/",
    log,
    async () => {
      if (await isFresh()) return;
      await step(log, "Building dist/", buildDist);
    },
  );
}

async function isFresh(): Promise<boolean> {
  const builtFrom = await readFile(join(dist, STAMP_NAME), "utf8").catch(() => undefined);
  return existsSync(pack) && builtFrom === (await hashOfSources());
}

/** Compiled aside and moved into place: nobody meets a half-made dist/. Its stamp comes last. */
async function buildDist(): Promise<void> {
  const made = join(toolsCache, "dist.new");
  await rm(made, { recursive: true, force: true });
  await mkdir(made, { recursive: true });

  // Taken first: a file changed meanwhile makes the next run build again.
  const builtFrom = await hashOfSources();
  const tsc = join(repositoryRoot, "node_modules", "typescript-native", "bin", "tsc");
  const compile = [tsc, "-p", "tsconfig.build.json", "--outDir", made];
  const { code, output } = await capture(process.execPath, compile, { cwd: repositoryRoot });
  if (code !== 0)
    throw new Error(`${output.trimEnd()}\n\nThe package does not compile: the errors are above.`);
  await putPage(made);
  await writeFile(join(made, STAMP_NAME), builtFrom);

  const madePack = join(toolsCache, "policies.new");
  await rm(madePack, { recursive: true, force: true });
  const inThePack = (file: string) => {
    const path = relative(made, file);
    // A folder on the way to what is in it is entered.
    return (
      path === "" || path === "provider" || path === join("provider", "resources") || IN_THE_PACK.test(path)
    );
  };
  await cp(made, madePack, { recursive: true, filter: inThePack });
  await putInPlace(madePack, pack);
  await putInPlace(made, dist);
}

/** The review page's parts, its modules as one script. */
async function putPage(made: string): Promise<void> {
  const to = join(made, page);
  const from = join(repositoryRoot, page);
  await rolldown({
    input: join(from, "main.ts"),
    platform: "browser",
    output: { file: join(to, "page.js"), format: "iife", minify: true },
  });
  for (const file of ["page.html", "page.css"]) await cp(join(from, file), join(to, file));
}

async function putInPlace(made: string, place: string): Promise<void> {
  const old = `${made}.old`;
  await rm(old, { recursive: true, force: true });
  await rename(place, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  await rename(made, place);
  await rm(old, { recursive: true, force: true });
}

async function hashOfSources(): Promise<string> {
  const sources = globSync(
    [
      "{provider,policies,ci/program}/**/*.{ts,mts,cts,json,css,html}",
      "tsconfig*.json",
      "node_modules/typescript-native/package.json",
    ],
    { cwd: repositoryRoot, exclude: ["policies/dist/**"] },
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
