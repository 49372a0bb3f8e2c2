import { chownSync, globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { foldersOf, folderWith } from "./engine/search-path.mts";
import { startLoopbackServer } from "./loopback-server.mts";
import { capture, run } from "./run.mts";

/** A PostgreSQL server of our own, with one empty database. */
export interface Postgres {
  /** For `PULUMI_BACKEND_URL`. */
  url: string;
  /** Ends it and removes its files. */
  close(): Promise<void>;
}

/** Where Debian has its server: not on PATH. */
const DEBIAN = "/usr/lib/postgresql/*/bin";

/** The folder of PostgreSQL's server programs, the newest where there are several; undefined where none is installed. */
export function findPostgres(path = process.env.PATH, elsewhere = DEBIAN): string | undefined {
  const debian = globSync(elsewhere).sort((a, b) => b.localeCompare(a, "en", { numeric: true }));
  // Some have links to single programs on PATH: all that is needed has to be in one folder.
  return [...debian, ...foldersOf(path)].find(
    (folder) => folderWith("postgres", [folder]) && folderWith("initdb", [folder]),
  );
}

/** Why there is no PostgreSQL to test with, and what to do about it. */
export const NO_POSTGRES =
  "No PostgreSQL server is installed (no initdb on PATH or in /usr/lib/postgresql): on Debian, `apt-get install postgresql`.";

/** Where nobody but us gets at it: loopback alone, a folder of its own, and no durability, since all of it is thrown away. */
const SETTINGS = ["-c", "fsync=off", "-c", "unix_socket_directories=", "-c", "listen_addresses=127.0.0.1"];
const USER = "pulumi";
const DATABASE = "postgres";

/** Makes a cluster in a temporary folder and starts its server on 127.0.0.1. */
export async function startPostgres(programs: string): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-notion-postgres-"));
  const cleanUp = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  try {
    // PostgreSQL refuses to be run by root.
    const who = process.getuid?.() === 0 ? await nobody() : undefined;
    if (who !== undefined) chownSync(folder, who.uid, who.gid);
    const data = join(folder, "data");
    const initdb = ["-D", data, "-U", USER, "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"];
    const options = { cwd: folder, ...who };
    await run(join(programs, "initdb"), initdb, options);
    const { port, close } = await startLoopbackServer(
      (free) => ({
        command: join(programs, "postgres"),
        args: ["-D", data, "-p", String(free), ...SETTINGS],
        ...options,
        // Immediate shutdown.
        signal: "SIGQUIT",
      }),
      // It listens before it is ready. The cluster speaks English: its locale is C.
      (_, output) => output.includes("ready to accept connections"),
      cleanUp,
    );
    return { url: `postgres://${USER}@127.0.0.1:${port}/${DATABASE}?sslmode=disable`, close };
  } catch (error) {
    cleanUp();
    throw error;
  }
}

async function nobody(): Promise<{ uid: number; gid: number }> {
  const id = async (flag: string) => Number((await capture("id", [flag, "nobody"])).stdout);
  return { uid: await id("-u"), gid: await id("-g") };
}
