import { readdirSync, readFileSync } from "node:fs";

export interface Process {
  pid: number;
  /** Ctrl-C in a terminal reaches everyone of the group. */
  group: number;
  command: string;
}

/** A process and all that it started, itself first. */
export function family(root: number): Process[] {
  const all = processes();
  const found: Process[] = [];
  const visit = (pid: number) => {
    found.push(...all.filter((each) => each.pid === pid));
    for (const child of all.filter(({ parent }) => parent === pid)) visit(child.pid);
  };
  visit(root);
  return found;
}

/** From /proc rather than from `ps`, which slim images do not have. */
function processes(): (Process & { parent: number })[] {
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
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
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
