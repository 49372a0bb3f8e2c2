import { isDeepStrictEqual } from "node:util";
import { PROFILE_ATTRIBUTES } from "../model/attributes";
import type { AppliedPerson, DeclaredPerson } from "../state/person";
import type { Applied, Declaration } from "../state/world";
import { accountsOf, type StateIndex } from "./accounts";
import { carriedOut } from "./email-changes";

type People = Declaration["people"];

export const has = (people: object | undefined, email: string) =>
  people !== undefined && Object.hasOwn(people, email);

/** The rows of a declaration, and the accounts of the state that they mean. */
export class Rows {
  readonly state: StateIndex;
  readonly declared: People;
  /** The key of the state that each row means by its id or its former e-mail, then by its e-mail, too. */
  readonly heldAs = new Map<string, string>();
  /** The row that means each key. */
  readonly #rowOf = new Map<string, string>();

  constructor(applied: Applied, declared: People) {
    this.state = accountsOf(applied);
    this.declared = declared;
  }

  /** The row that means this account. */
  rowOf(key: string): string | undefined {
    return this.#rowOf.get(key);
  }

  /** What rows say of who they are, apart from their e-mail. */
  claimAccounts(): string[] {
    return Object.entries(this.declared).flatMap(([email, person]) => {
      const { id, formerUserName: former } = person;
      if (id === undefined) {
        const { applied } = this.state;
        if (former === undefined || former === email) return [];
        const done = carriedOut(applied, email, former);
        if (done !== undefined) return this.#askedAgain(email, former, done.on);
        const again = this.#carriedOutFor(email, former);
        if (again !== undefined) return [again];
        return this.state.has(former) ? this.#claim(email, former) : this.#withoutHolder(email, former);
      }
      const key = this.state.withId(id);
      if (key !== undefined) return this.#claim(email, key);
      const other = this.state.applied.ids[email];
      return other === undefined ? [] : [anotherAccount(email, id, other)];
    });
  }

  #claim(email: string, key: string): string[] {
    const other = this.#rowOf.get(key);
    if (other !== undefined) return [bothMean(email, other, key, this.declared)];
    this.#rowOf.set(key, email);
    this.heldAs.set(email, key);
    return [];
  }

  /** A row from an old file repeats the change of a person who left, and nobody is declared as the present holder of the e-mail. */
  #askedAgain(email: string, former: string, on: string): string[] {
    const { applied } = this.state;
    // The state no longer has a person who was removed in Notion: the row may mean them, or the account that has the e-mail.
    const isKnown = [applied.people, applied.outside].some((each) => has(each, email));
    if (isKnown || !this.state.has(former) || has(this.declared, former)) return [];
    return [
      `The row of ${email} has formerUserName ${former}. That change was made on ${on}, for an account that has left. ${former} is another account now ` +
        `(id ${applied.ids[former]}). If that account becomes ${email}, replace formerUserName by its id. Otherwise, remove formerUserName.`,
    ];
  }

  /** A row that was copied from one whose change was made means nobody: another person has the former e-mail now. */
  #carriedOutFor(email: string, former: string): string | undefined {
    const original = Object.entries(this.declared).find(
      ([other, person]) =>
        other !== email &&
        person.formerUserName === former &&
        has(this.state.applied.people, other) &&
        carriedOut(this.state.applied, other, former) !== undefined,
    );
    if (original === undefined || !has(this.declared, former)) return undefined;
    return (
      `The rows of ${email} and ${original[0]} both have formerUserName ${former}. The change was made for ${original[0]}, and ${former} is another person now. ` +
      `Remove formerUserName from the row of ${email}. If that other person becomes ${email}, write their id in its place.`
    );
  }

  /** Nobody in the state has the former e-mail. */
  #withoutHolder(email: string, former: string): string[] {
    const { applied } = this.state;
    const nothingApplied = applied.since === undefined && Object.keys(applied.people).length === 0;
    // Who was removed in Notion joins again, under the new address.
    if (nothingApplied || (has(applied.gone, former) && !this.state.has(email))) return [];
    if (has(applied.unmanaged, former)) {
      return [
        `The row of ${email} has formerUserName ${former}, but ${former} is an unmanaged member: this program has never declared them. ` +
          `Declare ${former} first, and change the e-mail in the next run.`,
      ];
    }
    const found = this.state.foundUnder(former);
    if (found !== undefined) {
      return [
        `The row of ${email} has formerUserName ${former}, which is now the e-mail of the account that this program has as ${found}. ` +
          "Write the former e-mail under which this program has the person, or remove formerUserName.",
      ];
    }
    return [
      `The row of ${email} has formerUserName ${former}, but the state has nobody under ${former}. If ${former} is a member, declare ${former} first ` +
        "and change the e-mail in the next run. If the state has the person under another e-mail, write that one. Otherwise, remove formerUserName.",
    ];
  }

  /** Gives each row without a claim its account: by its e-mail, then by the e-mail that a refresh found. */
  settle(): void {
    // Another row has the account that had this address: this row is for a new person.
    for (const [email, { id }] of Object.entries(this.declared))
      if (id === undefined && !this.heldAs.has(email) && this.state.has(email) && !this.#rowOf.has(email))
        this.#claim(email, email);
    const following = Object.keys(this.declared).flatMap((email): [string, string][] => {
      const key = this.#foundFor(email);
      return key === undefined ? [] : [[email, key]];
    });
    for (const each of following) this.#claim(...each);
  }

  /** The account whose e-mail was changed in Notion to that of a row, where no other row may be its. */
  #foundFor(email: string): string | undefined {
    const key = this.isUnmatched(email) ? this.state.foundUnder(email) : undefined;
    if (key === undefined || has(this.declared, key) || this.#rowOf.has(key)) return undefined;
    const isNotTheirs = this.state.pendingFrom(key) === email;
    return isNotTheirs || this.underFormerOf(key).some((other) => other !== email) ? undefined : key;
  }

  /** Whether a row without an id means nobody of the state so far, and the state has nobody else under its e-mail. */
  isUnmatched(email: string): boolean {
    const row = has(this.declared, email) ? this.declared[email] : undefined;
    return row !== undefined && row.id === undefined && !this.heldAs.has(email) && !this.state.has(email);
  }

  /** The rows under a former e-mail of an account that mean nobody of the state. */
  underFormerOf(key: string): string[] {
    return Object.keys(this.declared).filter(
      (email) => this.isUnmatched(email) && this.state.formerlyAt(email).some((former) => former.key === key),
    );
  }

  /** Rows that give an account another e-mail. */
  moving(): [email: string, key: string][] {
    return [...this.heldAs].filter(([email, key]) => email !== key);
  }

  /** What a row says of who it means, apart from its e-mail. */
  saysOf(email: string): string {
    const { id, formerUserName } = this.declared[email] ?? {};
    return id === undefined ? `formerUserName ${formerUserName}` : `id ${id}`;
  }
}

function bothMean(email: string, other: string, key: string, declared: People): string {
  const id = declared[email]?.id ?? declared[other]?.id;
  const what = id === undefined ? `formerUserName ${key}` : `id ${id}`;
  return `The rows of ${email} and ${other} both have ${what}. Only one of the two can be that person: remove it from the other row.`;
}

function anotherAccount(email: string, id: string, held: string): string {
  return (
    `The row of ${email} has id ${id}, but the state has another account for ${email} (id ${held}). If ${held} is right, write it as the id. ` +
    `If ${id} is right, declare that account under the e-mail that it has now. Otherwise, delete the row.`
  );
}

/** The e-mails that lead from one back to it, each to the next one; undefined where they lead elsewhere. */
export function ringFrom(email: string, next: ReadonlyMap<string, string>): string[] | undefined {
  const ring = [email];
  for (let at = next.get(email); at !== undefined; at = next.get(at)) {
    if (at === email) return ring;
    if (ring.includes(at)) return undefined;
    ring.push(at);
  }
  return undefined;
}

/** Whether a row says nothing else of an account than what was applied to it. */
export function isAsApplied(row: DeclaredPerson, held: AppliedPerson): boolean {
  const before = { ...held, ...held.lastApplied };
  const role = held.timedRole ?? before.role;
  return (
    (row.role === undefined || row.role === role) &&
    PROFILE_ATTRIBUTES.every((key) => row[key] === undefined || isDeepStrictEqual(row[key], before[key]))
  );
}
