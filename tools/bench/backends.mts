import { messageOf } from "../engine/report.mts";
import { findPostgres, NO_POSTGRES, startPostgres } from "../postgres.mts";
import type { Sandbox } from "../sandbox.mts";
import type { Log } from "../step.mts";
import type { Backend, Measurement } from "./results.mts";
import { startObjectStore } from "./s3.mts";
import { measureSize } from "./scale.mts";

/** A place for the state that several people share, on this machine. */
interface SharedBackend {
  name: Backend;
  /** Starts it. @throws what it needs and is not there */
  start: (log: Log) => Promise<{ env: NodeJS.ProcessEnv; close: () => Promise<void> }>;
}

const SHARED: SharedBackend[] = [
  {
    name: "postgres",
    async start() {
      const programs = findPostgres();
      if (programs === undefined) throw new Error(NO_POSTGRES);
      const { url, close } = await startPostgres(programs);
      return { env: { PULUMI_BACKEND_URL: url }, close };
    },
  },
  { name: "s3", start: startObjectStore },
];

/** Measures the same people with the state in each of them; one that cannot be had is told and left out. */
export async function measureBackends(
  members: number,
  latencyMs: number,
  sandbox: Sandbox,
  log: Log,
): Promise<Measurement[]> {
  const rows: Measurement[] = [];
  for (const { name, start } of SHARED) {
    const server = await start(log).catch((error: unknown) => {
      log(`Not measured: ${name}. ${messageOf(error)}`);
    });
    if (server === undefined) continue;
    try {
      const backend = { name, env: server.env };
      rows.push(...(await measureSize({ members }, { latencyMs, backend }, sandbox, log)));
    } finally {
      await server.close();
    }
  }
  return rows;
}
