/** The members that resources of one kind hold on to in this run, by id. */
class Claim {
  readonly #created = new Set<string>();
  readonly #kept = new Set<string>();

  /** A create takes the member; false if another create of this run did so already. */
  take(id: string): boolean {
    if (this.#created.has(id)) return false;
    this.#created.add(id);
    return true;
  }

  /** A resource that is in the state already is still declared. */
  keep(id: string): void {
    this.#kept.add(id);
  }

  /** Whether some resource of this run declares the member. */
  holds(id: string): boolean {
    return this.#created.has(id) || this.#kept.has(id);
  }
}

/**
 * What the resources of one run hold on to. The engine deletes last: when a resource is renamed in the
 * program, the new one adopts the person and then the old one is deleted, which must not take away the
 * person that the new one declares.
 */
export class Claims {
  readonly users = new Claim();
  readonly roles = new Claim();
  /** People whose removal or demotion the guards of this run have let through. */
  letThrough = 0;
}
