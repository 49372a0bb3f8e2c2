import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A server of somebody else's making that runs for us on 127.0.0.1. */
export interface LoopbackServer {
  port: number;
  /** Ends it, and removes what it kept. Also done when this process exits. */
  close(): Promise<void>;
}

export interface ServerCommand {
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  uid?: number | undefined;
  gid?: number | undefined;
  /** Ends it at once, whoever is connected. */
  signal: NodeJS.Signals;
}

const START_TIMEOUT_MS = 60_000;

/**
 * Starts a server and waits until it answers.
 * @param commandFor what to run, given a free port
 * @param isUp whether it takes requests by now, given its port and all that it has printed
 * @param cleanUp called once it has ended
 */
export async function startLoopbackServer(
  commandFor: (port: number) => ServerCommand,
  isUp: (port: number, output: string) => Promise<boolean> | boolean,
  cleanUp: () => void,
): Promise<LoopbackServer> {
  const port = await freePort();
  const { command, args, signal, ...options } = commandFor(port);
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  const failed = new Promise<never>((_, reject) => {
    child.once("error", reject);
  });
  failed.catch(() => {});
  const end = () => {
    child.kill(signal);
    cleanUp();
  };
  process.once("exit", end);
  const close = async () => {
    process.off("exit", end);
    child.kill(signal);
    if (isAlive(child)) await once(child, "exit");
    cleanUp();
  };
  const until = Date.now() + START_TIMEOUT_MS;
  try {
    for (;;) {
      if (await Promise.race([isUp(port, output), failed])) return { port, close };
      if (!isAlive(child) || Date.now() > until) throw new Error(`${command} did not start: ${output}`);
      await sleep(50);
    }
  } catch (error) {
    await close();
    throw error;
  }
}

const isAlive = ({ pid, exitCode, signalCode }: ChildProcess) =>
  pid !== undefined && exitCode === null && signalCode === null;

/** A port that nobody listens on at the moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no free port was found");
  return address.port;
}
