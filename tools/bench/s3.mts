import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { defaultCacheDir } from "../engine/cache.mts";
import { foldersOf, folderWith } from "../engine/search-path.mts";
import { type LoopbackServer, startLoopbackServer } from "../loopback-server.mts";
import { run } from "../run.mts";
import { type Log, step } from "../step.mts";

/** What stands in for an S3-compatible store, at the version that was measured. */
const MOTO = "moto[server]==5.2.1";

const BUCKET = "state";
/** It asks for no more than that there are some. */
const CREDENTIALS = { AWS_ACCESS_KEY_ID: "bench", AWS_SECRET_ACCESS_KEY: "bench", AWS_REGION: "us-east-1" };

/** An S3-compatible store with one empty bucket. */
export interface ObjectStore extends Pick<LoopbackServer, "close"> {
  /** What Pulumi needs to keep its state there. */
  env: NodeJS.ProcessEnv;
}

/** Starts one on 127.0.0.1; it keeps everything in memory. */
export async function startObjectStore(log: Log): Promise<ObjectStore> {
  const program = await ensureMoto(log);
  const { port, close } = await startLoopbackServer(
    (free) => ({
      command: program,
      args: ["-H", "127.0.0.1", "-p", String(free)],
      signal: "SIGTERM",
    }),
    isUp,
    () => {},
  );
  const made = await fetch(`http://127.0.0.1:${port}/${BUCKET}`, { method: "PUT" });
  if (!made.ok) {
    await close();
    throw new Error(`The S3-compatible store made no bucket: ${made.status}`);
  }
  const query = `endpoint=127.0.0.1:${port}&disableSSL=true&s3ForcePathStyle=true&region=us-east-1`;
  return { env: { ...CREDENTIALS, PULUMI_BACKEND_URL: `s3://${BUCKET}?${query}` }, close };
}

/** The one on PATH, or else it is installed once per machine, in a folder of its own. */
async function ensureMoto(log: Log): Promise<string> {
  const installed = folderWith("moto_server", foldersOf(process.env.PATH));
  if (installed !== undefined) return join(installed, "moto_server");
  const folder = join(dirname(defaultCacheDir(process.env)), "moto");
  const program = join(folder, "bin", "moto_server");
  if (existsSync(program)) return program;
  mkdirSync(dirname(folder), { recursive: true });
  await step(log, `Installing ${MOTO} from PyPI`, async () => {
    await run("python3", ["-m", "venv", folder]);
    await run(join(folder, "bin", "pip"), ["install", "--quiet", "--disable-pip-version-check", MOTO]);
  });
  return program;
}

async function isUp(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/`)).status < 500;
  } catch {
    return false;
  }
}
