import { emailOf } from "../../member/email";
import { differingAttributes, liveProfile, type Profile } from "../../member/profile";
import { roleOf, type User } from "../../member/record";
import { isDemotion, LOWEST_ROLE, rankOf } from "../../member/role";
import type { Applied, DeclaredPerson, Stranger } from "../../plan/people";
import type { Join, Leave, ProfileChange, RoleChange, Step } from "../../plan/step";
import { roleAt } from "../../plan/times";
import type { WorkspaceInputs, WorkspaceOutputs } from "../../plan/workspace";
import { DeclarationError } from "../errors";
import { addMember, changeProfile, removeMember } from "../member-writes";
import { setRole } from "../role";
import type { Session } from "../session";
import { profileFrom, recordOf, treatmentOf, writtenBy } from "./state";

/** What a take-over met that nobody could foresee: told at the end. */
export interface TakenOver {
  email: string;
  /** What was set to what is declared. */
  set: string[];
  /** The role that they keep, since it is more than the declared one. */
  keeps: string | undefined;
  activated: boolean;
}

/**
 * Carries out the steps of a plan, one person at a time, and keeps note of how each is then. A person stands in the
 * note only as an answer of Notion has shown them.
 */
export class Performance {
  readonly people: WorkspaceOutputs["people"];
  readonly ids: Record<string, string>;
  readonly takenOver: TakenOver[] = [];
  readonly #session: Session;
  readonly #inputs: Pick<WorkspaceInputs, "people">;
  readonly #heldAs: ReadonlyMap<string, string>;
  readonly #strangers: Record<string, Stranger>;
  readonly #now: number;
  /** The e-mail under which each id stands. */
  readonly #byId: Map<string, string>;

  /** @param heldAs the e-mail under which the state has each declared person */
  constructor(
    session: Session,
    applied: Applied,
    inputs: Pick<WorkspaceInputs, "people">,
    heldAs: ReadonlyMap<string, string>,
    now: number,
  ) {
    this.#now = now;
    this.#session = session;
    this.#inputs = inputs;
    this.#heldAs = heldAs;
    this.#strangers = { ...applied.strangers };
    this.people = { ...applied.people };
    this.ids = { ...applied.ids };
    this.#byId = new Map(Object.entries(applied.ids).map(([email, id]) => [id, email]));
  }

  /** Who is in the workspace and not declared, without those who have left or are declared now. */
  get strangers(): Record<string, Stranger> {
    return this.#strangers;
  }

  /** @throws what went wrong for this one person */
  async perform(step: Step): Promise<void> {
    try {
      await this.#carryOut(step);
    } catch (error) {
      // What we refuse ourselves was not sent.
      if (!(error instanceof DeclarationError)) this.#doubt(step);
      throw error;
    }
  }

  async #carryOut(step: Step): Promise<void> {
    switch (step.kind) {
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

  async #join(step: Join): Promise<void> {
    const { email } = step;
    const person = this.#personOf(email);
    const { roster } = this.#session;
    const user =
      (await roster.find(email, "write")) ??
      (step.former === undefined || this.#isDeclared(step.former)
        ? undefined
        : await roster.find(step.former, "write"));
    if (user === undefined) {
      const profile = profileFrom(email, person);
      const added = await addMember(this.#session, profile, person.role);
      if (!added.adopted) {
        this.#note(email, person, added.user);
        let latest = added.user;
        // Whoever was added by this run gets the declared role, also a lesser one than Notion's own.
        if (person.role !== undefined && roleOf(latest) !== person.role) {
          latest = await setRole(this.#session, latest, person.role);
          this.#note(email, person, latest);
        }
        await this.#settle(email, person, latest);
        return;
      }
      await this.#takeOver(email, person, added.user);
    } else await this.#takeOver(email, person, user);
    delete this.#strangers[email];
  }

  /** Whoever is there already is brought to what is declared, but for a role that would be lowered. */
  async #takeOver(email: string, person: DeclaredPerson, user: User): Promise<void> {
    const { settings, claims } = this.#session;
    if (!settings.adopt) {
      throw new DeclarationError(
        `${email} is a member already, and notion:adopt is false. To manage them with this program run \`pulumi config set notion:adopt true\`.`,
      );
    }
    // Whoever joins is not in the state: a member who is has the address still that they are to give up.
    const holder = this.#byId.get(user.id);
    if (holder !== undefined || claims.users.holds(user.id)) {
      const how = holder === undefined ? "by a NotionUser already" : `as ${this.#declaredAs(holder)}`;
      throw new DeclarationError(
        `${email} is the address of a member whom this program declares ${how}. Keep one of the two; ` +
          "if their e-mail is changed by this run, run `pulumi up` again.",
      );
    }
    const { role } = person;
    const held = roleOf(user);
    const keeps = role !== undefined && isDemotion(held, role) ? held : undefined;
    let latest = user;
    const activated = user.active === false;
    if (activated) latest = await changeProfile(this.#session, latest, {}, { active: true });
    if (role !== undefined && keeps === undefined && held !== role)
      latest = await setRole(this.#session, latest, role);
    const wanted = profileFrom(email, person);
    const set = differingAttributes(wanted, liveProfile(wanted, latest));
    if (set.length > 0) latest = await changeProfile(this.#session, latest, wanted);
    this.#note(email, person, latest);
    this.takenOver.push({
      email,
      set: [...set, ...(role !== undefined && keeps === undefined && held !== role ? ["role"] : [])],
      keeps,
      activated,
    });
  }

  /** What an added person's answer still shows otherwise is asked for once more. */
  async #settle(email: string, person: DeclaredPerson, user: User): Promise<void> {
    const wanted = profileFrom(email, person);
    if (differingAttributes(wanted, liveProfile(wanted, user)).length === 0) return;
    const latest = await this.#writing(email, person, () => changeProfile(this.#session, user, wanted));
    this.#note(email, person, latest);
  }

  async #role({ email, from, to, ended }: RoleChange): Promise<void> {
    const person = this.#personOf(email);
    const user = await this.#mustFind(email);
    const held = roleOf(user);
    if (from === undefined && isDemotion(held, to)) {
      // What they held was not managed, so no preview could show what would be taken from them.
      this.#session.log(`${email} is ${held} and stays it; the next preview shows the change.`);
      return this.#note(email, person, user);
    }
    if (from !== undefined && held !== to && held !== from && rankOf(held) > 0) {
      this.#note(email, person, user);
      throw new DeclarationError(
        `${email} is ${held} by now, no longer ${from || "without a role"}: left alone. The next preview shows the change from there.`,
      );
    }
    const after = held === to ? user : await setRole(this.#session, user, to, ended?.promised);
    this.#note(email, person, after);
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
    const after = await this.#writing(email, person, () => changeProfile(this.#session, user, wanted));
    this.#note(email, person, after);
  }

  async #activate(email: string): Promise<void> {
    const person = this.#personOf(email);
    const user = await this.#mustFind(email);
    const after =
      user.active === false ? await changeProfile(this.#session, user, {}, { active: true }) : user;
    this.#note(email, person, after);
  }

  async #leave({ email, how, role, stranger, ended }: Leave): Promise<void> {
    const forget = () => {
      if (stranger) delete this.#strangers[email];
      else this.#move(email, undefined);
    };
    const id = stranger ? this.#strangers[email]?.id : this.ids[email];
    if (how === "leave" || how === "moves" || id === undefined) return forget();
    const user = await this.#session.roster.member(id, "write");
    if (user === undefined) {
      this.#session.log(`${email} was gone already.`);
      return forget();
    }
    const address = emailOf(user);
    if (address !== email && this.#session.claims.emails.has(address)) {
      throw new DeclarationError(
        `${email} is ${address} in Notion by now, and the program declares ${address}: left alone. ` +
          `If they are the same person, give the row of ${address} the formerUserName ${email}, or run \`pulumi up --refresh\`.`,
      );
    }
    const held = roleOf(user);
    if (role !== undefined && rankOf(held) > rankOf(role)) {
      throw new DeclarationError(
        `${email} is ${held} by now, no longer ${role || "without a role"}: left alone. \`pulumi preview --refresh\` shows them as they are.`,
      );
    }
    if (how === "restrict") {
      if (held !== LOWEST_ROLE) await setRole(this.#session, user, LOWEST_ROLE, ended?.promised);
    } else await removeMember(this.#session, user, ended?.promised);
    forget();
  }

  /** What is no longer managed leaves the note; how somebody is treated is taken over. */
  #keepNote(email: string): void {
    const person = this.#personOf(email);
    // An earlier step may have given them their new address here.
    const key = Object.hasOwn(this.people, email) ? email : (this.#heldAs.get(email) ?? email);
    const held = this.people[key] ?? {};
    // Until Notion has the new address, the state goes on under the old one.
    const at = held.userName === email ? email : key;
    const managed = Object.entries(held).filter(
      ([field]) => field === "active" || field === "unsure" || (field in person && field !== "was"),
    );
    const next = {
      ...Object.fromEntries(managed),
      ...treatmentOf(person),
      ...(held.userName === undefined || held.userName === at ? {} : { userName: held.userName }),
    };
    this.#move(key, at);
    this.people[at] = next;
  }

  /** Runs a write; if it fails, what the member is like then is noted before the error goes on. */
  async #writing(email: string, person: DeclaredPerson, write: () => Promise<User>): Promise<User> {
    try {
      return await write();
    } catch (error) {
      const id = this.ids[this.#heldAs.get(email) ?? email];
      const known = id === undefined ? undefined : this.#session.roster.known(id);
      if (known !== undefined) this.#note(email, person, known);
      throw error;
    }
  }

  /** What may have been written all the same is not somebody else's doing where a refresh finds it. */
  #doubt(step: Step): void {
    const { email } = step;
    const key = Object.hasOwn(this.people, email) ? email : (this.#heldAs.get(email) ?? email);
    const held = this.people[key];
    const fields = writtenBy(step);
    if (held === undefined || fields.length === 0) return;
    this.people[key] = { ...held, unsure: [...new Set([...(held.unsure ?? []), ...fields])].sort() };
  }

  #note(email: string, person: DeclaredPerson, user: User): void {
    const key = this.#heldAs.get(email) ?? email;
    const address = emailOf(user);
    // Until Notion has the new address, the state goes on under the old one.
    const at = key === email || address === email ? email : key;
    this.#move(key, at);
    this.people[at] = recordOf(at, person, user);
    this.ids[at] = user.id;
    this.#byId.set(user.id, at);
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

  async #mustFind(email: string): Promise<User> {
    const id = this.ids[email] ?? this.ids[this.#heldAs.get(email) ?? email];
    const user = id === undefined ? undefined : await this.#session.roster.member(id, "write");
    if (user !== undefined) return user;
    throw new DeclarationError(`${email} is not in the workspace any more. Run \`pulumi up --refresh\`.`);
  }

  #isDeclared(email: string): boolean {
    return Object.hasOwn(this.#inputs.people, email);
  }

  /** The e-mail under which the program declares somebody whom the state has under `key`. */
  #declaredAs(key: string): string {
    return [...this.#heldAs].find(([, held]) => held === key)?.[0] ?? key;
  }

  /** A declared person with the role of this moment. */
  #personOf(email: string): DeclaredPerson {
    const { role: _, ...person } = this.#inputs.people[email] ?? {};
    const role = roleAt(this.#inputs.people[email] ?? {}, this.#now);
    return { ...person, ...(role === undefined ? {} : { role }) };
  }
}
