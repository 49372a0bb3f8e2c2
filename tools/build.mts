import { createHash } from "node:crypto";
import { existsSync, globSync } from "node:fs";
import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { messageOf } from "./engine/report.mts";
import { underLock } from "./lock.mts";
import { repositoryRoot, toolsCache } from "./repository.mts";
import { capture } from "./run.mts";
import { type Log, step } from "./step.mts";

const dist = join(repositoryRoot, "dist");
const pack = join(repositoryRoot, "policies", "dist");
/** What the policy pack consists of, so that `policies/` is complete by itself: its rules, and what they may import. */
const IN_THE_PACK = /^(policies|provider[/\\](model|plan|state))/;
/** Holds the hash of the sources that dist/ was built from. */
const STAMP_NAME = ".built-from";

/** Builds provider and programs into dist/ and the policies into policies/dist/, unless it is there as built from these very sources. */
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
  await putPrograms(made);
  await writeFile(join(made, STAMP_NAME), builtFrom);

  const madePack = join(toolsCache, "policies.new");
  await rm(madePack, { recursive: true, force: true });
  const inThePack = (file: string) => {
    const path = relative(made, file);
    // A folder on the way to what is in it is entered.
    return path === "" || path === "provider" || IN_THE_PACK.test(path);
  };
  await cp(made, madePack, { recursive: true, filter: inThePack });
  await putInPlace(madePack, pack);
  await putInPlace(made, dist);
}

/** The programs, and what is in them that others wrote. */
async function putPrograms(made: string): Promise<void> {
  // Loaded here: most runs find dist/ built.
  const { bundlePrograms } = await import("./bundle.mts");
  const { noticesOf, sbomOf, thirdPartiesOf } = await import("./third-party.mts");
  const parties = thirdPartiesOf(await bundlePrograms(join(made, "bin")));
  await writeFile(join(made, "THIRD-PARTY-NOTICES.txt"), noticesOf(parties));
  await writeFile(join(made, "sbom.cdx.json"), sbomOf(parties));
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
      "{provider,inventory,policies,ci/program}/**/*.{ts,mts,cts,json,css,html}",
      "tools/{build,bundle,third-party}.mts",
      "tsconfig*.json",
      "package*.json",
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
