import type { GroupDirectory } from "../directory/group-directory";
import type { MemberDirectory } from "../directory/member-directory";
import type { GroupRecord } from "../model/group";
import { firstNames } from "../plan/sentence";
import type { ScimWriter } from "../scim/client";
import {
  IncompleteListingError,
  MalformedAnswerError,
  NotFoundError,
  ScimError,
  UserError,
} from "../scim/errors";
import { GroupMembersError, GroupNotChangedError } from "../scim/group-errors";
import type { GroupPeople } from "../scim/group-words";
import type { GroupGuard } from "./group-guard";

const NOBODY: ReadonlySet<string> = new Set();

/** So many are named. */
const MOST_NAMED = 100;

/** One write of one group. */
interface Write<T> {
  /** The id of the group, where there is one yet. */
  id?: string;
  /** The last check before it. Default: there is nothing to check. */
  guard?: () => Promise<void> | void;
  send: () => Promise<T>;
  /** What a read has shown of the group is kept in the directory. */
  remember: (answer: T) => void;
}

/**
 * The one way to write groups to Notion: prove that this is the workspace of the state, ask the guard, send and read back,
 * remember what was read. One write after the other: what each does to others is seen.
 */
export class GroupWriter {
  readonly #client: ScimWriter;
  readonly #members: MemberDirectory;
  readonly #groups: GroupDirectory;
  readonly #guard: GroupGuard;
  readonly #log: (line: string) => void;
  readonly #people: GroupPeople;
  /** Ids of the groups that were there before a creation, by the name of the new one. */
  readonly #before = new Map<string, ReadonlySet<string>>();
  #turn: Promise<unknown> = Promise.resolve();

  /** @param emailOf e-mails that the state has, for those whom nothing was asked about */
  constructor(
    client: ScimWriter,
    { members, groups }: { members: MemberDirectory; groups: GroupDirectory },
    guard: GroupGuard,
    log: (line: string) => void,
    emailOf: (id: string) => string | undefined = () => undefined,
  ) {
    this.#client = client;
    this.#members = members;
    this.#groups = groups;
    this.#guard = guard;
    this.#log = log;
    this.#people = {
      nameOf: (id) => members.known(id)?.userName ?? emailOf(id) ?? id,
      isGone: (id) => members.isGone(id),
    };
  }

  /**
   * Creates a group with these members. One of this name that turns out to be there is adopted: its members stay.
   * @throws {IncompleteListingError} when it is not known whether there is one of this name
   */
  create(name: string, ids: readonly string[]): Promise<GroupRecord> {
    return this.#write({
      guard: async () => {
        this.#before.set(name, await this.#mustBeNew(name));
      },
      send: async () => {
        const { group, isAdopted } = await this.#client.createGroup(name, ids, this.#people);
        if (isAdopted) this.#log(`The group ${name} exists in Notion already. It is adopted.`);
        if (group.name === name) return group;
        if (this.#before.get(name)?.has(group.id)) throw answeredAnother(name, group);
        // The next run would look for the declared name, and make one more.
        await this.#client.deleteGroup(group);
        throw namedOtherwise(name, group);
      },
      remember: (group) => this.#groups.put(group),
    });
  }

  /**
   * The group that a creation has made although it failed, as when its answer was lost: the only one of its name that was
   * not there before.
   */
  async madeByFailed(name: string): Promise<GroupRecord | undefined> {
    const before = this.#before.get(name);
    if (before === undefined) return undefined;
    const made = (await this.#groups.named(name)).filter(({ id }) => !before.has(id));
    return made.length === 1 ? made[0] : undefined;
  }

  /** @param kept as of {@link add} */
  rename({ id }: GroupRecord, name: string, kept: ReadonlySet<string> = NOBODY): Promise<GroupRecord> {
    return this.#change(id, (known) => this.#client.renameGroup(known, name, this.#peopleBeside(kept)));
  }

  /**
   * Adds people to a group: the others in it stay.
   * @param kept ids of members that a state keeps, so that a next run would find them gone. Others are named beforehand.
   */
  add({ id }: GroupRecord, ids: readonly string[], kept: ReadonlySet<string> = NOBODY): Promise<GroupRecord> {
    return this.#change(id, (known) => this.#client.addToGroup(known, ids, this.#peopleBeside(kept)));
  }

  /**
   * Takes people out of a group: the others in it stay.
   * @param kept as of {@link add}
   * @throws {GroupLimitError} when the guard stops it
   */
  remove(
    { id }: GroupRecord,
    ids: readonly string[],
    kept: ReadonlySet<string> = NOBODY,
  ): Promise<GroupRecord> {
    return this.#change(
      id,
      (known) => this.#client.removeFromGroup(known, ids, this.#peopleBeside(kept)),
      (known) => this.#guard.beforeRemoval(known, ids),
    );
  }

  /**
   * Deletes a group, and has it proven.
   * @param group as it was read
   * @throws {GroupLimitError} when the guard stops it
   * @throws {RefusedError} when Notion refuses it; the group stays then
   */
  async delete(group: GroupRecord): Promise<void> {
    await this.#write({
      id: group.id,
      guard: () => this.#guard.beforeDeletion(group),
      send: () => this.#client.deleteGroup(group),
      remember: (removal) => {
        this.#groups.drop(group.id);
        if (removal === "gone already") this.#log(`The group ${group.name} was gone already.`);
      },
    });
  }

  /** A run that is broken off between a change that does harm and its repair leaves a line with those that no state keeps. */
  #peopleBeside(kept: ReadonlySet<string>): GroupPeople {
    return {
      ...this.#people,
      beforeUnproven: (group, others) => {
        const names = others.flatMap((id) => (kept.has(id) ? [] : [this.#people.nameOf(id)]));
        if (names.length === 0) return;
        this.#log(
          `Group ${group.name} also has the members ${firstNames(names.sort(), MOST_NAMED)}. ` +
            "If this run is broken off, look whether they are still in it.",
        );
      },
    };
  }

  /** @param guard asked with the group as it is known by then */
  #change(
    id: string,
    send: (known: GroupRecord) => Promise<GroupRecord>,
    guard: (known: GroupRecord) => void = () => {},
  ): Promise<GroupRecord> {
    let known: GroupRecord | undefined;
    return this.#write({
      id,
      guard: async () => {
        known = await this.#groups.group(id);
        if (known !== undefined) guard(known);
      },
      send: () => {
        if (known !== undefined) return send(known);
        throw new NotFoundError(
          { doing: `change the group ${id}`, status: 404 },
          "the group is gone",
          "Run `pulumi refresh`.",
        );
      },
      remember: (group) => this.#groups.put(group),
    });
  }

  /**
   * A group that no listing shows may still exist, and a second one of its name would be created.
   * @returns ids of the groups that are there
   */
  async #mustBeNew(name: string): Promise<ReadonlySet<string>> {
    if (name.trim() !== name || name === "") {
      throw new UserError(
        `A group cannot be called ${JSON.stringify(name)}: Notion takes the spaces around a name away. Declare it without them.`,
      );
    }
    const { groups, complete, unreadable } = await this.#groups.all();
    const isThere = groups.some((group) => group.name === name);
    const isOdd = unreadable.some((entry) => entry.name === name);
    if (isThere || (complete && !isOdd)) return new Set(groups.map(({ id }) => id));
    throw new IncompleteListingError(
      { doing: `create the group ${name}` },
      isOdd
        ? "a group of this name is there, and Notion's entry of it cannot be read"
        : "the list of groups could not be proven complete, so a group of this name may be there",
      "Nothing was sent. Run it again.",
    );
  }

  #write<T>(write: Write<T>): Promise<T> {
    const done = this.#turn.then(() => this.#writeNow(write));
    this.#turn = done.catch(() => {});
    return done;
  }

  async #writeNow<T>({ id, guard, send, remember }: Write<T>): Promise<T> {
    await this.#groups.proveHere();
    await guard?.();
    let answer: T;
    try {
      answer = await send();
    } catch (error) {
      // It may have done something: the next one who asks reads it again.
      if (id === undefined) this.#groups.forgetListing();
      else this.#groups.forget(id);
      throw error instanceof GroupMembersError ? await this.#named(error) : error;
    }
    remember(answer);
    return answer;
  }

  /** Of people who lost something unnamed nobody else keeps a list: who is not known yet is looked up. */
  async #named(error: GroupMembersError): Promise<GroupMembersError> {
    const ids = [...new Set([...error.vanished, ...error.missing])];
    try {
      await Promise.all(ids.map((id) => this.#members.member(id)));
    } catch (unseen) {
      if (!(unseen instanceof ScimError)) throw unseen;
    }
    return error.named(this.#people.nameOf);
  }
}

function answeredAnother(name: string, group: GroupRecord): MalformedAnswerError {
  return new MalformedAnswerError(
    { doing: `create the group ${name}` },
    `Notion answered with the group ${JSON.stringify(group.name)}, which was there before`,
    "Nothing was done to that group. Run it again.",
    true,
  );
}

function namedOtherwise(name: string, group: GroupRecord): GroupNotChangedError {
  return new GroupNotChangedError(
    { doing: `create the group ${name}` },
    `Notion made it under the name ${JSON.stringify(group.name)}, and it was deleted again`,
    "Declare it under that name.",
  );
}
