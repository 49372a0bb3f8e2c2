import { type Account, accountsOf, type StateIndex } from "./accounts";
import { carriedOut } from "./email-changes";
import type { Applied, Declaration, DeclaredPerson } from "./people";

/** Who of the declared is who of the state. */
export interface Identity {
  /** The e-mail under which the state has each declared person who is in it. */
  heldAs: ReadonlyMap<string, string>;
  /** What cannot be meant, a sentence each. */
  contradictions: string[];
  /** By declared e-mail, a sentence: what happened in Notion makes it unclear which account is meant. */
  unclear: ReadonlyMap<string, string>;
}

type People = Declaration["people"];

/**
 * Pure: who of the declared is who of the state. An id settles it. Without one it is the e-mail; the former e-mail, if
 * the program declares one that has not been carried out; or the e-mail that a refresh found. Nobody but who is in the
 * state is found by a former e-mail: the workspace may have given it to somebody else.
 *
 * What the file says against the state is a contradiction and stops the run. What Notion says against both may come
 * about without an edit: it concerns that person alone.
 * @param declared everybody, also outside of their time
 */
export function identify(applied: Applied, declared: People): Identity {
  const rows = new Rows(accountsOf(applied), declared);
  const contradictions = rows.claimAccounts();
  contradictions.push(...exchanges(rows), ...rows.takenByDeclared());
  rows.settle();
  const unclear = rows.takenInNotion();
  contradictions.push(...rows.fromOldFiles());
  return { heldAs: rows.heldAs, contradictions, unclear };
}

const has = (people: object | undefined, email: string) =>
  people !== undefined && Object.hasOwn(people, email);

/** The rows of a declaration, and the accounts of the state that they mean. */
class Rows {
  readonly state: StateIndex;
  readonly #declared: People;
  /** The key of the state that each row means by its id or its former e-mail, then by its e-mail, too. */
  readonly heldAs = new Map<string, string>();
  /** The row that means each key. */
  readonly #rowOf = new Map<string, string>();

  constructor(state: StateIndex, declared: People) {
    this.state = state;
    this.#declared = declared;
  }

  /** The row that means this account. */
  rowOf(key: string): string | undefined {
    return this.#rowOf.get(key);
  }

  /** What rows say of who they are, apart from their e-mail. */
  claimAccounts(): string[] {
    return Object.entries(this.#declared).flatMap(([email, person]) => {
      const { id, formerUserName: former } = person;
      if (id === undefined) {
        const { applied } = this.state;
        if (former === undefined || former === email) return [];
        const done = carriedOut(applied, email, former);
        if (done !== undefined) return this.#askedAgain(email, former, done.on);
        const again = this.#carriedOutFor(email, former);
        if (again !== undefined) return [again];
        const key = this.#holderOf(former);
        return key === undefined ? this.#withoutHolder(email, former) : this.#claim(email, key);
      }
      const key = this.state.withId(id);
      if (key !== undefined) return this.#claim(email, key);
      const other = this.state.applied.ids[email];
      return other === undefined ? [] : [anotherAccount(email, id, other)];
    });
  }

  #claim(email: string, key: string): string[] {
    const other = this.#rowOf.get(key);
    if (other !== undefined) return [bothMean(email, other, key, this.#declared)];
    this.#rowOf.set(key, email);
    this.heldAs.set(email, key);
    return [];
  }

  /** A row from an old file asks for a change that was carried out for somebody who left, and nobody else is declared as who has the e-mail by now. */
  #askedAgain(email: string, former: string, on: string): string[] {
    const { applied } = this.state;
    const isKnown = [applied.people, applied.outside, applied.gone].some((each) => has(each, email));
    if (isKnown || !this.state.has(former) || has(this.#declared, former)) return [];
    return [
      `${email} says formerUserName ${former}, which was carried out on ${on} for an account that left; ${former} is another account by now ` +
        `(id ${applied.ids[former]}). If that one is to become ${email}, write its id in the place of formerUserName; else take formerUserName out.`,
    ];
  }

  /** A row that was copied from one whose change is carried out means nobody: who has the former e-mail by now is somebody else. */
  #carriedOutFor(email: string, former: string): string | undefined {
    const original = Object.entries(this.#declared).find(
      ([other, person]) =>
        other !== email &&
        person.formerUserName === former &&
        has(this.state.applied.people, other) &&
        carriedOut(this.state.applied, other, former) !== undefined,
    );
    if (original === undefined || !has(this.#declared, former)) return undefined;
    return (
      `${email} says formerUserName ${former}, as ${original[0]} does, for whom that change is carried out; ${former} is somebody else by now. ` +
      `Take formerUserName out of the row of ${email}; if that person is to become ${email}, write their id in its place.`
    );
  }

  /** The account with a former e-mail. One that a refresh found under it is meant by its own row, where it has one. */
  #holderOf(former: string): string | undefined {
    if (this.state.has(former)) return former;
    const found = this.state.foundUnder(former);
    return found !== undefined && has(this.#declared, found) ? undefined : found;
  }

  /** Nobody whom the state knows has the former e-mail. */
  #withoutHolder(email: string, former: string): string[] {
    const { applied } = this.state;
    const nothingApplied = applied.since === undefined && Object.keys(applied.people).length === 0;
    // Who was removed in Notion joins again, under the new address.
    if (nothingApplied || (has(applied.gone, former) && !this.state.has(email))) return [];
    if (has(applied.strangers, former)) {
      return [
        `${email} says formerUserName ${former}, and ${former} is an unmanaged member: this program has never declared them. ` +
          `Declare ${former} first; change the e-mail in the next run.`,
      ];
    }
    const found = this.state.foundUnder(former);
    if (found !== undefined) {
      return [
        `${email} says formerUserName ${former}, which is by now the e-mail of the account that this program has as ${found}. ` +
          "Write the former e-mail that this program has for them, or take formerUserName out.",
      ];
    }
    return [
      `${email} says formerUserName ${former}, and the state has nobody under ${former}. If they are a member as ${former}, declare them so ` +
        "first and change the e-mail in the next run. If they are in the state under another e-mail, write that one; else take formerUserName out.",
    ];
  }

  /** Rows whose new e-mail the state has with another account, which keeps it. */
  takenByDeclared(): string[] {
    return this.#moving().flatMap(([email, key]) => {
      // That its holder moves on is refused as an exchange.
      if (!this.state.has(email) || this.#rowOf.has(email)) return [];
      const { id } = this.#declared[email] ?? {};
      return [
        `${email} says ${this.#saysOf(email)}, and both ${email} and ${key} are people whom the program has declared. ` +
          `If ${key} is to leave, take ${id === undefined ? "formerUserName" : "the id"} out; ` +
          (has(this.#declared, key) ? `if they are two people, too.` : `else declare ${key} again.`),
      ];
    });
  }

  /** Rows whose new e-mail another account has in Notion. */
  takenInNotion(): Map<string, string> {
    const unclear = new Map<string, string>();
    for (const [email, key] of this.#moving()) {
      const other = this.state.unmanagedAt(email);
      const found = this.state.foundUnder(email);
      if (other !== undefined) {
        unclear.set(
          email,
          `${email} says ${this.#saysOf(email)}, and ${email} is a member of the workspace already, with another account (id ${other.id}). ` +
            "Settle in Notion which of the two accounts is right, or declare the right one by its id.",
        );
      } else if (found !== undefined && found !== key) {
        unclear.set(
          email,
          `${email} says ${this.#saysOf(email)}, and ${email} is by now the e-mail of the account that this program has as ${found}. ` +
            `Run \`pulumi up --refresh\` with ${found} declared, which sets their e-mail back, and change ${key} afterwards.`,
        );
      }
    }
    for (const [email, person] of Object.entries(this.#declared)) this.#returned(email, person, unclear);
    this.#changedInNotion(unclear);
    return unclear;
  }

  /**
   * An account whose e-mail was changed in Notion to one that another row declares, while its own row is otherwise than it was: the other
   * row may be its, and its own a newcomer's. One that is as it was is its own.
   */
  #changedInNotion(unclear: Map<string, string>): void {
    for (const [key, person] of Object.entries(this.state.applied.people)) {
      const { userName: found, was } = person;
      const row = this.#declared[key];
      if (found === undefined || row === undefined || row.id !== undefined || this.heldAs.get(key) !== key)
        continue;
      const other = this.#declared[found];
      if (other === undefined || other.id !== undefined || this.heldAs.has(found)) continue;
      if (row.role === undefined || row.role === (was?.role ?? person.timedRole ?? person.role)) continue;
      const why =
        `${key} is ${found} in Notion by now, and the program declares both, ${key} with another role than before. ` +
        `If ${found} is the same person, write ${key} as their formerUserName; else declare ${key} as before in one run, which sets the e-mail back.`;
      unclear.set(key, why);
      unclear.set(found, why);
    }
  }

  /** Who is gone and declared under a new e-mail may be the one who was invited again under the old one. */
  #returned(
    email: string,
    { id, formerUserName: former }: DeclaredPerson,
    unclear: Map<string, string>,
  ): void {
    if (this.heldAs.has(email)) return;
    const gone = id === undefined ? former : this.state.goneAs(id);
    if (gone === undefined || gone === email || !has(this.state.applied.gone, gone)) return;
    if (carriedOut(this.state.applied, email, former)) return;
    const other = this.state.unmanagedAt(gone);
    if (other === undefined || this.#isNamed(other)) return;
    const why =
      `${email} was ${gone}, whose account is gone, and ${gone} is the e-mail of another account now (id ${other.id}). ` +
      `Write that id into the row of whoever it belongs to; or remove the account in Notion.`;
    unclear.set(email, why);
    if (has(this.#declared, gone)) unclear.set(gone, why);
  }

  #isNamed({ id }: Account): boolean {
    return Object.values(this.#declared).some((person) => person.id === id);
  }

  /** Gives each row without a claim its account: by its e-mail, then by the e-mail that a refresh found. */
  settle(): void {
    for (const [email, { id }] of Object.entries(this.#declared)) {
      if (id !== undefined || this.heldAs.has(email)) continue;
      const found = this.state.foundUnder(email);
      const key = this.state.has(email) ? email : found;
      // The address of an account that another row has moves on: this one is somebody new.
      if (key === undefined || this.#rowOf.has(key)) continue;
      if (key === email || !has(this.#declared, key)) this.#claim(email, key);
    }
  }

  /**
   * Rows under an e-mail that an account had which no row means any more, and that the state has nobody under: a row from an
   * old file means that account, somebody else who got the address does not. Nobody can tell which, and one of the two would
   * lose it.
   */
  fromOldFiles(): string[] {
    return Object.entries(this.#declared).flatMap(([email, { id }]) => {
      if (id !== undefined || this.heldAs.get(email) === email) return [];
      const known = this.state.formerlyAt(email).find(({ key }) => !this.#rowOf.has(key));
      if (known === undefined) return [];
      return [
        `${email} is the former e-mail of ${known.key} (changed on ${known.on}), and ${known.key} is not declared any more. ` +
          `If they are the same person, write ${known.key} as the formerUserName of ${email}. ` +
          `If ${email} is somebody else, take ${known.key} out in one run and add ${email} in the next.`,
      ];
    });
  }

  /** Rows that give an account another e-mail. */
  #moving(): [email: string, key: string][] {
    return [...this.heldAs].filter(([email, key]) => email !== key);
  }

  #saysOf(email: string): string {
    const { id, formerUserName } = this.#declared[email] ?? {};
    return id === undefined ? `formerUserName ${formerUserName}` : `id ${id}`;
  }
}

/** An e-mail that goes from one managed account to another in one run: one of the two would be mistaken for the other. */
function exchanges(rows: Rows): string[] {
  const told = new Set<string>();
  return [...rows.heldAs].flatMap(([email, key]) => {
    if (key === email || !rows.state.has(email) || told.has(email)) return [];
    const next = rows.rowOf(email);
    if (next === undefined || next === email) return [];
    const ring = ringFrom(email, rows.heldAs);
    if (ring === undefined) {
      return [
        `${key} is to become ${email}, and ${email} is to become ${next}. Do it in two runs: change ${email} to ${next} first ` +
          `and leave ${key} as it is, then change ${key} to ${email}.`,
      ];
    }
    for (const each of ring) told.add(each);
    return [
      `${ring.join(", ")} are to exchange their e-mails, which Notion cannot do at once. Do it in runs one after another: ` +
        `give ${key} an e-mail that nobody has, then change the others one by one, then give ${key} the e-mail ${email}.`,
    ];
  });
}

/** The e-mails that lead from one back to it, each to the key that it takes; undefined where they lead elsewhere. */
function ringFrom(email: string, byEmail: ReadonlyMap<string, string>): string[] | undefined {
  const ring = [email];
  for (let at = byEmail.get(email); at !== undefined; at = byEmail.get(at)) {
    if (at === email) return ring;
    if (ring.includes(at)) return undefined;
    ring.push(at);
  }
  return undefined;
}

function bothMean(email: string, other: string, key: string, declared: People): string {
  const id = declared[email]?.id ?? declared[other]?.id;
  const what = id === undefined ? `formerUserName ${key}` : `id ${id}`;
  return `${email} and ${other} both say ${what}. Only one of the two can be that person.`;
}

function anotherAccount(email: string, id: string, held: string): string {
  return (
    `${email} says id ${id}, and the state has ${email} with another account (id ${held}). If the e-mail belongs to that account ` +
    `by now, declare the account ${id} by the e-mail that it has, or take the row out; if ${held} is right, write it as the id.`
  );
}
