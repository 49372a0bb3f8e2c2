import PQueue from "p-queue";

/** Requests under way at once where nothing says otherwise: public scripts live well with a few. */
export const DEFAULT_CONCURRENCY = 8;

export interface RateLimiterOptions {
  /** Requests under way at once. Default {@link DEFAULT_CONCURRENCY}. */
  concurrency?: number | undefined;
  /** Requests started per second at most. Default: no limit but what the server asks for. */
  requestsPerSecond?: number | undefined;
  /** Told once for each pause. */
  log?: ((line: string) => void) | undefined;
}

/**
 * The pace of all requests of this process: how many are under way, how many start in a second, and one
 * pause for all of them when the server asks for it. After a pause it starts with one request and lets
 * one more run side by side with each that succeeds, so that a wait does not end in a burst.
 */
export class RateLimiter {
  readonly #queue: PQueue;
  readonly #concurrency: number;
  readonly #log: (line: string) => void;
  #resumeAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RateLimiterOptions = {}) {
    this.#concurrency = options.concurrency ?? DEFAULT_CONCURRENCY;
    this.#log = options.log ?? (() => {});
    const rate = options.requestsPerSecond;
    this.#queue = new PQueue({
      concurrency: this.#concurrency,
      // One request each 1/rate of a second rather than `rate` at the start of each second.
      ...(rate === undefined ? {} : { interval: 1000 / rate, intervalCap: 1, strict: true }),
    });
  }

  /** Runs `task` when its turn has come. */
  run<T>(task: () => Promise<T>): Promise<T> {
    return this.#queue.add(task);
  }

  /** Told of each request that went well: after a pause, one more may run side by side. */
  ease(): void {
    // Requests from before the pause may still end well in it; they say nothing about what comes after.
    if (Date.now() < this.#resumeAt) return;
    if (this.#queue.concurrency < this.#concurrency) this.#queue.concurrency += 1;
  }

  /** Starts nothing for `ms` milliseconds, or for longer if an earlier pause asked for longer. */
  pause(ms: number, reason: string): void {
    const until = Date.now() + ms;
    if (until <= this.#resumeAt) return;
    if (this.#resumeAt <= Date.now()) this.#log(`${reason}: all requests wait ${seconds(ms)}.`);
    this.#resumeAt = until;
    this.#queue.concurrency = 1;
    this.#queue.pause();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#queue.start(), ms);
  }
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`;
}
