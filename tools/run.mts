import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  timeoutMs?: number;
  /** Print what it prints as it comes. */
  echo?: boolean;
  /** Whom to run it as, where we may choose. */
  uid?: number | undefined;
  gid?: number | undefined;
}

export interface RunResult {
  /** Exit status; 128+n when signal n ended it. */
  code: number;
  stdout: string;
  /** stdout and stderr as they came. */
  output: string;
}

const live = new Set<ChildProcess>();
const relayed = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Whoever ends a tool ends what it started: the children get the signal, then this process exits, so that
 * locks and temporary folders are cleaned up by their exit handlers.
 */
function endEverything(signal: NodeJS.Signals): void {
  for (const child of live) {
    // A terminal has sent Ctrl-C to the children already, and pulumi takes a second one as "drop everything".
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  }
  process.exit(128 + constants.signals[signal]);
}

function track(child: ChildProcess): void {
  if (live.size === 0) for (const signal of relayed) process.on(signal, endEverything);
  live.add(child);
  child.once("close", () => {
    live.delete(child);
    if (live.size === 0) for (const signal of relayed) process.off(signal, endEverything);
  });
}

function exitCode(code: number | null, signal: NodeJS.Signals | null): number {
  return signal === null ? (code ?? 1) : 128 + constants.signals[signal];
}

/** Runs a program to its end, whatever its exit status, and returns what it printed. */
export function capture(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      uid: options.uid,
      gid: options.gid,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: options.timeoutMs,
    });
    track(child);
    const startedAt = Date.now();
    let stdout = "";
    let output = "";
    const take = (text: string) => {
      output += text;
      if (options.echo) process.stdout.write(text);
    };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      take(text);
    });
    child.stderr.setEncoding("utf8").on("data", take);
    child.once("error", (error) => reject(new Error(`${command} could not be started: ${error.message}`)));
    child.once("close", (code, signal) => {
      const { timeoutMs } = options;
      if (signal !== null && timeoutMs !== undefined && Date.now() - startedAt >= timeoutMs) {
        reject(new Error(`${command} gave no answer within ${timeoutMs / 1000} s`));
      } else {
        resolve({ code: exitCode(code, signal), stdout, output });
      }
    });
  });
}

/** Runs a program that has to succeed and returns its stdout; otherwise throws with the end of its output. */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { code, stdout, output } = await capture(command, args, options);
  if (code !== 0) throw new Error(lastLines(output) || `${command} failed with exit status ${code}`);
  return stdout;
}

/** Runs a program on this terminal and returns its exit status. */
export function show(command: string, args: readonly string[], options: RunOptions = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: "inherit",
    });
    track(child);
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(exitCode(code, signal)));
  });
}

const REASON_LINES = 5;

function lastLines(output: string): string {
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  return lines.slice(-REASON_LINES).join("\n");
}
