import type { User } from "../model/record";
import type { ScimReader } from "../scim/client";
import { PAGE_SIZE } from "../scim/pagination";
import type { Page } from "../scim/schemas";
import type { Memory } from "./memory";

/** Reads pages of the list of members into the memory, and keeps them from changes of this process. */
export class MemberPages {
  readonly #reader: ScimReader;
  readonly #memory: Memory;
  readonly #now: () => number;
  readonly #log: (line: string) => void;
  /** Additions and removals that are under way, and the reading of pages that they wait for. */
  readonly #changes = new Set<Promise<unknown>>();
  #reading: Promise<void> | undefined;
  /** The first page of a listing that was not read on, to be continued if that soon pays. */
  #probe: { page: Page<User>; at: number } | undefined;
  /** Members by the last page read, without those that this process has removed since. */
  #total: number | undefined;
  /** Members that this process has removed. */
  #removed = 0;

  constructor(
    reader: ScimReader,
    memory: Memory,
    { now, log }: { now: () => number; log: (line: string) => void },
  ) {
    this.#reader = reader;
    this.#memory = memory;
    this.#now = now;
    this.#log = log;
  }

  /** How many members the workspace had before this process removed any; undefined before a page was read. */
  get size(): number | undefined {
    return this.#total === undefined ? undefined : this.#total + this.#removed;
  }

  /** Pages that a complete listing would still cost; undefined before a page was read. */
  get left(): number | undefined {
    if (this.#total === undefined) return undefined;
    const pages = Math.max(1, Math.ceil(this.#total / PAGE_SIZE));
    return this.#freshProbe() === undefined ? pages : pages - 1;
  }

  /** A write removed a member. */
  countRemoval(): void {
    this.#removed += 1;
    if (this.#total !== undefined) this.#total -= 1;
  }

  /**
   * Sends an addition or a removal, but never while pages are read: with members coming and going between
   * two pages no listing is proven complete, and this run's own are the ones that can be held back.
   */
  async change<T>(send: () => Promise<T>): Promise<T> {
    while (this.#reading !== undefined) await this.#reading.catch(() => {});
    const change = send();
    this.#changes.add(change);
    // It tells of the workspace as it was before.
    this.#probe = undefined;
    try {
      return await change;
    } finally {
      this.#changes.delete(change);
    }
  }

  readFirst(): Promise<void> {
    return this.#undisturbed(() => this.#readFirst());
  }

  /** Reads the list, from where the first page ended if that was just read. */
  readAll(): Promise<void> {
    return this.#undisturbed(() => this.#readAll());
  }

  /** Reads pages when no addition or removal of this process is under way, and holds back further ones. */
  async #undisturbed(read: () => Promise<void>): Promise<void> {
    this.#reading = Promise.allSettled(this.#changes).then(read);
    try {
      await this.#reading;
    } finally {
      this.#reading = undefined;
    }
  }

  async #readFirst(): Promise<void> {
    const at = this.#now();
    const page = await this.#reader.usersPage();
    this.#probe = { page, at };
    this.#total = page.totalResults;
    this.#memory.learnUnreadable(page.unreadable);
    for (const user of page.Resources) this.#memory.learn(user, at);
  }

  async #readAll(): Promise<void> {
    const probe = this.#freshProbe();
    // A page that was read before tells of that moment, and a write may have told something newer since.
    const at = probe?.at ?? this.#now();
    this.#probe = undefined;
    const listing = await this.#reader.listUsers(probe?.page);
    this.#memory.learnUnreadable(listing.unreadable);
    for (const user of listing.entries) this.#memory.learn(user, at);
    this.#total = listing.total;
    this.#memory.listed(listing.incomplete === undefined, at);
    if (listing.incomplete !== undefined) {
      this.#log(
        `The list of members could not be proven complete (${listing.incomplete}); the rest is asked for singly.`,
      );
    }
  }

  #freshProbe(): { page: Page<User>; at: number } | undefined {
    return this.#probe !== undefined && this.#memory.isFresh(this.#probe.at) ? this.#probe : undefined;
  }
}
