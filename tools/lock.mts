import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import lockfile from "proper-lockfile";
import type { Log } from "./step.mts";

/** A holder touches its lock while it lives; one untouched for this long was left behind by a killed process. */
const STALE_MS = 20_000;
const ASK_AGAIN_MS = 500;
const GIVE_UP_AFTER_MS = 30 * 60_000;

/** Does the work while no other process (or caller in this one) does work under the same lock. */
export async function underLock<T>(
  path: string,
  waiting: string,
  log: Log,
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const options = {
    realpath: false,
    stale: STALE_MS,
    // The machine slept, or the folder was removed. All work here ends in a rename, so that doing it twice
    // is a waste and no harm; the default would be an uncaught exception.
    onCompromised: () => undefined,
  };
  const release = await lockfile.lock(path, options).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ELOCKED") throw error;
    log(`${waiting} …`);
    const retries = GIVE_UP_AFTER_MS / ASK_AGAIN_MS;
    return lockfile.lock(path, {
      ...options,
      retries: { retries, factor: 1, minTimeout: ASK_AGAIN_MS, maxTimeout: ASK_AGAIN_MS },
    });
  });
  try {
    return await work();
  } finally {
    await release().catch(() => undefined); // compromised: it is no longer ours to release
  }
}
