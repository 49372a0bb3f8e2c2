import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { devNull } from "node:os";
import { join } from "node:path";
import { underLock } from "../lock.mts";
import { repositoryRoot } from "../repository.mts";
import { run } from "../run.mts";
import { type Log, step } from "../step.mts";
import { goEnvironment } from "./go-build.mts";

/** A program in Go: what it needs is what we compile ahead. */
const EXAMPLE = join(repositoryRoot, "examples", "go");
/** Written last. No checksums of what Go keeps there: Go checks them, and removes what it has not used for days. */
const STAMP = "complete";
const BUILD_TIMEOUT_MS = 20 * 60_000;

/** The environment in which Go finds Pulumi's SDK compiled; undefined where it would take a minute to compile it. */
export async function findGoPackages(cacheDir: string): Promise<NodeJS.ProcessEnv | undefined> {
  const folder = await folderIn(cacheDir);
  return existsSync(join(folder, STAMP)) ? environmentOf(folder) : undefined;
}

export interface GoPackagesOptions {
  cacheDir: string;
  env: NodeJS.ProcessEnv;
  log: Log;
}

/** Compiles Pulumi's SDK for Go, once per machine; throws why it cannot. Returns its folder. */
export async function ensureGoPackages({ cacheDir, env, log }: GoPackagesOptions): Promise<string> {
  const folder = await folderIn(cacheDir);
  const isThere = () => existsSync(join(folder, STAMP));
  if (isThere()) return folder;
  const waiting = "Waiting for another run that is compiling Pulumi's SDK for Go";
  return underLock(folder, waiting, log, async () => {
    if (isThere()) return folder;
    await step(log, "Compiling Pulumi's SDK for Go (one minute)", async () => {
      await mkdir(folder, { recursive: true });
      const goEnv = { ...(await goEnvironment(folder, env)), ...environmentOf(folder) };
      await run("go", ["build", "-o", devNull, "."], {
        cwd: EXAMPLE,
        env: goEnv,
        timeoutMs: BUILD_TIMEOUT_MS,
      });
    });
    await writeFile(join(folder, STAMP), "");
    return folder;
  });
}

/** What decides whether Go compiles a package again. */
function environmentOf(folder: string): NodeJS.ProcessEnv {
  return {
    GOMODCACHE: join(folder, "modules"),
    GOCACHE: join(folder, "build"),
    GOFLAGS: "-mod=readonly -modcacherw -buildvcs=false -trimpath",
    GOWORK: "off",
    CGO_ENABLED: "0",
  };
}

async function folderIn(cacheDir: string): Promise<string> {
  const hash = createHash("sha256");
  for (const file of ["go.mod", "go.sum"]) hash.update(await readFile(join(EXAMPLE, file)));
  const key = hash.digest("hex").slice(0, 8);
  return join(cacheDir, `go-packages-${process.platform}-${process.arch}-${key}`);
}
