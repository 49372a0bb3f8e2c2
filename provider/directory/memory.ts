import { foldEmail } from "../model/email";
import type { User } from "../model/record";
import type { Unreadable } from "../scim/unreadable";

/** How long what was read is relied on, in milliseconds: by a read, a look-up, a write's pre-flight. */
export const MAX_AGE_MS = 5 * 60_000;

/** Someone asked for: by id, or by e-mail as Notion's userName. */
export type Key = { id: string } | { userName: string };

interface Known {
  /** undefined: known to be gone. */
  user: User | undefined;
  at: number;
}

/**
 * Who is known, and since when: an answer tells of the moment at which its request was sent, and of nothing
 * later. What is older than `MAX_AGE_MS` counts as not known.
 */
export class Memory {
  readonly #now: () => number;
  readonly #known = new Map<string, Known>();
  readonly #idByUserName = new Map<string, string>();
  /** Whose entry could not be read, by id, or by name where it has none. */
  readonly #unreadable = new Map<string, Unreadable>();
  /** The last listing: whether it was proven complete, and since when. */
  #listed: { complete: boolean; at: number } | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** What is known of someone; `user` is undefined for who is known not to be there. */
  recall(key: Key): { user: User | undefined } | undefined {
    const id = "id" in key ? key.id : this.#idByUserName.get(foldEmail(key.userName));
    const known = id === undefined ? undefined : this.#known.get(id);
    if (known !== undefined && this.isFresh(known.at)) return known;
    // A complete listing also knows which e-mails are not there; a missing id is left to be proven.
    const absent = "userName" in key && this.complete;
    return absent ? { user: undefined } : undefined;
  }

  /** An entry that could not be read and is that of someone. */
  unreadable(key: Key): Unreadable | undefined {
    if ("id" in key) return this.#unreadable.get(key.id);
    return [...this.#unreadable.values()].find(({ addresses }) =>
      addresses.includes(foldEmail(key.userName)),
    );
  }

  /** Records entries that a listing could not read: they are unknown people, and present. */
  learnUnreadable(entries: readonly Unreadable[]): void {
    for (const entry of entries) this.#unreadable.set(entry.id ?? entry.name, entry);
  }

  /** Everybody who is known to be there. */
  members(): User[] {
    return [...this.#known.values()].flatMap(({ user, at }) =>
      user !== undefined && this.isFresh(at) ? [user] : [],
    );
  }

  /** Records what a read that began at `at` says of a person, unless something newer is known. */
  learn(user: User, at: number): void {
    if (this.#isNews(user.id, at)) this.put(user, at);
  }

  /** As `learn`, for an id that was not found. */
  learnGone(id: string, at: number): void {
    if (this.#isNews(id, at)) this.drop(id);
  }

  /** What a write's answer says of a member. */
  put(user: User, at: number = this.#now()): void {
    this.#forgetName(user.id);
    this.#unreadable.delete(user.id);
    this.#known.set(user.id, { user, at });
    this.#idByUserName.set(foldEmail(user.userName), user.id);
  }

  /** A member who is gone now. */
  drop(id: string): void {
    this.#forgetName(id);
    this.#unreadable.delete(id);
    this.#known.set(id, { user: undefined, at: this.#now() });
  }

  /** That all pages of a listing that began at `at` were learned. */
  listed(complete: boolean, at: number): void {
    this.#listed = { complete, at };
  }

  /** Whether the last listing is proven to hold everybody. */
  get complete(): boolean {
    return this.#listed?.complete === true && this.hasListed();
  }

  hasListed(): boolean {
    return this.#listed !== undefined && this.isFresh(this.#listed.at);
  }

  /** Whether a complete listing that is still relied on began at `at` or later. */
  hasListedAll(at: number): boolean {
    return this.hasListed() && this.#listed?.complete === true && this.#listed.at >= at;
  }

  isFresh(at: number): boolean {
    return this.#now() - at <= MAX_AGE_MS;
  }

  #isNews(id: string, at: number): boolean {
    return (this.#known.get(id)?.at ?? Number.NEGATIVE_INFINITY) < at;
  }

  #forgetName(id: string): void {
    const before = this.#known.get(id)?.user;
    if (before === undefined) return;
    const userName = foldEmail(before.userName);
    // Another person may have the address now.
    if (this.#idByUserName.get(userName) === id) this.#idByUserName.delete(userName);
  }
}
