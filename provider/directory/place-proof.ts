import type { User } from "../model/record";
import type { Memory } from "./memory";
import { judgePlace, otherWorkspace, type Place } from "./place";

/** How the proof learns more of the workspace. */
interface Ways {
  /** Reads the list of members, unless that was just done. */
  list(): Promise<void>;
  /** Asks for one member. */
  read(id: string): Promise<User | undefined>;
  now(): number;
}

/** Proves that this is the workspace that the state is of. */
export class PlaceProof {
  readonly #place: Place;
  readonly #memory: Memory;
  readonly #ways: Ways;
  /** Fulfilled when it is proven. */
  #proven: Promise<void> | undefined;

  constructor(place: Place, memory: Memory, ways: Ways) {
    this.#place = place;
    this.#memory = memory;
    this.#ways = ways;
  }

  /** As {@link MemberDirectory.proveHere}. */
  proveHere(): Promise<void> {
    this.#proven ??= this.#prove().finally(() => {
      // More of the state may be handed over later: only a proof is for good.
      if (this.#judge(undefined) !== "right") this.#proven = undefined;
    });
    return this.#proven;
  }

  async #prove(): Promise<void> {
    for (;;) {
      const verdict = this.#judge(this.#listed);
      if (verdict === "right" || verdict === "cannot be told") return;
      if (verdict === "other") throw otherWorkspace(this.#place);
      if (verdict === "list") await this.#ways.list();
      else await Promise.all(verdict.look.map((id) => this.#look(id)));
    }
  }

  async #look(id: string): Promise<void> {
    const at = this.#ways.now();
    const user = await this.#ways.read(id);
    if (user === undefined) this.#memory.learnGone(id, at);
    else this.#memory.learn(user, at);
  }

  #judge(listed: "complete" | "incomplete" | undefined) {
    return judgePlace(this.#place.expected, (id) => this.#memory.recall({ id }), listed);
  }

  get #listed(): "complete" | "incomplete" | undefined {
    if (!this.#memory.hasListed()) return undefined;
    return this.#memory.complete ? "complete" : "incomplete";
  }
}
