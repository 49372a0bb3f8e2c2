import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Layout, Way } from "./way.mts";

const MANIFEST_NAME = "manifest.json";

interface ManifestFile {
  size: number;
  sha256: string;
}

/** What an install consists of. It is written last: an install without it is half-made. */
export interface Manifest {
  version: string;
  way: Way["name"] | "pip";
  layout: Layout;
  files: Record<string, ManifestFile>;
}

export async function writeManifest(folder: string, about: Omit<Manifest, "files">): Promise<void> {
  const files: Manifest["files"] = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files[relative(folder, path)] = { size: (await stat(path)).size, sha256: await sha256(path) };
  }
  const manifest: Manifest = { ...about, files };
  await writeFile(join(folder, MANIFEST_NAME), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** The manifest of a sound install, undefined where there is none; throws what is wrong with a broken one. */
export async function checkInstall(folder: string): Promise<Manifest | undefined> {
  if (!(await exists(folder))) return undefined;
  if (!(await exists(join(folder, MANIFEST_NAME)))) throw new Error("it is half-made");
  const manifest = parseManifest(await readFile(join(folder, MANIFEST_NAME), "utf8"));
  for (const [name, expected] of Object.entries(manifest.files)) {
    const path = join(folder, name);
    if (!(await exists(path))) throw new Error(`${name} is missing`);
    const { size } = await stat(path);
    if (size !== expected.size) throw new Error(`${name} has ${size} bytes instead of ${expected.size}`);
    if ((await sha256(path)) !== expected.sha256)
      throw new Error(`${name} has changed since it was installed`);
  }
  return manifest;
}

function parseManifest(text: string): Manifest {
  try {
    const manifest = JSON.parse(text) as Partial<Manifest>;
    const { version, way, layout, files } = manifest;
    if (version && way && layout && files) return { version, way, layout, files };
  } catch {
    // reported below, with the files that lack a part
  }
  throw new Error(`its ${MANIFEST_NAME} can't be read`);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest("hex");
}
