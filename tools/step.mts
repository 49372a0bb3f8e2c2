/** Takes one line of progress. */
export type Log = (line: string) => void;

const STILL_AT_IT_MS = 60_000;

/** Does a piece of work and says what it is, that it goes on, and how long it took. */
export async function step<T>(log: Log, title: string, work: () => Promise<T>): Promise<T> {
  const startedAt = Date.now();
  const elapsed = () => formatDuration(Date.now() - startedAt);
  log(`${title} …`);
  const reminder = setInterval(() => log(`  … at it for ${elapsed()}`), STILL_AT_IT_MS);
  try {
    const result = await work();
    log(`  done in ${elapsed()}`);
    return result;
  } catch (error) {
    log(`  failed after ${elapsed()}`);
    throw error;
  } finally {
    clearInterval(reminder);
  }
}

/** 0.4 s · 24 s · 3 min 22 s */
export function formatDuration(ms: number): string {
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
