import {
  lowerCased,
  type MemberChanges,
  memberOf,
  type NewMember,
  type NewPerson,
  personFrom,
} from "./member-input.mts";
import type { Group, Member, Person } from "./person.mts";
import { reconcileName } from "./person-name.mts";
import { digitsOf, uuidOf } from "./random.mts";
import { emptyData, type WorkspaceData } from "./workspace-data.mts";

const DAY_MS = 86_400_000;
/** Re-joining within this time restores content and groups (notion-scim.md, DELETE). */
const RESTORE_DAYS = 30;

/**
 * What the simulated workspace holds. Its public methods change it "behind the code's back", as owners do in
 * the UI: no rule of SCIM holds them up. The endpoints use `join`, `leave` and `setRole` after their own checks.
 */
export class Workspace {
  #data: WorkspaceData = emptyData();
  readonly #changed: (data: WorkspaceData) => void;

  constructor(changed: (data: WorkspaceData) => void = () => {}) {
    this.#changed = changed;
  }

  /** Copies, in the order of a stable listing. */
  get members(): readonly Member[] {
    return this.people.filter((person) => person.standing === "member").map((person) => memberOf(person));
  }

  get groups(): readonly Group[] {
    return structuredClone(this.#data.groups);
  }

  /** Those with this userName: one, or there is something wrong. */
  membersNamed(userName: string): Member[] {
    return this.people
      .filter((person) => person.standing === "member" && person.userName === userName)
      .map((person) => memberOf(person));
  }

  /** By an e-mail (a secondary one too) or an id; undefined when not a member. */
  member(emailOrId: string): Member | undefined {
    const person = this.person(emailOrId);
    return person?.standing === "member" ? memberOf(person) : undefined;
  }

  group(nameOrId: string): Group | undefined {
    const group = this.#data.groups.find(
      ({ id, displayName }) => id === nameOrId || displayName === nameOrId,
    );
    return group && structuredClone(group);
  }

  groupById(wanted: string): Group | undefined {
    const group = this.#data.groups.find(({ id }) => id === wanted);
    return group && structuredClone(group);
  }

  /** Ids of everybody in the workspace, without a copy of each. */
  get memberIds(): string[] {
    return this.people.flatMap(({ id, standing }) => (standing === "member" ? [id] : []));
  }

  /** Default role: member. `at: "start"` puts them on the first page of a stable listing. */
  add(member: NewMember, at: "start" | "end" = "end"): Member {
    const { role, active, ...profile } = member;
    const known = this.person(member.userName);
    if (known?.standing === "member") throw new Error(`${member.userName} is a member already.`);
    const person = known ?? this.#create(profile, "account", at);
    this.join(person, role === null ? undefined : (role ?? "member"));
    person.active = active ?? true;
    this.save();
    return memberOf(person);
  }

  /** Many at once, in the time that they take one by one but for the search for each among all the others. */
  addNewcomers(members: readonly NewMember[]): void {
    const taken = new Set(this.people.flatMap(({ emails }) => emails.map(({ value }) => value)));
    for (const { role, active, ...profile } of members) {
      const userName = profile.userName.toLowerCase();
      if (taken.has(userName)) throw new Error(`${userName} belongs to another account.`);
      taken.add(userName);
      const person = this.#place(profile, "account", "end");
      this.join(person, role === null ? undefined : (role ?? "member"));
      person.active = active ?? true;
    }
  }

  /** `name` is replaced as a whole; a `userName` that is a secondary address of theirs is a swap. */
  edit(emailOrId: string, changes: MemberChanges): Member {
    const person = this.#known(emailOrId);
    const { role, userName, name, emails, active, ...rest } = changes;
    for (const address of [userName ?? person.userName, ...(emails ?? []).map(({ value }) => value)]) {
      const holder = this.person(address);
      if (holder && holder !== person) throw new Error(`${address} belongs to another account.`);
    }
    for (const [key, value] of Object.entries(rest)) {
      if (value !== undefined) Object.assign(person, { [key]: structuredClone(value) ?? undefined });
    }
    if (name !== undefined) {
      person.name = reconcileName({}, name ?? {});
      if (rest.displayName === undefined) person.displayName = person.name.formatted;
    }
    if (emails !== undefined)
      person.emails = lowerCased(emails ?? [{ value: person.userName, primary: true }]);
    if (userName !== undefined) this.setUserName(person, userName.toLowerCase(), "keep-old");
    if (role !== undefined) this.setRole(person, role ?? undefined);
    if (active !== undefined) person.active = active;
    this.touch(person);
    return memberOf(person);
  }

  remove(emailOrId: string): void {
    this.leave(this.#known(emailOrId));
  }

  /** A Notion account that is in no workspace: joining keeps its own name. */
  addAccount(person: NewPerson): string {
    const { id } = this.#create(person, "account");
    this.save();
    return id;
  }

  /** A guest of single pages: neither listed nor managed over SCIM. */
  addGuest(userName: string): string {
    const { id } = this.#create({ userName }, "guest");
    this.save();
    return id;
  }

  /** The account is gone for good: whoever joins with this e-mail gets another id. */
  forget(emailOrId: string): void {
    const person = this.person(emailOrId);
    if (person === undefined) throw new Error(`There is no account ${emailOrId}.`);
    if (person.standing === "member") this.leave(person);
    this.#data.people = this.people.filter((other) => other !== person);
    this.save();
  }

  addGroup(
    displayName: string,
    members: readonly string[] = [],
    options: { soleAccess?: boolean | undefined } = {},
  ): Group {
    const id = uuidOf(`group ${this.#next()}`);
    const ids = members.map((emailOrId) => this.#known(emailOrId).id);
    const group: Group = { id, displayName, members: ids, soleAccess: options.soleAccess ?? false };
    this.#data.groups.push(group);
    this.save();
    return structuredClone(group);
  }

  /** Replaces a group's name, member ids (unchecked) or its refusal to be deleted. */
  editGroup(nameOrId: string, changes: Partial<Omit<Group, "id">>): Group {
    const group = this.#data.groups.find(
      ({ id, displayName }) => id === nameOrId || displayName === nameOrId,
    );
    if (group === undefined) throw new Error(`There is no group ${nameOrId}.`);
    Object.assign(group, structuredClone(changes));
    this.save();
    return structuredClone(group);
  }

  removeGroup(nameOrId: string): void {
    const { id } = this.editGroup(nameOrId, {});
    this.#data.groups = this.#data.groups.filter((group) => group.id !== id);
    this.save();
  }

  /** Deletes a group and makes it anew by hand: another id, and all else as it was. */
  remakeGroup(nameOrId: string): Group {
    const { id, displayName, members, soleAccess } = this.editGroup(nameOrId, {});
    this.removeGroup(id);
    return this.addGroup(displayName, members, { soleAccess });
  }

  /** An identity provider owns this group from now on: whatever is changed by others is undone by its next push. */
  syncGroup(nameOrId: string): Group {
    return this.editGroup(nameOrId, { synced: this.editGroup(nameOrId, {}).members });
  }

  /** The identity provider pushes the groups that it owns. */
  pushSynced(): void {
    for (const group of this.#data.groups) if (group.synced !== undefined) group.members = [...group.synced];
    this.save();
  }

  /** Lets time pass; 30 days after leaving, groups are no longer restored. */
  passDays(days: number): void {
    this.#data.daysPassed += days;
    this.save();
  }

  /** A token of this owner, next to the simulator's own. Without an owner it never dies. */
  addToken(token: string, owner?: string): void {
    const ownerId = owner === undefined ? undefined : this.#known(owner).id;
    this.#data.tokens = this.#data.tokens.filter((other) => other.token !== token);
    this.#data.tokens.push({ token, ownerId });
    this.save();
  }

  /** Undefined for a token that is wrong or dead. */
  token(token: string): { token: string; ownerId?: string | undefined } | undefined {
    return this.#data.tokens.find((known) => known.token === token);
  }

  get people(): Person[] {
    return this.#data.people;
  }

  get data(): WorkspaceData {
    return this.#data;
  }

  /** Puts another workspace in the place of this one. */
  load(data: WorkspaceData): void {
    this.#data = data;
    this.save();
  }

  /** Any account, whatever its standing, by any of its addresses or its id. */
  person(emailOrId: string): Person | undefined {
    const wanted = emailOrId.toLowerCase();
    return this.people.find(
      ({ id, userName, emails }) =>
        id === wanted || userName === wanted || emails.some(({ value }) => value === wanted),
    );
  }

  get owners(): Person[] {
    return this.people.filter(({ standing, role }) => standing === "member" && role === "owner");
  }

  create(profile: NewPerson): Person {
    return this.#create(profile, "account");
  }

  join(person: Person, role: string | undefined): void {
    const restore =
      person.leftAt !== undefined && this.#now() - person.leftAt <= RESTORE_DAYS * DAY_MS
        ? (person.groupsWhenLeft ?? [])
        : [];
    for (const group of this.#data.groups) if (restore.includes(group.id)) group.members.push(person.id);
    Object.assign(person, { standing: "member", role, leftAt: undefined, groupsWhenLeft: undefined });
    this.touch(person);
  }

  leave(person: Person): void {
    const groups = this.#data.groups.filter(({ members }) => members.includes(person.id));
    for (const group of groups) group.members = group.members.filter((id) => id !== person.id);
    person.standing = "former";
    person.leftAt = this.#now();
    person.groupsWhenLeft = groups.map(({ id }) => id);
    this.#revokeTokens(person);
    this.touch(person);
  }

  /** A token dies when its creator's role changes (notion-scim.md, Host, token, discovery). */
  setRole(person: Person, role: string | undefined): void {
    if (role === person.role) return;
    person.role = role;
    this.#revokeTokens(person);
    this.touch(person);
  }

  /** keep-old: a swap of primary and secondary address, as an organization owner does it in the UI. */
  setUserName(person: Person, userName: string, old: "keep-old" | "drop-old"): void {
    if (userName === person.userName) return;
    const swaps = old === "keep-old" && person.emails.some(({ value }) => value === userName);
    const others = person.emails
      .filter(({ value }) => value !== userName && (swaps || value !== person.userName))
      .map(({ value }) => ({ value, primary: false }));
    person.userName = userName;
    person.emails = [{ value: userName, primary: true }, ...others];
    this.touch(person);
  }

  touch(person: Person): void {
    person.lastModified = digitsOf(`${person.id} ${this.#next()}`);
    this.save();
  }

  save(): void {
    this.#changed(this.#data);
  }

  #create(profile: NewPerson, standing: Person["standing"], at: "start" | "end" = "end"): Person {
    const userName = profile.userName.toLowerCase();
    if (this.person(userName)) throw new Error(`${userName} belongs to another account.`);
    return this.#place(profile, standing, at);
  }

  #place(profile: NewPerson, standing: Person["standing"], at: "start" | "end"): Person {
    const own = personFrom(profile, profile.id ?? uuidOf(`person ${this.#next()}`), standing);
    if (at === "start") this.people.unshift(own);
    else this.people.push(own);
    return own;
  }

  #known(emailOrId: string): Person {
    const person = this.person(emailOrId);
    if (person?.standing !== "member") throw new Error(`There is no member ${emailOrId}.`);
    return person;
  }

  #revokeTokens(person: Person): void {
    this.#data.tokens = this.#data.tokens.filter(({ ownerId }) => ownerId !== person.id);
  }

  #next(): number {
    this.#data.sequence += 1;
    return this.#data.sequence;
  }

  #now(): number {
    return Date.now() + this.#data.daysPassed * DAY_MS;
  }
}
