/** The members that resources of one kind hold on to in this run: by id, with what each wants of the member. */
class Claim {
  readonly #created = new Map<string, string>();
  readonly #kept = new Map<string, string>();

  /** A create takes the member; false if another create of this run did so already. */
  take(id: string, wish: string): boolean {
    if (this.#created.has(id)) return false;
    this.#created.set(id, wish);
    return true;
  }

  /** A resource that is in the state already is still declared. */
  keep(id: string, wish: string): void {
    this.#kept.set(id, wish);
  }

  /** What else than `wish` a resource of the state wants of the member; undefined where there is none. */
  keptOtherwise(id: string, wish: string): string | undefined {
    return otherThan(wish, this.#kept.get(id));
  }

  /** What else than `wish` a create of this run wants of the member; undefined where there is none. */
  takenOtherwise(id: string, wish: string): string | undefined {
    return otherThan(wish, this.#created.get(id));
  }

  /** Whether some resource of this run declares the member. */
  holds(id: string): boolean {
    return this.#created.has(id) || this.#kept.has(id);
  }
}

function otherThan(wish: string, held: string | undefined): string | undefined {
  return held === wish ? undefined : held;
}

/**
 * What the resources of one run hold on to. The engine deletes last: when a resource is renamed in the
 * program, the new one adopts the person and then the old one is deleted, which must not take away the
 * person that the new one declares. And when an address is handed on, whoever gets it must not be mistaken for
 * the member who still has it. A replaced resource is kept and then taken, with the same wish.
 */
export class Claims {
  /** The wish is an e-mail. */
  readonly users = new Claim();
  /** The wish is a role. */
  readonly roles = new Claim();
  /** People whose removal or demotion the guards of this run have let through. */
  letThrough = 0;
}
