import { emailOf } from "../model/email";
import type { User } from "../model/record";
import { dayOf } from "../plan/schedule";
import { type Departure, isDeparture, type Step, unansweredBy, writtenBy } from "../plan/step";
import { personAt, timedRoleOf } from "../plan/times";
import { isRefusal, mayHaveActed, ScimError } from "../scim/errors";
import { type AppliedPerson, type DeclaredPerson, keptOf, recordOf, treatmentOf } from "../state/person";
import { type Applied, type Declaration, type UnmanagedMember, unmanagedMemberOf } from "../state/world";
import { DeclarationError } from "./errors";

/** What a plan is for. */
export interface World {
  applied: Applied;
  declared: Pick<Declaration, "people" | "except">;
  /** The e-mail under which the state has each declared person. */
  heldAs: ReadonlyMap<string, string>;
  /** The moment of the run, in milliseconds since 1970. */
  now: number;
}

/**
 * What the state keeps of the people of a plan while the plan is applied. A person is recorded only as an answer of
 * Notion has shown them.
 */
export class AppliedPeople {
  /** By the e-mail under which the state has each. */
  readonly people: Record<string, AppliedPerson>;
  /** Notion's ids, by the same e-mails. */
  readonly ids: Record<string, string>;
  /** Who is in the workspace and unmanaged, without those who have left or are declared now. */
  readonly unmanaged: Record<string, UnmanagedMember>;
  /** Accounts that have the e-mail of a person whose own account turned out to be gone. */
  readonly reinvited: Record<string, UnmanagedMember> = {};
  /** People that a run tried to add without an answer. */
  readonly maybeAdded: Set<string>;
  /** Who was left to another resource, which does not have them yet: ids by e-mail. */
  readonly leftTo: Record<string, string>;
  readonly #world: World;
  /** The e-mail under which each id stands in the state. */
  readonly #keys: Map<string, string>;
  /** The id of each declared person. */
  readonly #accounts: Map<string, string>;

  constructor(world: World) {
    const { applied, heldAs } = world;
    this.#world = world;
    this.people = { ...applied.people };
    this.ids = { ...applied.ids };
    this.unmanaged = { ...applied.unmanaged };
    this.maybeAdded = new Set(applied.maybeAdded);
    this.leftTo = { ...applied.leftTo };
    this.#keys = new Map(Object.entries(applied.ids).map(([email, id]) => [id, email]));
    this.#accounts = new Map(
      [...heldAs].flatMap(([email, key]): [string, string][] => {
        const id = applied.ids[key];
        return id === undefined ? [] : [[email, id]];
      }),
    );
  }

  /** The id of a declared person. */
  accountOf(email: string): string | undefined {
    return this.#accounts.get(email);
  }

  /** The declared person who has an account. */
  declaredAs(id: string): string | undefined {
    return [...this.#accounts].find(([, held]) => held === id)?.[0];
  }

  /** The e-mail under which the state has an account. */
  keyWithId(id: string): string | undefined {
    return this.#keys.get(id);
  }

  /** The e-mail under which the state has a declared person. */
  keyOf(email: string): string {
    const id = this.#accounts.get(email);
    return (id === undefined ? undefined : this.#keys.get(id)) ?? email;
  }

  isDeclared(email: string): boolean {
    return Object.hasOwn(this.#world.declared.people, email);
  }

  /** A declared person with the role of this moment. */
  personOf(email: string): DeclaredPerson {
    return personAt(this.#world.declared.people[email] ?? {}, this.#world.now);
  }

  /** Records a member as Notion has them. @param setBack the changes made in Notion that this sets back */
  record(email: string, user: User, setBack: readonly string[] = []): void {
    // An account stays under its id, even if another person gets its former e-mail.
    const key = this.#keys.get(user.id) ?? email;
    const held = this.people[key];
    const at = this.#placeOf(email, key, emailOf(user));
    const other = this.ids[at];
    if (other !== undefined && other !== user.id) {
      throw new DeclarationError(
        `The state has another account under ${at} (id ${other}): nothing is recorded for it. Run \`pulumi up --refresh\`.`,
      );
    }
    this.#move(key, at);
    const kept = this.#kept(email, held, key === at);
    const all = [...new Set([...(kept.setBack ?? []), ...setBack])];
    const person = recordOf(at, this.personOf(email), user, {
      ...kept,
      ...(all.length > 0 && { setBack: all }),
    });
    this.people[at] =
      held?.addedInactive && user.active === false ? { ...person, addedInactive: true } : person;
    this.maybeAdded.delete(email);
    this.ids[at] = user.id;
    this.#keys.set(user.id, at);
    this.#accounts.set(email, user.id);
  }

  /** Records that Notion cannot make a member active: nobody deactivated them. */
  recordInactive(email: string): void {
    const key = this.keyOf(email);
    this.people[key] = { ...this.people[key], addedInactive: true };
  }

  /** Records what the state keeps and Notion is not told: what is no longer managed goes. */
  recordSettings(email: string): void {
    const person = this.personOf(email);
    const key = this.keyOf(email);
    const held = this.people[key] ?? {};
    const at = this.#placeOf(email, key, held.userName ?? key);
    const isManaged = ([field]: [string, unknown]) =>
      ["active", "addedInactive", "uncertain", "unanswered", "id"].includes(field) || field in person;
    // What was found otherwise is still so, where the step that sets it back has failed.
    const lastApplied = Object.entries(held.lastApplied ?? {}).filter(isManaged);
    this.#move(key, at);
    this.people[at] = {
      ...Object.fromEntries(Object.entries(held).filter(isManaged)),
      ...(lastApplied.length > 0 && { lastApplied: Object.fromEntries(lastApplied) }),
      ...treatmentOf(person),
      ...this.#kept(email, held, key === at),
      ...emailIn(held, key, at),
    };
  }

  /** Records the role of a person who was about to leave: the next preview shows it. */
  recordRole({ email, unmanaged }: Departure, found: string | undefined): void {
    if (unmanaged) {
      const known = this.unmanaged[email];
      if (known !== undefined)
        this.unmanaged[email] = { ...known, ...(found !== undefined && { role: found }) };
      return;
    }
    const held = this.people[email] ?? {};
    const { role = "", lastApplied = {} } = held;
    const before = { ...lastApplied, role: lastApplied.role ?? role };
    this.people[email] = { ...held, role: found ?? "", lastApplied: before };
  }

  /** Keeps what is known of a declared person beside how they are. */
  keep(email: string, kept: Pick<AppliedPerson, "lastApplied" | "uncertain">): void {
    const key = this.keyOf(email);
    this.people[key] = { ...this.people[key], ...kept };
  }

  /** Keeps an account that has the e-mail of another person: later runs name it. */
  keepReinvited(email: string, user: User): void {
    if (!this.#keys.has(user.id)) this.reinvited[email] = unmanagedMemberOf(user);
  }

  /** A value that a failed write may have set is not drift when a refresh finds it. */
  doubt(step: Step, error: unknown): void {
    const { email } = step;
    if (step.kind === "join" && mayHaveActed(error)) this.maybeAdded.add(email);
    const key = isDeparture(step) ? email : this.keyOf(email);
    const held = this.people[key];
    const fields = writtenBy(step);
    if (held === undefined || fields.length === 0) return;
    const uncertain = [...new Set([...(held.uncertain ?? []), ...fields])].sort();
    const at = step.kind === "updateProfile" ? this.#placeOf(email, key, held.userName ?? key) : key;
    const { userName: _, ...rest } = held;
    this.#move(key, at);
    const isLost = error instanceof ScimError && !isRefusal(error);
    const unanswered = isLost ? unansweredBy(step, email, held.unanswered) : held.unanswered;
    this.people[at] = { ...rest, ...emailIn(held, key, at), uncertain, ...(unanswered && { unanswered }) };
  }

  /** Takes a declared person out of the state whose account is gone: they are added again. */
  forgetAccount(email: string): void {
    this.#move(this.keyOf(email), undefined);
    this.#accounts.delete(email);
  }

  /** Removes a person from the state who has left, or is no longer managed. */
  forget({ email, unmanaged }: Departure): void {
    if (unmanaged) delete this.unmanaged[email];
    else this.#move(email, undefined);
  }

  /**
   * The e-mail under which the state has a declared person: the old one until Notion has the new one, unless the program
   * declares the old one for another person.
   */
  #placeOf(email: string, key: string, found: string): string {
    return found === email || this.isDeclared(key) ? email : key;
  }

  /** What is kept of a person beside how they are in Notion. */
  #kept(email: string, held: AppliedPerson | undefined, isSameEmail: boolean) {
    const { applied, declared, now } = this.#world;
    const today = dayOf(now);
    const since = held !== undefined && isSameEmail ? held.since : today;
    const timedRole = timedRoleOf(declared.people[email] ?? {});
    return keptOf({
      ...(held?.setBack !== undefined && { setBack: held.setBack }),
      ...(timedRole !== undefined && { timedRole }),
      ...(since !== undefined && since !== (applied.since ?? today) && { since }),
    });
  }

  /** Removes a person from the state, or gives them another e-mail there. */
  #move(from: string, to: string | undefined): void {
    if (from === to) return;
    const id = this.ids[from];
    delete this.people[from];
    delete this.ids[from];
    if (id === undefined) return;
    this.#keys.delete(id);
    if (to !== undefined) {
      this.ids[to] = id;
      this.#keys.set(id, to);
    }
  }
}

/** The e-mail that a person has in Notion, where it is another one than they are kept under. */
function emailIn({ userName }: AppliedPerson, key: string, at: string): Pick<AppliedPerson, "userName"> {
  const found = userName ?? key;
  return found === at ? {} : { userName: found };
}
