import pRetry from "p-retry";
import type { GroupRecord } from "../model/group";
import type { User } from "../model/record";
import { readAnswer } from "./answer";
import { NotFoundError, type ScimError, UnavailableError } from "./errors";
import { type CreatedGroup, GroupEditor } from "./group-editor";
import type { RemovalForm } from "./group-messages";
import type { GroupPeople } from "./group-words";
import type { HttpClient, Request } from "./http-client";
import { createMessage, patchMessage, type UserAttributes } from "./messages";
import {
  mayBeTheForm,
  moreTelling,
  namesOf,
  notApplied,
  operationsIn,
  otherForm,
  type PatchForm,
  PatchForms,
} from "./patch-form";
import { Reader, resourcePath, type ScimReader } from "./reader";
import { type Removal, removeEntry } from "./removal";
import { userSchema } from "./schemas";

/** A reader that can also change members. */
export interface ScimWriter extends ScimReader {
  /** POST /Users. Never repeated unless the server did nothing: see `mayHaveActed` for what is left. */
  createUser(attributes: UserAttributes & { userName: string }): Promise<User>;
  /**
   * PATCH /Users/{id} with a replace of the attributes given, and the member as they are then. What was refused or not
   * applied is tried once in the other form of a PATCH; what still shows differently in the member was ignored.
   * @param doing for errors, such as `change the role of ada@example.com to owner`
   */
  patchUser(id: string, attributes: UserAttributes, doing: string): Promise<User>;
  /**
   * DELETE /Users/{id}: out of the workspace, proven by a read that answers 404; says whether they had gone before.
   * @throws {StillThereError} when the removal was accepted and they are still there
   */
  deleteUser(id: string, who: string): Promise<Removal>;
  /**
   * POST /Groups, then adds the members that the new group lacks. A group that existed keeps its members.
   * Groups are written one call at a time. Every method throws what {@link addToGroup} throws.
   */
  createGroup(name: string, memberIds: readonly string[], people: GroupPeople): Promise<CreatedGroup>;
  /** PATCH of the name, and the group as a read shows it afterwards. */
  renameGroup(group: GroupRecord, name: string, people: GroupPeople): Promise<GroupRecord>;
  /**
   * PATCH of those who are to come in, at most 100 of them each, and the group as a read shows it afterwards.
   * @param group as it is known; it is read again where nothing is proven in this run yet
   * @throws {GroupMembersError} when others left the group by it; they were put back, or are named as missing
   * @throws {IncompleteGroupError} when nobody could see whether others leave it; nothing is sent then
   * @throws {GroupsStoppedError} after a `GroupMembersError` of this run; nothing is sent then
   * @throws {GroupNotChangedError} when Notion accepted it and did not apply it
   */
  addToGroup(group: GroupRecord, ids: readonly string[], people: GroupPeople): Promise<GroupRecord>;
  /** As {@link addToGroup}, of those who are to leave it. */
  removeFromGroup(group: GroupRecord, ids: readonly string[], people: GroupPeople): Promise<GroupRecord>;
  /**
   * DELETE /Groups/{id}, proven by a read that answers 404.
   * @throws {RefusedError} when Notion refuses it; the group stays then
   */
  deleteGroup(group: GroupRecord): Promise<Removal>;
}

/** How often to look up a newly added member again on a server that does not know them yet. */
const ADDED_ATTEMPTS = 5;

export class Writer extends Reader implements ScimWriter {
  readonly #forms = new PatchForms();
  /** Ids of members that this process added. */
  readonly #added = new Set<string>();
  readonly #groups: GroupEditor;

  /** @param removalForm the only form in which people are taken out of groups; undefined: whichever is seen to work */
  constructor(http: HttpClient, removalForm?: RemovalForm) {
    super(http);
    this.#groups = new GroupEditor(
      http,
      (id, doing) => this.readGroup(id, doing),
      () => this.listGroups(),
      removalForm,
    );
  }

  async createUser(attributes: UserAttributes & { userName: string }): Promise<User> {
    const doing = `add ${attributes.userName} to the workspace`;
    const request: Request = { method: "POST", path: "/Users", body: createMessage(attributes), doing };
    const user = readAnswer(await this.http.send(request), userSchema, doing, true);
    this.#added.add(user.id);
    return user;
  }

  async patchUser(id: string, attributes: UserAttributes, doing: string): Promise<User> {
    if (!this.#added.has(id)) return this.#patchInEitherForm(id, attributes, doing);
    return pRetry(() => this.#patchInEitherForm(id, attributes, doing), {
      ...this.http.backoff,
      retries: ADDED_ATTEMPTS - 1,
      shouldRetry: ({ error }) => error instanceof NotFoundError,
    });
  }

  async #patchInEitherForm(id: string, attributes: UserAttributes, doing: string): Promise<User> {
    const names = namesOf(attributes);
    const usual = this.#forms.usual(names);
    let shown: User | undefined;
    let refusal: ScimError | undefined;
    try {
      const isProven = this.#forms.isProven(usual, names);
      shown = await this.#patch(id, attributes, doing, usual, isProven ? "settled" : "tried");
      const missed = notApplied(attributes, shown);
      if (missed.length === 0 || this.#forms.isProven(usual, missed)) return shown;
    } catch (error) {
      if (!mayBeTheForm(error) || this.#forms.isProven(usual, names)) throw error;
      refusal = error;
    }
    try {
      return await this.#patch(id, attributes, doing, otherForm(usual), "tried");
    } catch (error) {
      if (shown !== undefined && mayBeTheForm(error)) return shown;
      if (refusal === undefined || !mayBeTheForm(error)) throw error;
      // A 500 may also be a server in trouble: from here on that form is repeated as any other request.
      if (refusal instanceof UnavailableError) return this.#patch(id, attributes, doing, usual, "settled");
      if (error instanceof UnavailableError)
        return this.#patch(id, attributes, doing, otherForm(usual), "settled");
      throw moreTelling(refusal, error);
    }
  }

  async deleteUser(id: string, who: string): Promise<Removal> {
    this.#added.delete(id);
    const isThere = async (doing: string) => (await this.readUser(id, doing)) !== undefined;
    return removeEntry(this.http, {
      path: resourcePath("Users", id),
      doing: `remove ${who}`,
      looking: `make sure that ${who} is gone`,
      stays: "they are still a member",
      isThere,
    });
  }

  createGroup(name: string, memberIds: readonly string[], people: GroupPeople): Promise<CreatedGroup> {
    return this.#groups.create(name, memberIds, people);
  }

  renameGroup(group: GroupRecord, name: string, people: GroupPeople): Promise<GroupRecord> {
    return this.#groups.rename(group, name, people);
  }

  addToGroup(group: GroupRecord, ids: readonly string[], people: GroupPeople): Promise<GroupRecord> {
    return this.#groups.add(group, ids, people);
  }

  removeFromGroup(group: GroupRecord, ids: readonly string[], people: GroupPeople): Promise<GroupRecord> {
    return this.#groups.remove(group, ids, people);
  }

  deleteGroup(group: GroupRecord): Promise<Removal> {
    return this.#groups.delete(group);
  }

  /** A PATCH in this form, and the member as they are then. A form that is only tried is not repeated after a 500. */
  async #patch(
    id: string,
    attributes: UserAttributes,
    doing: string,
    form: PatchForm,
    how: "tried" | "settled",
  ): Promise<User> {
    const answer = await this.http.send({
      method: "PATCH",
      path: resourcePath("Users", id),
      doing,
      body: patchMessage(operationsIn(form, attributes)),
      changesEmail: attributes.userName !== undefined,
      tried: how === "tried",
    });
    // RFC 7644 section 3.5.2: 200 with the resource, or 204 without.
    const answered =
      answer.status === 204 || answer.text === "" ? undefined : readAnswer(answer, userSchema, doing, true);
    if (answered !== undefined) this.mustBe("member", id, answered.id, doing, true);
    const isShown = answered !== undefined && notApplied(attributes, answered).length === 0;
    // What an answer shows differently is asked for once more before it counts as ignored.
    const user = isShown ? answered : ((await this.user(id)) ?? answered);
    if (user === undefined)
      throw new NotFoundError({ doing, status: 404 }, "the member is gone since", "Run `pulumi refresh`.");
    const missed = notApplied(attributes, user);
    this.#forms.worked(
      form,
      namesOf(attributes).filter((name) => !missed.includes(name)),
    );
    return user;
  }
}
