import pRetry from "p-retry";
import type { GroupRecord } from "../model/group";
import { ConflictError, NotFoundError, RefusedError, ScimError } from "./errors";
import { type MembersChange, Progress, type Sent } from "./group-change";
import { incompleteGroup, reachedOthers, unfinished, unreadAfter } from "./group-errors";
import {
  addOperations,
  batches,
  MEMBERS_PER_PATCH,
  REMOVAL_FORMS,
  type RemovalForm,
  removeOperations,
} from "./group-messages";
import { idsOf, type MembersForm, needsFreshRead, nextBatch, Proofs } from "./group-proof";
import { type ReadGroup, readKnown } from "./group-read";
import { GroupRescue } from "./group-rescue";
import { type GroupPeople, groupWords, namesOf } from "./group-words";
import type { HttpClient } from "./http-client";
import { patchMessage } from "./messages";
import { mayBeTheForm } from "./patch-form";
import { resourcePath } from "./reader";

/** How often a group that shows no change after one that was accepted is read before the change counts as ignored. */
const PROOF_READS = 4;

/** How many people in a row the server may refuse before the others are not tried. */
const REFUSALS = 3;

/**
 * Adds people to groups and takes them out, by differences alone. Servers are known that clear or replace a whole group
 * then: so each form is proven on one person first, and every change is read back. One call at a time.
 */
export class GroupMembers {
  readonly #http: HttpClient;
  readonly #read: ReadGroup;
  readonly #proofs = new Proofs();
  readonly rescue: GroupRescue;
  readonly #removalForms: readonly RemovalForm[];

  constructor(http: HttpClient, read: ReadGroup, removalForm?: RemovalForm) {
    this.#removalForms = removalForm === undefined ? REMOVAL_FORMS : [removalForm];
    this.#http = http;
    this.#read = read;
    this.rescue = new GroupRescue(http, read, this.#proofs);
  }

  /**
   * @param group as it is known; it is read again where nothing is proven yet
   * @param isFresh whether it was read right before
   * @returns the group as a read shows it afterwards
   */
  add(
    group: GroupRecord,
    ids: readonly string[],
    people: GroupPeople,
    isFresh = false,
  ): Promise<GroupRecord> {
    const doing = `add ${namesOf(ids, people)} to the group ${groupWords(group, this.#http)}`;
    return this.#change({ group, named: ids, to: "in", people, doing }, ["add"], isFresh);
  }

  /** As {@link add}. */
  remove(group: GroupRecord, ids: readonly string[], people: GroupPeople): Promise<GroupRecord> {
    const doing = `take ${namesOf(ids, people)} out of the group ${groupWords(group, this.#http)}`;
    const forms = this.#proofs.forms(this.#removalForms);
    return this.#change({ group, named: ids, to: "out", people, doing }, forms, false);
  }

  async #change(
    change: MembersChange,
    forms: readonly MembersForm[],
    isFresh: boolean,
  ): Promise<GroupRecord> {
    this.rescue.refuseAfterHarm(change.doing);
    const progress = new Progress(change, isFresh);
    for (const form of forms) {
      const isLast = form === forms.at(-1);
      if ((await this.#inForm(form, change, progress, isLast)) === "done") break;
    }
    const error = unfinished(change, progress);
    if (error !== undefined) throw error;
    return progress.known;
  }

  /** @returns `no effect` where nobody changed, and the form may be why */
  async #inForm(
    form: MembersForm,
    change: MembersChange,
    progress: Progress,
    isLast: boolean,
  ): Promise<"done" | "no effect"> {
    for (;;) {
      const todo = progress.open.filter((id) => !progress.refused.has(id));
      if (todo.length === 0) return "done";
      const proof = this.#proofs.of(form);
      const batch = nextBatch(proof, todo, progress.known, MEMBERS_PER_PATCH);
      if (!progress.isFresh && needsFreshRead(proof, batch)) {
        progress.read(await this.#readKnown(change));
        continue;
      }
      if (proof !== "several" && !progress.known.complete)
        throw incompleteGroup(change.doing, progress.known);
      if (proof === "none") tellOthers(change, progress.known, batch);
      const sent = await this.#send(form, change, batch);
      const settled = await this.#look(form, change, progress, batch, sent);
      if (sent.failure !== undefined && settled < batch.length) {
        if (proof !== "none" || !mayBeTheForm(sent.failure)) throw sent.failure;
        progress.formError ??= sent.failure;
        return "no effect";
      }
      const isNothing = settled === 0;
      if (isNothing && (sent.refused.size === 0 || (proof === "none" && !isLast))) {
        progress.formError ??= [...sent.refused.values()][0];
        return "no effect";
      }
      for (const [id, error] of sent.refused) if (progress.isOpen(id)) progress.refused.set(id, error);
      if (isNothing && proof === "none" && progress.refused.size >= REFUSALS) return "done";
    }
  }

  async #send(form: MembersForm, change: MembersChange, ids: readonly string[]): Promise<Sent> {
    const sent: Sent = { refused: new Map(), failure: undefined, isAccepted: false };
    for (const batch of batches(ids)) await this.#sendBatch(form, change, batch, sent);
    return sent;
  }

  /** What is refused for several is sent for half of them each: one person may be the reason. */
  async #sendBatch(
    form: MembersForm,
    change: MembersChange,
    ids: readonly string[],
    sent: Sent,
  ): Promise<void> {
    if (sent.failure !== undefined) return;
    const { group, doing } = change;
    const operations = form === "add" ? addOperations(ids) : removeOperations(form, ids);
    try {
      const path = resourcePath("Groups", group.id);
      await this.#http.send({ method: "PATCH", path, doing, body: patchMessage(operations) });
      sent.isAccepted = true;
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      const isRefused = error instanceof RefusedError || error instanceof ConflictError;
      const isHopeless = !sent.isAccepted && sent.refused.size >= REFUSALS;
      const isAboutForm = form !== "add" && this.#proofs.of(form) === "none";
      if (!isRefused || isHopeless) sent.failure = error;
      else if (ids.length === 1 || isAboutForm) for (const id of ids) sent.refused.set(id, error);
      else {
        const half = Math.ceil(ids.length / 2);
        await this.#sendBatch(form, change, ids.slice(0, half), sent);
        await this.#sendBatch(form, change, ids.slice(half), sent);
      }
    }
  }

  /**
   * Reads the group back, and puts people back whom the change did not name.
   * @returns how many of `batch` are as they should be
   */
  async #look(
    form: MembersForm,
    change: MembersChange,
    progress: Progress,
    batch: readonly string[],
    sent: Sent,
  ): Promise<number> {
    const { known: before, isFresh } = progress;
    // Somebody who is to leave may go early; somebody who was added before stays.
    const named = new Set(change.to === "in" ? batch : change.named);
    const others = [...idsOf(before)].filter((id) => !named.has(id) && !change.people.isGone(id));
    const after = await this.#readBack(change, progress, { batch, others }, sent);
    const vanished = vanishedFrom(after, others);
    if (vanished.length > 0 && isFresh) await this.rescue.putBack(change, before, after, vanished, form);
    for (const id of vanished) progress.unnamedGone.add(id);
    progress.read(after);
    if (sent.isAccepted) progress.added(batch.filter((id) => !sent.refused.has(id)));
    const settled = batch.filter((id) => !progress.isOpen(id)).length;
    if (others.length > 0 && vanished.length === 0) this.#proofs.note(form, settled);
    return settled;
  }

  /**
   * Makes sure that a change that names nobody took nobody out of the group.
   * @param isFresh whether `before` was read right before the change
   */
  async keepAll(
    change: MembersChange,
    before: GroupRecord,
    after: GroupRecord,
    isFresh: boolean,
  ): Promise<void> {
    const others = [...idsOf(before)].filter((id) => !change.people.isGone(id));
    const vanished = vanishedFrom(after, others);
    if (vanished.length === 0) return;
    if (isFresh) await this.rescue.putBack(change, before, after, vanished);
    throw reachedOthers(change, vanished, vanished);
  }

  /** A server that lags behind may show the group as it was for a moment. */
  async #readBack(
    change: MembersChange,
    progress: Progress,
    { batch, others }: { batch: readonly string[]; others: readonly string[] },
    { failure, refused }: Sent,
  ): Promise<GroupRecord> {
    const isAnswered = failure === undefined && refused.size === 0;
    const unchanged = new Error("unchanged");
    let after = progress.known;
    const look = async () => {
      after = await this.#readKnown(change);
      const is = idsOf(after);
      if (isAnswered && batch.every((id) => progress.isOpen(id, is))) throw unchanged;
    };
    try {
      await pRetry(look, {
        ...this.#http.backoff,
        retries: Math.min(PROOF_READS, this.#http.attempts) - 1,
        shouldRetry: ({ error }) => error === unchanged,
      });
    } catch (error) {
      if (error === unchanged) return after;
      if (!(error instanceof ScimError) || (error instanceof NotFoundError && !progress.isFresh)) throw error;
      throw unreadAfter(change, progress.isFresh ? others : [], error);
    }
    return after;
  }

  #readKnown({ group, doing }: MembersChange): Promise<GroupRecord> {
    return readKnown(this.#read, group.id, `see who is in the group ${groupWords(group, this.#http)}`, doing);
  }
}

/** Tells who is in a group beside those that a change names, before that is sent. */
export function tellOthers(
  { people }: Pick<MembersChange, "people">,
  known: GroupRecord,
  named: readonly string[],
): void {
  const others = [...idsOf(known)].filter((id) => !named.includes(id) && !people.isGone(id));
  if (others.length > 0) people.beforeUnproven?.(known, others);
}

/** Who is not in a group any more; nobody where its list may be cut. */
function vanishedFrom(after: GroupRecord, others: readonly string[]): string[] {
  const is = idsOf(after);
  return after.complete ? others.filter((id) => !is.has(id)) : [];
}
