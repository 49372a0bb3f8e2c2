import type { GroupRecord } from "../model/group";
import type { ScimReader } from "../scim/client";
import type { Unreadable } from "../scim/unreadable";
import type { MemberDirectory } from "./member-directory";
import { MAX_AGE_MS } from "./memory";
import { ENOUGH_TO_TELL, otherWorkspace } from "./place";

/** All groups, and whether the listing is proven to hold every one of them. */
export interface AllGroups {
  groups: readonly GroupRecord[];
  complete: boolean;
  /** Groups that are there and cannot be read. */
  unreadable: readonly Unreadable[];
}

export interface GroupDirectoryOptions {
  now?: () => number;
  /** Tells the person who runs it. */
  log?: (line: string) => void;
  /** Groups that the state has, by id, growing as the engine hands them over; and where token and address came from. */
  place?: { expected: ReadonlyMap<string, unknown>; comesFrom: string };
}

interface Known {
  /** undefined: known to be gone. */
  group: GroupRecord | undefined;
  at: number;
}

/**
 * The groups of the workspace as this process knows them, beside its members. One listing serves all reads; what a write
 * has shown since is newer. A group is called gone only when a request for just that group says so.
 */
export class GroupDirectory {
  readonly #reader: ScimReader;
  readonly #members: MemberDirectory;
  readonly #now: () => number;
  readonly #log: (line: string) => void;
  readonly #place: NonNullable<GroupDirectoryOptions["place"]>;
  readonly #known = new Map<string, Known>();
  #listed: { complete: boolean; unreadable: readonly Unreadable[]; at: number } | undefined;
  #listing: Promise<void> | undefined;

  constructor(reader: ScimReader, members: MemberDirectory, options: GroupDirectoryOptions = {}) {
    this.#reader = reader;
    this.#members = members;
    this.#now = options.now ?? Date.now;
    this.#log = options.log ?? (() => {});
    this.#place = options.place ?? { expected: new Map(), comesFrom: "" };
  }

  /** Every group, by one listing. */
  async all(): Promise<AllGroups> {
    await this.#list();
    const groups = [...this.#known].flatMap(([id, { at }]) => {
      const group = this.#isFresh(at) ? this.known(id) : undefined;
      return group ?? [];
    });
    const { complete = false, unreadable = [] } = this.#listed ?? {};
    return { groups, complete, unreadable };
  }

  /** The groups of exactly this name, by that listing. */
  async named(name: string): Promise<GroupRecord[]> {
    return (await this.all()).groups.filter((group) => group.name === name);
  }

  /**
   * The group with this id; undefined when Notion answered 404 for it.
   * @throws {OtherWorkspaceError} when it is gone, and so are the people of the state
   */
  async group(id: string): Promise<GroupRecord | undefined> {
    const known = this.known(id);
    if (known !== undefined) return known;
    const at = this.#now();
    const read = await this.#reader.group(id);
    if (read !== undefined) {
      this.#learn(read.id, read, at);
      return this.known(read.id);
    }
    await this.proveHere();
    await this.#proveByGroups();
    this.#learn(id, undefined, at);
    return undefined;
  }

  /** As {@link group}, read again whatever is known. */
  async read(id: string): Promise<GroupRecord | undefined> {
    this.forget(id);
    return this.group(id);
  }

  /** The group with this id as it is known already, with the e-mails of those who are known; nothing is asked. */
  known(id: string): GroupRecord | undefined {
    const known = this.#known.get(id);
    if (known?.group === undefined || !this.#isFresh(known.at)) return undefined;
    // A person removed from the workspace has left every group.
    const members = known.group.members.filter((member) => !this.#members.isGone(member.id));
    return {
      ...known.group,
      members: members.map((member) => {
        const email = this.#members.known(member.id)?.userName;
        return email === undefined ? member : { ...member, email };
      }),
    };
  }

  /**
   * Makes sure that this is the workspace that the state is of, by its people.
   * @throws {OtherWorkspaceError} when none of them is here
   */
  proveHere(): Promise<void> {
    return this.#members.proveHere();
  }

  /**
   * Where the state has too few people to tell which workspace this is, its groups tell: one that is listed proves it.
   * @throws {OtherWorkspaceError} when none of them is here
   */
  async #proveByGroups(): Promise<void> {
    const { expected } = this.#place;
    if (this.#members.canTellPlace || expected.size < ENOUGH_TO_TELL) return;
    const { groups, complete } = await this.all();
    if (complete && !groups.some(({ id }) => expected.has(id))) throw otherWorkspace(this.#place, "groups");
  }

  /** What a write has shown of a group. */
  put(group: GroupRecord): void {
    this.#known.set(group.id, { group, at: this.#now() });
  }

  /** A group that a write deleted. */
  drop(id: string): void {
    this.#known.set(id, { group: undefined, at: this.#now() });
  }

  /** A group of which nothing is known any more: a write failed, and may have done something. */
  forget(id: string): void {
    this.#known.delete(id);
  }

  /** As {@link forget}, where a group may have been made. */
  forgetListing(): void {
    this.#listed = undefined;
  }

  async #list(): Promise<void> {
    if (this.#listed !== undefined && this.#isFresh(this.#listed.at)) return;
    this.#listing ??= this.#readAll().finally(() => {
      this.#listing = undefined;
    });
    await this.#listing;
  }

  async #readAll(): Promise<void> {
    const at = this.#now();
    const { entries, unreadable, incomplete } = await this.#reader.listGroups();
    for (const group of entries) this.#learn(group.id, group, at);
    this.#listed = { complete: incomplete === undefined, unreadable, at };
    if (incomplete !== undefined)
      this.#log(
        `The list of groups could not be proven complete (${incomplete}); the rest is asked for singly.`,
      );
  }

  /** Records what a read that began at `at` says, unless something newer is known. */
  #learn(id: string, group: GroupRecord | undefined, at: number): void {
    const known = this.#known.get(id);
    if (known === undefined || known.at < at || !this.#isFresh(known.at)) this.#known.set(id, { group, at });
  }

  #isFresh(at: number): boolean {
    return this.#now() - at <= MAX_AGE_MS;
  }
}
