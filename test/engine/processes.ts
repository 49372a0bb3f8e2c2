import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

export interface Process {
  pid: number;
  /** Ctrl-C in a terminal reaches everyone of the group. */
  group: number;
  command: string;
}

/** A process and all that it started, itself first. */
export function family({ pid: root }: ChildProcess): Process[] {
  // Not 0 in its place: that is the parent of all there is.
  if (root === undefined) return [];
  const all = processes();
  const found: Process[] = [];
  const visit = (pid: number) => {
    found.push(...all.filter((each) => each.pid === pid));
    for (const child of all.filter(({ parent }) => parent === pid)) visit(child.pid);
  };
  visit(root);
  return found;
}

/** Whoever has the same value of this variable: also those who outlived the process that started them. */
export function processesWith(env: NodeJS.ProcessEnv, variable: string): Process[] {
  const value = env[variable];
  if (!value) throw new Error(`${variable} is not set`);
  return processes().filter(({ pid }) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`${variable}=${value}`);
    } catch {
      // It ended meanwhile, or is another user's.
      return false;
    }
  });
}

export const isEngine = ({ command }: Process) => /(^|\/)pulumi /.test(command);
/** The process that talks to Notion. */
export const isProvider = ({ command }: Process) => command.includes("cmd/dynamic-provider");
export const isProgram = ({ command }: Process) => /cmd\/run(\s|\.js|\/)/.test(command);

/**
 * Kills those of a run who are wanted, waits for the engine to end and the provider to end with it, as it has to by
 * itself, and then kills whoever is left of the run.
 */
export async function kill(run: ChildProcess, wanted: (member: Process) => boolean): Promise<void> {
  const all = family(run);
  const victims = all.filter(wanted);
  if (victims.length === 0)
    throw new Error(`Nobody to kill among:\n${all.map(({ command }) => command).join("\n")}`);
  const ended = once(run, "exit");
  // The engine comes first where it is among them: it must not take note of the others' end.
  for (const victim of victims) signal(victim, "SIGKILL");
  await ended;
  while (processes().some(({ pid }) => all.some((member) => member.pid === pid && isProvider(member))))
    await sleep(20);
  for (const member of all) if (member.pid !== run.pid) signal(member, "SIGKILL");
}

/** From /proc rather than from `ps`, which slim images do not have. */
function processes(): (Process & { parent: number })[] {
  // Where there is no /proc (macOS), nobody is found: `kill` says so, and cleaning up does what it can.
  if (!existsSync("/proc")) return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        // The name of the program, in brackets, may hold spaces.
        const [, parent, group] = stat
          .slice(stat.lastIndexOf(")") + 2)
          .split(" ")
          .map(Number);
        // Empty for one that ended and that nobody has taken note of yet.
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
        if (command === "") return [];
        return [{ pid: Number(name), parent: parent ?? 0, group: group ?? 0, command }];
      } catch {
        // It ended meanwhile.
        return [];
      }
    });
}

/** Sends a signal to a process that may have ended meanwhile. */
export function signal({ pid }: Pick<Process, "pid">, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
