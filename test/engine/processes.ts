import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import {
  commandLineOf,
  descendants,
  type Process,
  processes,
  readOf,
  roleOf,
} from "../../tools/processes.mts";

/** A process of a run of Pulumi. Where there is no /proc nobody is found: `kill` says so, cleaning up does what it can. */
export interface Member extends Process {
  commandLine: string[];
}

/** A process and all that it started, itself first. */
export function family({ pid: root }: ChildProcess): Member[] {
  // Not 0 in its place: that is the parent of all there is.
  if (root === undefined) return [];
  return [...processes().filter(({ pid }) => pid === root), ...descendants(root)].flatMap(asMember);
}

/** Whoever has the same value of this variable: also those who outlived the process that started them. */
export function processesWith(env: NodeJS.ProcessEnv, variable: string): Member[] {
  const value = env[variable];
  if (!value) throw new Error(`${variable} is not set`);
  return processes()
    .filter(({ pid }) => readOf(pid, "environ").split("\0").includes(`${variable}=${value}`))
    .flatMap(asMember);
}

/** Nobody, for a process that has ended and that its parent has not taken note of yet. */
function asMember(member: Process): Member[] {
  const commandLine = commandLineOf(member.pid);
  return commandLine.length === 0 ? [] : [{ ...member, commandLine }];
}

export const isEngine = ({ commandLine }: Member) => roleOf(commandLine) === "engine";
/** The process that talks to Notion. */
export const isProvider = ({ commandLine }: Member) => roleOf(commandLine) === "provider";
export const isProgram = ({ commandLine }: Member) => roleOf(commandLine) === "program";

/**
 * Kills those of a run who are wanted, waits for the engine to end and the provider to end with it, as it has to by
 * itself, and then kills whoever is left of the run.
 */
export async function kill(run: ChildProcess, wanted: (member: Member) => boolean): Promise<void> {
  const all = family(run);
  const victims = all.filter(wanted);
  if (victims.length === 0)
    throw new Error(
      `Nobody to kill among:\n${all.map(({ commandLine }) => commandLine.join(" ")).join("\n")}`,
    );
  const ended = once(run, "exit");
  // The engine comes first where it is among them: it must not take note of the others' end.
  for (const victim of victims) signal(victim, "SIGKILL");
  await ended;
  while (all.some((member) => isProvider(member) && commandLineOf(member.pid).length > 0)) await sleep(20);
  for (const member of all) if (member.pid !== run.pid) signal(member, "SIGKILL");
}

/** Sends a signal to a process that may have ended meanwhile. */
export function signal({ pid }: Pick<Process, "pid">, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
