import type { GroupRecord } from "../model/group";
import { ScimError } from "./errors";
import type { MembersChange } from "./group-change";
import { type GroupMembersError, GroupsStoppedError, reachedOthers } from "./group-errors";
import { addOperations, batches } from "./group-messages";
import { idsOf, type MembersForm, type Proofs } from "./group-proof";
import type { ReadGroup } from "./group-read";
import { groupWords } from "./group-words";
import type { HttpClient } from "./http-client";
import { patchMessage } from "./messages";
import { resourcePath } from "./reader";

/** Puts people back whom a change took out of a group without naming them. Then this run changes no more groups. */
export class GroupRescue {
  readonly #http: HttpClient;
  readonly #read: ReadGroup;
  readonly #proofs: Proofs;
  #harm: GroupMembersError | undefined;

  constructor(http: HttpClient, read: ReadGroup, proofs: Proofs) {
    this.#http = http;
    this.#read = read;
    this.#proofs = proofs;
  }

  /** @throws {GroupsStoppedError} when an earlier change of this run affected people whom it did not name */
  refuseAfterHarm(doing: string): void {
    if (this.#harm === undefined) return;
    throw new GroupsStoppedError(
      { doing },
      `an earlier change of this run took other people out of a group (could not ${this.#harm.doing})`,
      "Nothing was sent. See that error first.",
    );
  }

  /**
   * @param before the group as it was read right before
   * @param after the group as it is now
   * @param vanished who was in it before, and is not any more
   * @param form of the change that took them
   * @throws {GroupMembersError} always: with who is back and who is not
   */
  async putBack(
    change: MembersChange,
    before: GroupRecord,
    after: GroupRecord,
    vanished: readonly string[],
    form?: MembersForm,
  ): Promise<never> {
    const leaving = new Set(change.to === "out" ? change.named : []);
    const should = [...new Set([...idsOf(before), ...idsOf(after)])].filter(
      (id) => !leaving.has(id) && !change.people.isGone(id),
    );
    let missing: readonly string[] = vanished;
    // One request with everybody is right on a server whose add replaces, too. A server may find it too large.
    const isTrusted = change.to === "out" && this.#proofs.of("add") !== "none";
    const ways = isTrusted ? [] : [[should]];
    if (change.to === "out") ways.push(batches(vanished));
    for (const way of ways) {
      if (missing.length === 0) break;
      for (const ids of way) await this.#add(change, ids);
      // An attempt may take others out in their turn.
      missing = await this.#missing(change, should);
    }
    this.#harm = reachedOthers(change, [...new Set([...vanished, ...missing])], missing, form);
    throw this.#harm;
  }

  async #add({ group, doing }: MembersChange, ids: readonly string[]): Promise<void> {
    try {
      await this.#http.send({
        method: "PATCH",
        path: resourcePath("Groups", group.id),
        doing,
        body: patchMessage(addOperations(ids)),
      });
    } catch (error) {
      // The read that follows tells who is back.
      if (!(error instanceof ScimError)) throw error;
    }
  }

  async #missing({ group }: MembersChange, should: readonly string[]): Promise<readonly string[]> {
    try {
      const read = await this.#read(group.id, `see who is in the group ${groupWords(group, this.#http)}`);
      const is = read === undefined ? new Set() : idsOf(read);
      return should.filter((id) => !is.has(id));
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      return should;
    }
  }
}
