import { mkdir, rename, rm } from "node:fs/promises";
import { type Manifest, writeManifest } from "./manifest.mts";

/**
 * Makes an install aside and moves it into place when it is complete: no process sees a half-made one.
 * The caller holds its lock.
 */
export async function makeInstall(
  folder: string,
  make: (made: string) => Promise<Omit<Manifest, "files">>,
): Promise<Omit<Manifest, "files">> {
  // A fixed name: the next run finds and replaces what a killed run left behind.
  const made = `${folder}.new`;
  await rm(made, { recursive: true, force: true });
  await mkdir(made, { recursive: true });
  try {
    const about = await make(made);
    await writeManifest(made, about);
    await rm(folder, { recursive: true, force: true });
    await rename(made, folder);
    return about;
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}
