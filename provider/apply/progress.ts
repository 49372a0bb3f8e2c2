import { count } from "../plan/sentence";

/** How often a long update tells how far it is, in milliseconds. */
export const TELL_EVERY_MS = 5_000;

/** Pure: `acme: 1,200 of 10,000 done, about 3 min left`. */
export function progressWords(name: string, done: number, total: number, tookMs: number): string {
  const left = done === 0 ? "" : `, about ${duration(((total - done) * tookMs) / done)} left`;
  return `${name}: ${count(done)} of ${count(total)} done${left}.`;
}

function duration(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

/** Tells of a long work every few seconds until it is ended. */
export class Progress {
  readonly #timer: NodeJS.Timeout;
  #done = 0;

  constructor(name: string, total: number, log: (line: string) => void, now: () => number = Date.now) {
    const began = now();
    this.#timer = setInterval(
      () => log(progressWords(name, this.#done, total, now() - began)),
      TELL_EVERY_MS,
    );
    // Nothing is held up by the telling of it.
    this.#timer.unref();
  }

  /** One more is done. */
  step(): void {
    this.#done += 1;
  }

  end(): void {
    clearInterval(this.#timer);
  }
}
