import type { Io } from "./io";

/** Told what is being read, for a person who waits. */
export type Progress = (doing: string) => void;

/** Shows on a terminal what is going on while `work` runs; elsewhere nothing. */
export async function withProgress<T>(
  io: Io,
  first: string,
  work: (progress: Progress) => Promise<T>,
): Promise<T> {
  // Without a width ora (9.4.1) draws for ever.
  if (!io.stderr.isTTY || io.stderr.columns === undefined) return work(() => {});
  const { default: ora } = await import("ora");
  const spinner = ora({ text: first, stream: process.stderr, discardStdin: false }).start();
  try {
    return await work((doing) => {
      spinner.text = doing;
    });
  } finally {
    spinner.stop();
  }
}
