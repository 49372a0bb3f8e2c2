import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { underLock } from "../lock.mts";
import { run } from "../run.mts";
import { type Log, step } from "../step.mts";
import { makeInstall } from "./install.mts";
import { checkInstall } from "./manifest.mts";

const REQUIREMENTS = join(import.meta.dirname, "python", "requirements.txt");
const PIP_TIMEOUT_MS = 5 * 60_000;

export interface PythonPackagesOptions {
  cacheDir: string;
  env: NodeJS.ProcessEnv;
  log: Log;
}

/**
 * Pulumi's SDK for Python with what it needs, at the versions and checksums of python/requirements.txt.
 * @returns the folder for PYTHONPATH; undefined where they were not installed
 */
export async function findPythonPackages({
  cacheDir,
  env,
}: Omit<PythonPackagesOptions, "log">): Promise<string | undefined> {
  const { folder } = await placeOf(cacheDir, env);
  return (await checkInstall(folder)) && folder;
}

/** Installs them, once per machine; throws why it cannot. */
export async function ensurePythonPackages(options: PythonPackagesOptions): Promise<string> {
  const { cacheDir, env, log } = options;
  const { folder, python } = await placeOf(cacheDir, env);
  const isThere = () => checkInstall(folder).catch(() => undefined);
  if (await isThere()) return folder;
  const waiting = "Waiting for another run that is installing Python packages";
  return underLock(folder, waiting, log, async () => {
    // The run that we waited for may have installed them.
    if (await isThere()) return folder;
    await step(log, "Installing Pulumi's SDK for Python", () =>
      makeInstall(folder, async (made) => {
        const quiet = ["--quiet", "--disable-pip-version-check", "--no-input"];
        const locked = ["--require-hashes", "--only-binary=:all:", "--requirement", REQUIREMENTS];
        const pip = ["-m", "pip", "install", ...quiet, "--target", made, ...locked];
        await run("python3", pip, { env, timeoutMs: PIP_TIMEOUT_MS });
        return { version: python, way: "pip", layout: { programPath: [], policyPath: [] } };
      }),
    );
    return folder;
  });
}

/** Named by what is installed and by the Python that it is for. */
async function placeOf(
  cacheDir: string,
  env: NodeJS.ProcessEnv,
): Promise<{ folder: string; python: string }> {
  const print = "import sys; print('.'.join(map(str, sys.version_info[:2])))";
  const python = (await run("python3", ["-c", print], { env })).trim();
  const key = createHash("sha256")
    .update(await readFile(REQUIREMENTS))
    .digest("hex")
    .slice(0, 8);
  const name = `python-packages-${python}-${process.platform}-${process.arch}-${key}`;
  return { folder: join(cacheDir, name), python };
}
