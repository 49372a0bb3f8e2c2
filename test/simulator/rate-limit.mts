/** A bucket that holds one second's worth of requests. */
export class RateLimit {
  #level = 0;
  #checkedAtMs = 0;

  /** Seconds to wait, or 0 when the request may pass. */
  take(requestsPerSecond: number, nowMs: number): number {
    const elapsedSeconds = (nowMs - this.#checkedAtMs) / 1000;
    this.#checkedAtMs = nowMs;
    this.#level = Math.max(0, this.#level - elapsedSeconds * requestsPerSecond);
    const capacity = Math.max(1, requestsPerSecond);
    if (this.#level + 1 > capacity + 1e-9) {
      // Retry-After is in whole seconds (notion-scim.md, Errors and limits).
      return Math.max(1, Math.ceil((this.#level + 1 - capacity) / requestsPerSecond));
    }
    this.#level += 1;
    return 0;
  }
}
