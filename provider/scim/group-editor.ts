import pRetry from "p-retry";
import type { GroupRecord } from "../model/group";
import { readAnswer } from "./answer";
import { ConflictError, mayHaveActed, RefusedError, ScimError } from "./errors";
import type { MembersChange } from "./group-change";
import { deletionRefused, GroupNotChangedError, severalOfOneName } from "./group-errors";
import { GroupMembers, tellOthers } from "./group-members";
import {
  createGroupMessage,
  MEMBERS_PER_PATCH,
  RENAME_FORMS,
  type RemovalForm,
  renameOperations,
} from "./group-messages";
import { idsOf } from "./group-proof";
import { type ReadGroup, readKnown } from "./group-read";
import { groupSchema } from "./group-schema";
import { type GroupPeople, groupWords } from "./group-words";
import type { HttpClient } from "./http-client";
import { patchMessage } from "./messages";
import type { Listing } from "./pagination";
import { mayBeTheForm, moreTelling } from "./patch-form";
import { resourcePath } from "./reader";
import { type Removal, removeEntry } from "./removal";

/** How often a creation whose answer was lost is sent again, once a listing showed that no group was made. */
const CREATE_ATTEMPTS = 3;

/** How often a group that was just made is asked for, where a server that lags behind does not know it yet. */
const CREATED_READS = 5;

/** A group after its creation, and whether it turned out to be there already. */
export interface CreatedGroup {
  group: GroupRecord;
  isAdopted: boolean;
}

/** Creates, renames and deletes groups, and changes their members. One call at a time. */
export class GroupEditor {
  readonly #http: HttpClient;
  readonly #read: ReadGroup;
  readonly #list: () => Promise<Listing<GroupRecord>>;
  readonly #members: GroupMembers;
  /** Whether a rename is proven to leave the members of a group alone. */
  #isRenameProven = false;

  constructor(
    http: HttpClient,
    read: ReadGroup,
    list: () => Promise<Listing<GroupRecord>>,
    removalForm?: RemovalForm,
  ) {
    this.#http = http;
    this.#read = read;
    this.#list = list;
    this.#members = new GroupMembers(http, read, removalForm);
  }

  add(group: GroupRecord, ids: readonly string[], people: GroupPeople): Promise<GroupRecord> {
    return this.#members.add(group, ids, people);
  }

  remove(group: GroupRecord, ids: readonly string[], people: GroupPeople): Promise<GroupRecord> {
    return this.#members.remove(group, ids, people);
  }

  /** POST /Groups with the first members; the others are added afterwards, as to any group. */
  async create(name: string, memberIds: readonly string[], people: GroupPeople): Promise<CreatedGroup> {
    const doing = `create the group ${groupWords({ id: name, name }, this.#http)}`;
    this.#members.rescue.refuseAfterHarm(doing);
    const first = memberIds.slice(0, MEMBERS_PER_PATCH);
    const { id, isAdopted } = await this.#make(name, first, doing).catch((error: unknown) => {
      // One person may be why: alone, they are refused by name afterwards.
      if (first.length === 0 || !(error instanceof RefusedError)) throw error;
      return this.#make(name, [], doing);
    });
    const made = await pRetry(() => readKnown(this.#read, id, doing), {
      ...this.#http.backoff,
      retries: CREATED_READS - 1,
      shouldRetry: ({ error }) => error instanceof ScimError && error.status === 404,
    });
    // Under another name it may be another group, by an answer that was mixed up: nobody is added to it.
    if (made.name !== name) return { group: made, isAdopted };
    const is = idsOf(made);
    const missing = memberIds.filter((each) => !is.has(each));
    const group = missing.length === 0 ? made : await this.#members.add(made, missing, people, true);
    return { group, isAdopted };
  }

  /** A creation is sent again only where a listing proves that no group of the name is there. */
  async #make(
    name: string,
    memberIds: readonly string[],
    doing: string,
  ): Promise<{ id: string; isAdopted: boolean }> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const body = createGroupMessage(name, memberIds);
        const answer = await this.#http.send({ method: "POST", path: "/Groups", body, doing });
        return { id: readAnswer(answer, groupSchema, doing, true).id, isAdopted: false };
      } catch (error) {
        const isConflict = error instanceof ConflictError;
        if (!isConflict && !mayHaveActed(error)) throw error;
        const listing = await this.#list().catch(() => {
          // Neither an answer nor a listing: it is the creation of which nobody knows.
          throw error;
        });
        const same = listing.entries.filter((group) => group.name === name);
        if (same.length > 1) throw severalOfOneName(doing, same);
        const [found] = same;
        // A conflict right after a lost answer is our own first attempt.
        if (found !== undefined) return { id: found.id, isAdopted: isConflict && attempt === 1 };
        if (isConflict || listing.incomplete !== undefined || attempt === CREATE_ATTEMPTS) throw error;
      }
    }
  }

  /** PATCH of the name alone. Members who are lost by it are put back. */
  async rename(group: GroupRecord, name: string, people: GroupPeople): Promise<GroupRecord> {
    const doing = `rename the group ${groupWords(group, this.#http)} to ${groupWords({ id: name, name }, this.#http)}`;
    this.#members.rescue.refuseAfterHarm(doing);
    const before = this.#isRenameProven ? group : await readKnown(this.#read, group.id, doing);
    const change: MembersChange = { group, named: [], to: "out", people, doing };
    if (!this.#isRenameProven) tellOthers(change, before, []);
    let refusal: ScimError | undefined;
    for (const form of RENAME_FORMS) {
      const failure = await this.#sendRename(group.id, patchMessage(renameOperations(form, name)), doing);
      const after = await readKnown(this.#read, group.id, doing);
      await this.#members.keepAll(change, before, after, !this.#isRenameProven);
      if (after.name === name) {
        this.#isRenameProven ||= before.members.length > 0;
        return after;
      }
      if (failure !== undefined && !mayBeTheForm(failure)) throw failure;
      refusal = refusal === undefined ? failure : moreTelling(refusal, failure ?? refusal);
    }
    throw (
      refusal ??
      new GroupNotChangedError(
        { doing },
        "Notion accepted it, and the group has its name still",
        "An identity provider may own the group: look in Notion's settings.",
      )
    );
  }

  /**
   * DELETE /Groups/{id}, proven by a read that answers 404.
   * @throws {RefusedError} when Notion refuses it; the group stays then
   */
  async delete(group: GroupRecord): Promise<Removal> {
    const doing = `delete the group ${groupWords(group, this.#http)}`;
    this.#members.rescue.refuseAfterHarm(doing);
    try {
      return await removeEntry(this.#http, {
        path: resourcePath("Groups", group.id),
        doing,
        looking: `make sure that the group ${groupWords(group, this.#http)} is gone`,
        stays: "the group is still there",
        isThere: async (looking) => (await this.#read(group.id, looking)) !== undefined,
      });
    } catch (error) {
      if (error instanceof RefusedError || error instanceof ConflictError)
        throw deletionRefused(doing, error);
      throw error;
    }
  }

  async #sendRename(id: string, body: object, doing: string): Promise<ScimError | undefined> {
    try {
      await this.#http.send({ method: "PATCH", path: resourcePath("Groups", id), body, doing });
      return undefined;
    } catch (error) {
      if (error instanceof ScimError) return error;
      throw error;
    }
  }
}
