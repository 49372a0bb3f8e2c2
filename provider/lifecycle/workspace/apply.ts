import { emailMatcher, emailOf } from "../../model/email";
import { difference, differingAttributes, liveProfile, type Profile } from "../../model/profile";
import { allEmailsOf, roleOf, type User } from "../../model/record";
import { isDemotion, isPrivileged, LOWEST_ROLE, rankOf } from "../../model/role";
import { type Elsewhere, NOBODY_ELSEWHERE } from "../../plan/elsewhere";
import { timedRoleOf } from "../../plan/plan";
import { dayOf, isScheduled } from "../../plan/schedule";
import {
  type Check,
  type Join,
  type Leave,
  type ProfileChange,
  type RoleChange,
  type Step,
  unansweredBy,
  writtenBy,
} from "../../plan/step";
import { personAt } from "../../plan/times";
import { takenWords } from "../../plan/unclear";
import { ConflictError, isRefusal, mayHaveActed, ScimError } from "../../scim/errors";
import {
  type AppliedPerson,
  type DeclaredPerson,
  keptOf,
  profileFrom,
  recordOf,
  treatmentOf,
} from "../../state/person";
import type { WorkspaceInputs, WorkspaceOutputs } from "../../state/workspace";
import { type Applied, type UnmanagedMember, unmanagedMemberOf } from "../../state/world";
import { DeclarationError, NotAppliedError } from "../errors";
import type { Holding } from "../run-registry";
import type { Session } from "../session";
import { holderOf } from "../user-identity";
import { type Here, hasMoved, movedAddress, refuseHandedOn, refuseHeld, whoJoins } from "./meant";

/** What adopting somebody met that nobody could foresee: told at the end. */
export interface Adoption {
  /** What was set to what is declared. */
  set: string[];
  /** The role that they keep, since it is more than the declared one. */
  keeps: string | undefined;
  /** The e-mail that they keep: found by their id, they have another one than declared. */
  keepsEmail: string | undefined;
  /** The privileged role that they have and that no row declares. */
  unmanagedRole: string | undefined;
  activated: boolean;
}

/**
 * Carries out the steps of a plan, one person at a time, and keeps note of how each is then. A person stands in the
 * note only as an answer of Notion has shown them.
 */
export class PlanApplier {
  readonly people: WorkspaceOutputs["people"];
  readonly ids: Record<string, string>;
  /** Accounts that have the address of somebody whose own account turned out to be gone. */
  readonly reinvited: Record<string, UnmanagedMember> = {};
  /** By declared e-mail. */
  readonly adoptions = new Map<string, Adoption>();
  /** Whom a run tried to add and got no answer. */
  readonly maybeAdded: Set<string>;
  /** Who was left to another resource, which does not have them yet: ids by e-mail. */
  readonly leftTo: Record<string, string>;
  readonly #session: Session;
  readonly #inputs: Pick<WorkspaceInputs, "people" | "except">;
  readonly #applied: Applied;
  readonly #unmanaged: Record<string, UnmanagedMember>;
  readonly #now: number;
  readonly #holder: Holding["kind"] | null;
  /** What tells who is who. */
  readonly #here: Here;
  /** The e-mail under which each id stands in the state. */
  readonly #byId: Map<string, string>;
  /** The id of each declared person. */
  readonly #accounts: Map<string, string>;

  /**
   * @param heldAs the e-mail under which the state has each declared person
   * @param elsewhere what the rest of the program declares, as far as this run knows when it is asked
   * @param holder the kind of the resource that has these accounts; null for one that has a role alone
   */
  constructor(
    session: Session,
    applied: Applied,
    inputs: Pick<WorkspaceInputs, "people" | "except">,
    heldAs: ReadonlyMap<string, string>,
    now: number,
    elsewhere: () => Elsewhere = () => NOBODY_ELSEWHERE,
    holder: Holding["kind"] | null = "NotionWorkspace",
  ) {
    this.#holder = holder;
    this.#now = now;
    this.#session = session;
    this.#inputs = inputs;
    this.#applied = applied;
    this.#unmanaged = { ...applied.unmanaged };
    this.maybeAdded = new Set(applied.maybeAdded);
    this.leftTo = { ...applied.leftTo };
    this.people = { ...applied.people };
    this.ids = { ...applied.ids };
    this.#byId = new Map(Object.entries(applied.ids).map(([email, id]) => [id, email]));
    this.#accounts = new Map(
      [...heldAs].flatMap(([email, key]): [string, string][] => {
        const id = applied.ids[key];
        return id === undefined ? [] : [[email, id]];
      }),
    );
    this.#here = {
      session,
      applied,
      people: inputs.people,
      byId: this.#byId,
      accounts: this.#accounts,
      elsewhere,
      remember: (email, user) => {
        if (!this.#byId.has(user.id)) this.reinvited[email] = unmanagedMemberOf(user);
      },
    };
  }

  /** Who is in the workspace and not declared, without those who have left or are declared now. */
  get unmanaged(): Record<string, UnmanagedMember> {
    return this.#unmanaged;
  }

  /**
   * @returns whether the person is as declared then: whoever is adopted under another e-mail is not yet
   * @throws what went wrong for this one person
   */
  async apply(step: Step): Promise<boolean> {
    try {
      await this.#carryOut(step);
      return this.adoptions.get(step.email)?.keepsEmail === undefined;
    } catch (error) {
      // What we refuse ourselves was not sent.
      if (!(error instanceof DeclarationError)) this.#doubt(step, error);
      throw error;
    }
  }

  async #carryOut(step: Step): Promise<void> {
    switch (step.kind) {
      case "check":
        return this.#check(step);
      case "join":
        return this.#join(step);
      case "role":
        return this.#role(step);
      case "profile":
        return this.#profile(step);
      case "activation":
        return this.#activate(step.email);
      case "leave":
        return this.#leave(step);
      case "note":
        this.#keepNote(step.email);
    }
  }

  async #join(step: Pick<Join, "email" | "id" | "wasRemoved">): Promise<void> {
    const { email, wasRemoved } = step;
    const person = this.#personOf(email);
    const user = await whoJoins(this.#here, step, person);
    this.#session.tellOfOwners(person.role);
    if (user === undefined) {
      const added = await this.#session.writer.add(profileFrom(email, person), person.role);
      if (!added.adopted) return this.#added(email, person, added.user, wasRemoved);
      await this.#adopt(email, person, added.user);
    } else await this.#adopt(email, person, user);
    delete this.#unmanaged[email];
  }

  /** Looks for what a write without an answer has done. */
  async #check({ email, of }: Check): Promise<void> {
    if (of === "move") return this.#checkMove(email);
    if (of === "addition") {
      const user = await this.#session.directory.find(email, "write").catch(unlessConflict);
      this.maybeAdded.delete(email);
      if (user === undefined || this.#byId.has(user.id)) return;
      this.reinvited[email] = { ...unmanagedMemberOf(user), maybeAdded: true };
      this.#session.log(
        `${email} is in the workspace${roleOf(user) ? ` as ${roleOf(user)}` : ""}: a run that failed added them. ` +
          "The program does not manage them: declare them, or remove them in Notion.",
      );
      return;
    }
    const key = this.#keyOf(email);
    const id = this.ids[key];
    const user = id === undefined ? undefined : await this.#session.directory.member(id, "write");
    if (user !== undefined) return this.#note(email, this.#personOf(email), await this.#asShown(email, user));
    this.#move(key, undefined);
    this.#accounts.delete(email);
    this.#session.log(`${email} was removed by a run that failed: added again.`);
    const { id: declared } = this.#personOf(email);
    await this.#join({ email, wasRemoved: false, ...(declared !== undefined && { id: declared }) });
  }

  /** Looks for somebody whom another resource was to have. */
  async #checkMove(email: string): Promise<void> {
    const { directory, registry, log } = this.#session;
    const id = this.leftTo[email];
    const user = id === undefined ? undefined : await directory.member(id, "write");
    if (id === undefined || user === undefined || registry.stateIds.has(id)) {
      delete this.leftTo[email];
      return;
    }
    log(
      `${emailOf(user)} is in the workspace${roleOf(user) ? ` as ${roleOf(user)}` : ""}: this program was to manage them by another resource, which never had them, and nothing declares them any more. ` +
        `If they are to leave, declare ${emailOf(user)} here and take them out in the next run, or remove them in Notion.`,
    );
  }

  async #added(email: string, person: DeclaredPerson, user: User, wasRemoved: boolean): Promise<void> {
    const named = this.#namedBy(user.id, email);
    if (named !== undefined) {
      throw new DeclarationError(
        `${email} was added, and Notion gave the account ${user.id} back for it, which the row of ${named} names by its id. ` +
          `The program does not manage it: if it is ${email}'s now, take the id out of the row of ${named}; else remove the account in Notion.`,
      );
    }
    this.#note(email, person, user, wasRemoved ? ["membership"] : []);
    let latest = user;
    // Who was added by this run gets the declared role, also a lesser one than Notion's own.
    const { role } = person;
    if (role !== undefined && roleOf(latest) !== role) {
      latest = await this.#writing(email, person, () => this.#session.writer.changeRole(latest, role));
      this.#note(email, person, latest);
    }
    await this.#settle(email, person, latest);
    if (person.id !== undefined && person.id !== user.id) {
      this.#session.log(
        `${email} was invited again and has the id ${user.id} now: write it into their row in the place of ${person.id}.`,
      );
    }
  }

  /** Who is there already is brought to what is declared, but for a role that would be lowered and an e-mail that no preview showed. */
  async #adopt(email: string, person: DeclaredPerson, user: User): Promise<void> {
    const { settings } = this.#session;
    if (!settings.adopt && !this.#isAddedByUs(email)) {
      throw new DeclarationError(
        `${email} is a member already, and notion:adopt is false. To manage them with this program run \`pulumi config set notion:adopt true\`.`,
      );
    }
    refuseHeld(this.#here, email, user);
    const named = this.#namedBy(user.id, email);
    if (named !== undefined) {
      throw new DeclarationError(
        `${email} is the e-mail of the account ${user.id}, which the row of ${named} names by its id. Give one of the two another e-mail or id.`,
      );
    }
    if (emailOf(user) !== email) return this.#adoptAs(emailOf(user), email, person, user);
    const { role } = person;
    const held = roleOf(user);
    const keeps = role !== undefined && isDemotion(held, role) ? held : undefined;
    let latest = user;
    if (user.active === false)
      latest = await this.#session.writer.activateIfPossible(user, "is a member already");
    const activated = user.active === false && latest.active !== false;
    if (role !== undefined && keeps === undefined && held !== role)
      latest = await this.#session.writer.changeRole(latest, role);
    const { userName: _, ...wanted } = profileFrom(email, person);
    const live = liveProfile({ ...wanted, userName: emailOf(latest) }, latest);
    const set = differingAttributes(wanted, live);
    if (set.length > 0) latest = await this.#session.writer.set(latest, difference(wanted, live));
    this.#note(email, person, latest);
    if (latest.active === false) this.people[email] = { ...this.people[email], addedInactive: true };
    this.adoptions.set(email, {
      set: [...set, ...(role !== undefined && keeps === undefined && held !== role ? ["role"] : [])],
      keeps,
      keepsEmail: undefined,
      unmanagedRole: role === undefined && isPrivileged(held) ? held : undefined,
      activated,
    });
  }

  /** Found by their id under another e-mail, they are that account still to everybody who judges by e-mails: nothing is written. */
  #adoptAs(address: string, email: string, person: DeclaredPerson, user: User): void {
    this.#note(email, person, user);
    this.adoptions.set(email, {
      set: [],
      keeps: undefined,
      keepsEmail: address,
      unmanagedRole: undefined,
      activated: false,
    });
  }

  /** Whether a run that got no answer has added them. */
  #isAddedByUs(email: string): boolean {
    return this.maybeAdded.has(email) || this.#applied.reinvited?.[email]?.maybeAdded === true;
  }

  /** Another row that names the account by its id. */
  #namedBy(id: string, email: string): string | undefined {
    return Object.entries(this.#inputs.people).find(
      ([other, person]) => other !== email && person.id === id,
    )?.[0];
  }

  /** What an added person's answer still shows otherwise is asked for once more. */
  async #settle(email: string, person: DeclaredPerson, user: User): Promise<void> {
    const wanted = profileFrom(email, person);
    const latest = await this.#writing(email, person, () => this.#session.writer.change(user, wanted));
    if (latest !== user) this.#note(email, person, latest);
  }

  async #role(step: RoleChange): Promise<void> {
    const { email, from, or, to, drifted } = step;
    this.#session.tellOfOwners(to);
    const person = this.#personOf(email);
    const user = await this.#mustFind(email, isScheduled(step));
    const held = roleOf(user);
    if (from === undefined && isDemotion(held, to) && !this.#session.registry.added.has(user.id)) {
      // What they held was not managed, so no preview could show what would be taken from them.
      this.#session.log(
        `${email} is ${held}, more than the declared ${to}, and stays ${held}. ` +
          "The next preview shows the change, and the next up makes it.",
      );
      return this.#note(email, person, user);
    }
    // What was applied last is no surprise either: what a refresh found has been undone since.
    const lastApplied = this.people[this.#keyOf(email)]?.lastApplied?.role ?? from;
    if (from !== undefined && ![to, from, or, lastApplied].includes(held) && rankOf(held) > 0) {
      this.#note(email, person, user);
      this.#keep(email, { lastApplied: { role: lastApplied ?? "" } });
      throw new DeclarationError(
        `${email} is ${held} by now, no longer ${from || "without a role"}: left alone. The next preview shows the change from there.`,
      );
    }
    const after =
      held === to
        ? user
        : await this.#writing(email, person, () =>
            this.#session.writer.changeRole(user, to, isScheduled(step)),
          );
    this.#note(email, person, after, drifted ? ["role"] : []);
  }

  async #profile({ email, changes }: ProfileChange): Promise<void> {
    const person = this.#personOf(email);
    const user = await this.#mustFind(email);
    const fields = new Set(changes.map(({ field }) => field));
    const whole = profileFrom(email, person);
    // What the preview showed, and no more: what else is otherwise by now the next preview shows.
    const wanted = Object.fromEntries(
      Object.entries(whole).filter(([key]) => fields.has(key)),
    ) as Partial<Profile>;
    const after = await this.#writing(email, person, () => this.#session.writer.change(user, wanted));
    const drifted = changes.filter((change) => change.drifted).map(({ field }) => field);
    this.#note(email, person, after, drifted);
  }

  async #activate(email: string): Promise<void> {
    const person = this.#personOf(email);
    const user = await this.#mustFind(email);
    const after =
      user.active === false
        ? await this.#writing(email, person, () => this.#session.writer.change(user, {}, { active: true }))
        : user;
    this.#note(email, person, after, ["active"]);
  }

  async #leave(step: Leave): Promise<void> {
    const { email, how, role, unmanaged } = step;
    const forget = () => {
      if (unmanaged) delete this.#unmanaged[email];
      else this.#move(email, undefined);
    };
    const id = unmanaged ? this.#unmanaged[email]?.id : this.ids[email];
    if (how === "leave" || id === undefined) return forget();
    if (how === "moves") {
      // Under whichever e-mail the account is found: the other resource asks this state for it.
      if (!(await hasMoved(this.#here, email, id))) this.leftTo[email] = id;
      return forget();
    }
    if (!unmanaged && step.ended === undefined && this.#session.registry.isRefused) {
      throw new DeclarationError(
        `${email} stays in this run: Pulumi refused another resource of this program, which may declare them. Correct that one, then run \`pulumi up\` again.`,
      );
    }
    const user = await this.#session.directory.member(id, "write");
    if (user === undefined) {
      if (unmanaged) this.#session.log(`${email} was gone already.`);
      else await this.#gone(email, id);
      return forget();
    }
    if (unmanaged && this.#isNamedOtherwise(email, user)) return forget();
    const address = emailOf(user);
    // What the state knows was shown.
    const shown = unmanaged ? email : (this.people[email]?.userName ?? email);
    if (address !== shown && this.#staysAs(step, user, address)) return forget();
    const held = roleOf(user);
    if (role !== undefined && rankOf(held) > rankOf(role)) {
      this.#noteRole(step, held);
      throw new DeclarationError(
        `${email} is ${held} by now, no longer ${role || "without a role"}: left alone in this run. The next preview shows it, and the next \`up\` goes on from there.`,
      );
    }
    if (how === "restrict") {
      if (held !== LOWEST_ROLE) await this.#session.writer.changeRole(user, LOWEST_ROLE, isScheduled(step));
    } else await this.#session.writer.remove(user, isScheduled(step));
    forget();
  }

  /** Whether the program names an unmanaged member by a further address of theirs: declares it, or leaves it alone. */
  #isNamedOtherwise(email: string, user: User): boolean {
    const { except = [] } = this.#inputs;
    const further = allEmailsOf(user).filter((each) => each !== email);
    const declared = further.find(
      (each) => this.#isDeclared(each) || this.#session.registry.declaresEmail(each),
    );
    const named = declared ?? further.find(emailMatcher(except));
    if (named === undefined) return false;
    const how = declared === undefined ? `excepts ${named}` : `declares ${named}`;
    this.#session.log(`${email} stays: the program ${how}, which is a further address of theirs.`);
    return true;
  }

  /** Somebody who was to leave is gone; another account may have their address. */
  async #gone(email: string, id: string): Promise<void> {
    // Where it is a further e-mail of another member, nobody else has it as theirs.
    const other = await this.#session.directory.find(email, "write").catch(unlessConflict);
    if (other === undefined || other.id === id || this.#byId.has(other.id)) {
      this.#session.log(`${email} was gone already.`);
      return;
    }
    this.reinvited[email] = unmanagedMemberOf(other);
    const role = roleOf(other);
    this.#session.log(
      `${email} was gone already, and another account has the e-mail now (id ${other.id}${role === undefined ? "" : `, ${role}`}). ` +
        "The program does not manage it: declare it, or remove it in Notion.",
    );
  }

  /**
   * Whether somebody who was to leave stays, since they have another e-mail by now: one that another resource declares,
   * or, of an unmanaged member, one that no run has named.
   */
  #staysAs({ email, unmanaged }: Leave, user: User, address: string): boolean {
    if (this.#isDeclared(address)) {
      // Where the declared person is known to have another account, it is not theirs.
      const theirs = this.#accounts.get(address);
      if (theirs !== undefined && theirs !== user.id) return false;
      throw movedAddress(email, address);
    }
    if (this.#session.registry.declaresEmail(address)) {
      this.#session.log(
        `${email} stays: another resource of this program declares ${address}, which is their e-mail by now.`,
      );
      return true;
    }
    if (!unmanaged) return false;
    this.#session.log(`${email} is ${address} by now: left alone until a run has named them so.`);
    this.#unmanaged[address] = { ...unmanagedMemberOf(user), unseen: true };
    return true;
  }

  /** The role that somebody who is to leave was found with: the next preview shows it. */
  #noteRole({ email, unmanaged }: Leave, found: string | undefined): void {
    if (unmanaged) {
      const known = this.#unmanaged[email];
      if (known !== undefined)
        this.#unmanaged[email] = { ...known, ...(found !== undefined && { role: found }) };
      return;
    }
    const held = this.people[email] ?? {};
    const { role = "", lastApplied = {} } = held;
    this.people[email] = {
      ...held,
      role: found ?? "",
      lastApplied: { ...lastApplied, role: lastApplied.role ?? role },
    };
  }

  /** What is no longer managed leaves the note; how somebody is treated is taken over. */
  #keepNote(email: string): void {
    const person = this.#personOf(email);
    const key = this.#keyOf(email);
    const held = this.people[key] ?? {};
    const at = this.#placeOf(email, key, held.userName ?? key);
    const managed = Object.entries(held).filter(
      ([field]) =>
        ["active", "addedInactive", "uncertain", "unanswered", "id"].includes(field) ||
        (field in person && field !== "lastApplied"),
    );
    const next: AppliedPerson = {
      ...Object.fromEntries(managed),
      ...treatmentOf(person),
      ...this.#kept(email, held, key === at),
      ...addressIn(held, key, at),
    };
    this.#move(key, at);
    this.people[at] = next;
  }

  /** Runs a write; what an answer shows of the member is noted, also where it is not what was asked for. */
  async #writing(email: string, person: DeclaredPerson, write: () => Promise<User>): Promise<User> {
    try {
      return await write();
    } catch (error) {
      const id = this.#accounts.get(email);
      const known = id === undefined ? undefined : this.#session.directory.known(id);
      if (known !== undefined) {
        const { lastApplied, uncertain } = this.people[this.#keyOf(email)] ?? {};
        this.#note(email, person, known);
        // Without an answer nothing is known of what became of the change: what was found before it is still so.
        if (!(error instanceof NotAppliedError))
          this.#keep(email, { ...(lastApplied && { lastApplied }), ...(uncertain && { uncertain }) });
      }
      throw error;
    }
  }

  #keep(email: string, kept: Pick<AppliedPerson, "lastApplied" | "uncertain">): void {
    const key = this.#keyOf(email);
    this.people[key] = { ...this.people[key], ...kept };
  }

  /** What may have been written all the same is not somebody else's doing where a refresh finds it. */
  #doubt(step: Step, error: unknown): void {
    const { email } = step;
    if (step.kind === "join" && mayHaveActed(error)) this.maybeAdded.add(email);
    const key = step.kind === "leave" ? email : this.#keyOf(email);
    const held = this.people[key];
    const fields = writtenBy(step);
    if (held === undefined || fields.length === 0) return;
    const uncertain = [...new Set([...(held.uncertain ?? []), ...fields])].sort();
    const at = step.kind === "profile" ? this.#placeOf(email, key, held.userName ?? key) : key;
    const { userName: _, ...rest } = held;
    this.#move(key, at);
    const isLost = error instanceof ScimError && !isRefusal(error);
    const unanswered = isLost ? unansweredBy(step, email, held.unanswered) : held.unanswered;
    this.people[at] = { ...rest, ...addressIn(held, key, at), uncertain, ...(unanswered && { unanswered }) };
  }

  /** @param setBack what this sets back of what somebody changed in Notion */
  #note(email: string, person: DeclaredPerson, user: User, setBack: readonly string[] = []): void {
    // An account stands where its id does, whoever gets its former e-mail.
    const key = this.#byId.get(user.id) ?? email;
    const held = this.people[key];
    const at = this.#placeOf(email, key, emailOf(user));
    const other = this.ids[at];
    if (other !== undefined && other !== user.id) {
      throw new DeclarationError(
        `The state has another account under ${at} (id ${other}): nobody is noted in its place. Run \`pulumi up --refresh\`.`,
      );
    }
    this.#move(key, at);
    const kept = this.#kept(email, held, key === at);
    const all = [...new Set([...(kept.setBack ?? []), ...setBack])];
    this.people[at] = recordOf(at, person, user, { ...kept, ...(all.length > 0 && { setBack: all }) });
    this.maybeAdded.delete(email);
    if (user.active === false && (held?.addedInactive ?? this.#session.registry.added.has(user.id)))
      this.people[at] = { ...this.people[at], addedInactive: true };
    this.ids[at] = user.id;
    if (this.#holder !== null) this.#session.registry.hold(user.id, { kind: this.#holder, email });
    this.#byId.set(user.id, at);
    this.#accounts.set(email, user.id);
  }

  /**
   * Under which e-mail the note has a declared person: until Notion has the new one it is the old one, unless that is declared
   * for somebody else by now.
   */
  #placeOf(email: string, key: string, address: string): string {
    return address === email || this.#isDeclared(key) ? email : key;
  }

  /** What is kept of a person beside how they are in Notion. */
  #kept(email: string, held: AppliedPerson | undefined, isSameEmail: boolean) {
    const today = dayOf(this.#now);
    const since = held !== undefined && isSameEmail ? held.since : today;
    const timedRole = timedRoleOf(this.#inputs.people[email] ?? {});
    return keptOf({
      ...(held?.setBack !== undefined && { setBack: held.setBack }),
      ...(timedRole !== undefined && { timedRole }),
      ...(since !== undefined && since !== (this.#applied.since ?? today) && { since }),
    });
  }

  /** Takes somebody out of the note, or gives them another e-mail there. */
  #move(from: string, to: string | undefined): void {
    if (from === to) return;
    const id = this.ids[from];
    delete this.people[from];
    delete this.ids[from];
    if (id === undefined) return;
    this.#byId.delete(id);
    if (to !== undefined) {
      this.ids[to] = id;
      this.#byId.set(id, to);
    }
  }

  /** The e-mail under which the note has a declared person. */
  #keyOf(email: string): string {
    const id = this.#accounts.get(email);
    return (id === undefined ? undefined : this.#byId.get(id)) ?? email;
  }

  /** @param isEnd whether an end strikes that was declared: that is for the account, whatever its e-mail */
  async #mustFind(email: string, isEnd = false): Promise<User> {
    const id = this.#accounts.get(email);
    const user = id === undefined ? undefined : await this.#session.directory.member(id, "write");
    if (user === undefined)
      throw new DeclarationError(`${email} is not in the workspace any more. Run \`pulumi up --refresh\`.`);
    if (isEnd) return user;
    await refuseHandedOn(this.#session, email, user);
    return this.#asShown(email, user);
  }

  /** Whose e-mail was changed in Notion may be somebody else than the row means by now: no preview has shown it. */
  async #asShown(email: string, user: User): Promise<User> {
    const key = this.#keyOf(email);
    const address = emailOf(user);
    const { userName = key, unanswered } = this.people[key] ?? {};
    // What a write without an answer has made of it is as the preview showed.
    if ([email, userName, unanswered?.userName].includes(address)) return user;
    if (this.#isDeclared(address) && this.#accounts.get(address) !== user.id)
      throw movedAddress(email, address);
    const other = this.#personOf(email).id === undefined ? await holderOf(this.#session, email) : undefined;
    if (other !== undefined && other.id !== user.id)
      throw new DeclarationError(takenWords(email, address, other.id));
    return user;
  }

  #isDeclared(email: string): boolean {
    return Object.hasOwn(this.#inputs.people, email);
  }

  /** A declared person with the role of this moment. */
  #personOf(email: string): DeclaredPerson {
    return personAt(this.#inputs.people[email] ?? {}, this.#now);
  }
}

/** Nobody has an e-mail as theirs that is a further one of another member. */
function unlessConflict(error: unknown): undefined {
  if (!(error instanceof ConflictError)) throw error;
}

/** The e-mail that a person has in Notion, where it is another one than they are kept under. */
function addressIn({ userName }: AppliedPerson, key: string, at: string): Pick<AppliedPerson, "userName"> {
  const address = userName ?? key;
  return address === at ? {} : { userName: address };
}
