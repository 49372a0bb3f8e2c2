import { commandLineOf, descendants, type ProcessRole, readOf, roleOf } from "../processes.mts";

/** The most memory that each process ever held, in bytes; one that never was seen is not in it. */
export type Peaks = Partial<Record<ProcessRole, number>>;

const SAMPLE_MS = 100;

/**
 * Watches what this process starts until `stop` is called. The kernel keeps each process's peak (VmHWM), so
 * a sample now and then misses only what a process took up in its last moments. Nothing where there is no /proc.
 */
export function watchMemory(): { stop(): Peaks } {
  const peaks: Peaks = {};
  const sample = () => {
    for (const { pid } of descendants(process.pid)) {
      const role = roleOf(commandLineOf(pid));
      const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readOf(pid, "status"))?.[1];
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
