import { setTimeout as sleep } from "node:timers/promises";
import { foldEmail } from "../model/email";
import { isActiveOwner, type User } from "../model/record";
import type { ScimReader } from "../scim/client";
import { IncompleteListingError, RefusedError } from "../scim/errors";
import { holderOf } from "../scim/lookup";
import { UnreadableEntryError } from "../scim/unreadable";
import { MemberPages } from "./member-pages";
import { type Key, Memory } from "./memory";
import { ENOUGH_TO_TELL, type Place } from "./place";
import { PlaceProof } from "./place-proof";
import { type Demand, plan } from "./plan";

/**
 * How long calls are gathered before they are answered together, in milliseconds: until no other came for so
 * long, for at most so long. The engine sends several at once, on a busy machine with pauses between them.
 */
const GATHER_MS = { quiet: 10, most: 50 };

/** How long to wait for other look-ups before the only person looked up so far counts as gone, in milliseconds. */
const OTHERS_MS = 250;

export interface DirectoryOptions {
  now?: () => number;
  log?: (line: string) => void;
  /** Default: nobody is expected. */
  place?: Place;
}

/** What a look-up is for: to tell what is there, or to prepare a write. */
export type Purpose = "read" | "write";

interface Call {
  key: Key;
  resolve: (user: User | undefined) => void;
  reject: (reason: unknown) => void;
}

/**
 * The members of the workspace as this process knows them. Reads, look-ups and pre-flight checks of all
 * resources go through it, so that a thousand reads cost pages, not people. Someone is called gone only
 * when a request for just that person says so.
 */
export class MemberDirectory {
  readonly #reader: ScimReader;
  readonly #now: () => number;
  readonly #memory: Memory;
  readonly #pages: MemberPages;
  /** What is asked for and not answered yet. */
  readonly #underWay = new Map<string, Promise<User | undefined>>();
  readonly #byId = new Map<string, Promise<User | undefined>>();
  #gathered: Call[] = [];
  #gathering: { timer: NodeJS.Timeout; since: number } | undefined;
  /** Whether others are likely to be asked for: this run writes, or it asked for several at a time. */
  #more = false;
  #turn: Promise<void> = Promise.resolve();
  /** Single look-ups since the last listing. */
  #spent = 0;
  readonly #place: Place;
  readonly #proof: PlaceProof;

  constructor(reader: ScimReader, options: DirectoryOptions = {}) {
    this.#reader = reader;
    const { now = Date.now, log = () => {}, place = { expected: new Set(), comesFrom: "" } } = options;
    this.#now = now;
    this.#memory = new Memory(now);
    this.#pages = new MemberPages(reader, this.#memory, { now, log });
    this.#place = place;
    this.#proof = new PlaceProof(place, this.#memory, {
      list: () => this.#listOnce(),
      read: (id) => this.#readById(id),
      now,
    });
  }

  /**
   * Makes sure that this is the workspace of the state, before the first write and before anybody counts as gone. One
   * person of the state who is found proves it for good.
   * @throws {OtherWorkspaceError} when nobody of the state is here
   */
  proveHere(): Promise<void> {
    return this.#proof.proveHere();
  }

  /** Whether the state has enough people for {@link proveHere} to tell which workspace this is. */
  get canTellPlace(): boolean {
    return this.#place.expected.size >= ENOUGH_TO_TELL;
  }

  /** The member with this id; undefined when Notion answered 404 for it. */
  member(id: string, purpose: Purpose = "read"): Promise<User | undefined> {
    return this.#ask({ id }, purpose);
  }

  /** The member with this e-mail as userName; undefined when there is none. */
  find(userName: string, purpose: Purpose = "read"): Promise<User | undefined> {
    return this.#ask({ userName: foldEmail(userName) }, purpose);
  }

  /** The member with this id as they are known already; nothing is asked. */
  known(id: string): User | undefined {
    return this.#memory.recall({ id })?.user;
  }

  /** Whether a member is known to have left the workspace; nothing is asked. */
  isGone(id: string): boolean {
    const known = this.#memory.recall({ id });
    return known !== undefined && known.user === undefined;
  }

  /** Everybody, by one listing, and whether it is proven to be. */
  async everybody(): Promise<{ people: User[]; complete: boolean }> {
    await this.#listOnce();
    return { people: this.#memory.members(), complete: this.#memory.complete };
  }

  /**
   * The holder of this e-mail, after a creation with a conflict or a lost answer: by every way that there is.
   * @throws {ConflictError} when a member has it as a further address
   * @throws {IncompleteListingError} when not even the listing proves that nobody has it
   */
  async search(userName: string): Promise<User | undefined> {
    const since = this.#now();
    return this.#orByListing(userName, since, this.#reader.findUser(userName, "sure"));
  }

  /** Whether the workspace has an active owner who is none of `ids`: who is known answers it, or else the listing. */
  async hasOwnerBesides(ids: ReadonlySet<string>): Promise<boolean> {
    const isThere = () => this.#memory.members().some((user) => isActiveOwner(user) && !ids.has(user.id));
    if (isThere()) return true;
    await this.#inTurn(async () => {
      if (!isThere() && !this.#memory.hasListed()) await this.#list();
    });
    return isThere();
  }

  /** How many members the workspace had before this process removed any, as the last page that was read said. */
  async size(): Promise<number> {
    await this.#inTurn(async () => {
      if (this.#pages.size === undefined) await this.#pages.readFirst();
    });
    return this.#pages.size ?? 0;
  }

  /** Sends an addition or a removal, but never while pages are read. */
  change<T>(send: () => Promise<T>): Promise<T> {
    return this.#pages.change(send);
  }

  /** What a write's answer says of a member. */
  put(user: User): void {
    this.#memory.put(user);
  }

  /** Records a member that a write removed. */
  drop(id: string): void {
    this.#pages.countRemoval();
    this.#memory.drop(id);
  }

  #ask(key: Key, purpose: Purpose): Promise<User | undefined> {
    const odd = this.#unreadable(key);
    if (odd !== undefined) return Promise.reject(odd);
    const known = this.#memory.recall(key);
    if (known !== undefined) return Promise.resolve(known.user);
    this.#gather();
    const name = "id" in key ? `id ${key.id}` : `userName ${key.userName}`;
    const shared = this.#underWay.get(name);
    if (shared !== undefined) return shared;
    this.#more ||= purpose === "write" || this.#underWay.size > 0;
    const asked = new Promise<User | undefined>((resolve, reject) => {
      this.#gathered.push({ key, resolve, reject });
    }).finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, asked);
    return asked;
  }

  /** Begins to gather calls, or goes on doing so since another one came. */
  #gather(): void {
    const now = performance.now();
    if (this.#gathering === undefined) {
      this.#gathering = { timer: setTimeout(() => this.#answerGathered(), GATHER_MS.quiet), since: now };
    } else if (now - this.#gathering.since < GATHER_MS.most) this.#gathering.timer.refresh();
  }

  #answerGathered(): void {
    this.#gathering = undefined;
    void this.#inTurn(async () => {
      const calls = this.#gathered;
      this.#gathered = [];
      try {
        await this.#answer(calls);
      } catch (error) {
        for (const call of calls) call.reject(error);
      }
    });
  }

  /** One after the other: the second may find its answers in what the first one listed. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  async #answer(calls: Call[]): Promise<void> {
    let open = this.#settleKnown(calls);
    if (open.length > 0 && !this.#memory.hasListed()) {
      let next = plan(this.#demand(open));
      if (next === "probe") {
        await this.#pages.readFirst();
        open = this.#settleKnown(open);
        next = plan(this.#demand(open));
      }
      if (open.length > 0 && next === "list") {
        await this.#list();
        open = this.#settleKnown(open);
      }
    }
    // What is left is asked for one by one: single look-ups, and the proof that someone is gone.
    void Promise.all(open.map((call) => this.#single(call.key).then(call.resolve, call.reject)));
  }

  /** Nothing is known of a person whose entry in the list cannot be read, least of all that they are gone. */
  #unreadable(key: Key): UnreadableEntryError | undefined {
    const entry = this.#memory.unreadable(key);
    return entry === undefined ? undefined : new UnreadableEntryError(`read ${entry.name}`, entry);
  }

  #demand(open: readonly Call[]): Demand {
    return {
      pending: open.length,
      spent: this.#spent,
      pages: this.#pages.left,
      more: this.#more,
    };
  }

  #settleKnown(calls: Call[]): Call[] {
    return calls.filter((call) => {
      const odd = this.#unreadable(call.key);
      if (odd !== undefined) {
        call.reject(odd);
        return false;
      }
      const known = this.#memory.recall(call.key);
      if (known !== undefined) call.resolve(known.user);
      return known === undefined;
    });
  }

  async #single(key: Key): Promise<User | undefined> {
    this.#spent += 1;
    const at = this.#now();
    const user =
      "id" in key
        ? await this.#readById(key.id)
        : await this.#orByListing(
            key.userName,
            Number.NEGATIVE_INFINITY,
            this.#reader.findUser(key.userName),
          );
    if (user !== undefined) this.#memory.learn(user, at);
    else if ("id" in key) {
      this.#memory.learnGone(key.id, at);
      if (this.#place.expected.has(key.id)) await this.#proveGone();
    }
    return user;
  }

  /** One alone proves nothing by being gone, and the engine may be about to ask for others. */
  async #proveGone(): Promise<void> {
    if (this.#place.expected.size === 1) await sleep(OTHERS_MS);
    await this.proveHere();
  }

  /** One request for each id at a time, however many callers ask. */
  #readById(id: string): Promise<User | undefined> {
    const shared = this.#byId.get(id);
    if (shared !== undefined) return shared;
    const read = this.#reader.user(id).finally(() => this.#byId.delete(id));
    this.#byId.set(id, read);
    return read;
  }

  /** A look-up that the server's filters leave open is settled by a listing that began at `since` or later. */
  async #orByListing(
    userName: string,
    since: number,
    lookUp: Promise<User | undefined>,
  ): Promise<User | undefined> {
    try {
      return await lookUp;
    } catch (error) {
      if (!(error instanceof IncompleteListingError || error instanceof RefusedError)) throw error;
      await this.#inTurn(async () => {
        if (!this.#memory.hasListedAll(since)) await this.#list();
      });
      const found = holderOf(userName, this.#memory.members(), `look up ${userName}`);
      if (found === undefined && !this.#memory.hasListedAll(Number.NEGATIVE_INFINITY)) throw error;
      return found;
    }
  }

  #listOnce(): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#memory.hasListed()) await this.#list();
    });
  }

  async #list(): Promise<void> {
    await this.#pages.readAll();
    this.#spent = 0;
  }
}
