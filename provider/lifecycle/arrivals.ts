/** How long to wait for the next resource before no other is expected, in milliseconds. */
export interface Patience {
  /** Where the program told how many it declares: those that wait for another resource come no earlier. */
  counted: number;
  /** Where nobody told it: only the engine's silence tells. */
  uncounted: number;
}

const PATIENCE: Patience = { counted: 1000, uncounted: 250 };

/**
 * Which resources that declare people the engine has handed over in this run. It hands them over in any order, so a
 * write may be asked for before it is known whether this is the workspace of the state, and what other resources declare.
 */
export class Arrivals {
  readonly #patience: Patience;
  readonly #arrived = new Set<string>();
  /** How many the program declares. Default: the host hands over none but those that are there. */
  #declared: number | "uncounted" = 0;
  #latest = performance.now();
  readonly #waiting = new Set<() => void>();
  /** Whether one has been waited for in vain: the engine may hand over the next one when a write has ended, and not before. */
  #isOver = false;

  constructor(patience = PATIENCE) {
    this.#patience = patience;
  }

  /** The program declares so many resources of people, or the host cannot know how many. */
  expect(declared: number | "uncounted"): void {
    this.#declared = declared;
    for (const wake of this.#waiting) wake();
  }

  /** The engine has handed over a declared resource, with its state if it has one. @param key one for each resource */
  note(key: string): void {
    this.#arrived.add(key);
    this.#latest = performance.now();
    for (const wake of this.#waiting) wake();
  }

  /**
   * Resolves when all that the program declares have been handed over, or no other is expected any more.
   * @param isEnough whether what is known is enough for what waits
   */
  async settled(isEnough = () => false): Promise<void> {
    while (!isEnough() && !this.#isOver && (await this.#next()));
  }

  /** Resolves to true when another resource was handed over, to false when none is expected any more. */
  async #next(): Promise<boolean> {
    const declared = this.#declared;
    if (declared !== "uncounted" && this.#arrived.size >= declared) return false;
    const { counted, uncounted } = this.#patience;
    const left = this.#latest + (declared === "uncounted" ? uncounted : counted) - performance.now();
    return new Promise((resolve) => {
      const end = (hasCome: boolean) => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        this.#isOver ||= !hasCome;
        resolve(hasCome);
      };
      const wake = () => end(true);
      const timer = setTimeout(end, Math.max(0, left), false);
      this.#waiting.add(wake);
    });
  }
}
