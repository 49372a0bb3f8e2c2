import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";

/** A process, as /proc knows it; slim images have no `ps`. */
export interface Process {
  pid: number;
  parent: number;
  /** Ctrl-C in a terminal reaches everyone of the group. */
  group: number;
}

/** The processes of a run of Pulumi. */
export const ROLES = ["engine", "language host", "program", "provider"] as const;
export type ProcessRole = (typeof ROLES)[number];

/** Which process of Pulumi a command line is of; undefined for any other. */
export function roleOf(commandLine: readonly string[]): ProcessRole | undefined {
  const [program = "", ...args] = commandLine;
  const name = basename(program);
  if (name === "pulumi") return "engine";
  if (name.startsWith("pulumi-language-")) return "language host";
  // Of the dynamic host and of the native plugin, which is served by Node or is a program of its own.
  if (args.some((arg) => /@pulumi\/pulumi\/cmd\/dynamic-provider/.test(arg))) return "provider";
  if (
    [name, ...args.map((arg) => basename(arg))].some((each) => /^pulumi-resource-notion(\.js)?$/.test(each))
  )
    return "provider";
  if (args.some((arg) => /@pulumi\/pulumi\/cmd\/run(\/|$)/.test(arg))) return "program";
  return undefined;
}

/** All processes; none where there is no /proc (macOS). */
export function processes(): Process[] {
  return processIds().flatMap((pid) => {
    // The name in parentheses may hold anything, parentheses too: what follows the last one is well formed.
    const [, parent, group] = readOf(pid, "stat").split(") ").at(-1)?.split(" ") ?? [];
    return group === undefined ? [] : [{ pid, parent: Number(parent), group: Number(group) }];
  });
}

/** Those whom a process started, and whom they started. */
export function descendants(of: number): Process[] {
  const all = processes();
  const below = (pid: number): Process[] =>
    all.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...below(child.pid)]);
  return below(of);
}

/** The command line of a process; empty for one that ended. */
export function commandLineOf(pid: number): string[] {
  return readOf(pid, "cmdline").split("\0").slice(0, -1);
}

/** What /proc says of a process; empty for one that ended, or is another user's. */
export function readOf(pid: number, file: "stat" | "status" | "cmdline" | "environ"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

function processIds(): number[] {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}
