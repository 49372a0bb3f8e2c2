import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";

/** The processes of a run of Pulumi. */
export const ROLES = ["engine", "language host", "program", "provider"] as const;
export type ProcessRole = (typeof ROLES)[number];

/** The most memory that each process ever held, in bytes; one that never was seen is not in it. */
export type Peaks = Partial<Record<ProcessRole, number>>;

const SAMPLE_MS = 100;

/** Which process of Pulumi a command line is of; undefined for any other. */
export function roleOf(commandLine: readonly string[]): ProcessRole | undefined {
  const [program = "", ...args] = commandLine;
  const name = basename(program);
  if (name === "pulumi") return "engine";
  if (name.startsWith("pulumi-language-nodejs")) return "language host";
  if (args.some((arg) => /@pulumi\/pulumi\/cmd\/dynamic-provider/.test(arg))) return "provider";
  if (args.some((arg) => /@pulumi\/pulumi\/cmd\/run(\/|$)/.test(arg))) return "program";
  return undefined;
}

/**
 * Watches what this process starts until `stop` is called. The kernel keeps each process's peak (VmHWM), so
 * a sample now and then misses only what a process took up in its last moments. Nothing where there is no /proc.
 */
export function watchMemory(): { stop(): Peaks } {
  const peaks: Peaks = {};
  const sample = () => {
    for (const pid of descendants(process.pid)) {
      const role = roleOf(read(`/proc/${pid}/cmdline`).split("\0"));
      const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1];
      if (role === undefined || kilobytes === undefined) continue;
      peaks[role] = Math.max(peaks[role] ?? 0, Number(kilobytes) * 1024);
    }
  };
  const timer = setInterval(sample, SAMPLE_MS);
  return {
    stop() {
      clearInterval(timer);
      return peaks;
    },
  };
}

function descendants(of: number): number[] {
  const children = new Map<number, number[]>();
  for (const entry of processIds()) {
    // The name in parentheses may hold anything, parentheses too: what follows the last one is well formed.
    const parent = Number(read(`/proc/${entry}/stat`).split(") ").at(-1)?.split(" ")[1]);
    children.set(parent, [...(children.get(parent) ?? []), entry]);
  }
  const below = (pid: number): number[] =>
    (children.get(pid) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(of);
}

function processIds(): number[] {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** A process may end between being listed and being read. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
