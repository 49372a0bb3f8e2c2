/** The members that resources of one kind hold on to in this run: by id, with what each wants of the member. */
export class Claim {
  readonly #declared = new Set<string>();
  readonly #wanted = new Map<string, string>();
  readonly #taken = new Map<string, string>();

  /** The program declares this wish: check is called for what it declares and for nothing else. */
  declare(wish: string): void {
    this.#declared.add(wish);
  }

  /** Whether the program declares this wish. */
  declares(wish: string): boolean {
    return this.#declared.has(wish);
  }

  /**
   * A resource of the state wants this of the member. Whether the program still declares that resource is another
   * question: in the refresh phase of a run diff is called for everybody in the state.
   */
  want(id: string, wish: string): void {
    this.#wanted.set(id, wish);
  }

  /** A create takes the member; false if another create of this run did so already. */
  take(id: string, wish: string): boolean {
    if (this.#taken.has(id)) return false;
    this.#taken.set(id, wish);
    return true;
  }

  /** Another wish than `wish` that a declared resource of the state has for the member; undefined if there is none. */
  wantedOtherwise(id: string, wish: string): string | undefined {
    return otherThan(wish, this.#wantedByDeclared(id));
  }

  /**
   * Another wish than `wish` that a resource of the state has for the member, as far as the state has been seen; undefined
   * if there is none. The resource counts even if it is no longer declared: it was for another person.
   */
  heldOtherwise(id: string, wish: string): string | undefined {
    return otherThan(wish, this.#wanted.get(id));
  }

  /** What else than `wish` a create of this run wants of the member; undefined where there is none. */
  takenOtherwise(id: string, wish: string): string | undefined {
    return otherThan(wish, this.#taken.get(id));
  }

  /** Whether some resource of this run declares the member. */
  holds(id: string): boolean {
    return this.#taken.has(id) || this.#wantedByDeclared(id) !== undefined;
  }

  #wantedByDeclared(id: string): string | undefined {
    const wish = this.#wanted.get(id);
    return wish !== undefined && this.declares(wish) ? wish : undefined;
  }
}

function otherThan(wish: string, held: string | undefined): string | undefined {
  return held === wish ? undefined : held;
}
