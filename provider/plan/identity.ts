import type { Applied, Declaration } from "./people";

/** Who of the declared is who of the state. */
export interface Identity {
  /** The e-mail under which the state has each declared person who is in it. */
  heldAs: ReadonlyMap<string, string>;
  /** What cannot be meant, a sentence each. */
  contradictions: string[];
}

type People = Declaration["people"];

/**
 * Pure: who of the declared is who of the state. An id settles it. Without one it is the e-mail; the former e-mail, if
 * the program declares one that has not been carried out; or the e-mail that a refresh found. Nobody but who is in the
 * state is found by a former e-mail: the workspace may have given it to somebody else.
 * @param declared everybody, also outside of their time
 */
export function identify(applied: Applied, declared: People): Identity {
  const state = new StateIndex(applied);
  const claims = claimsOf(state, declared);
  const contradictions = [...claims.contradictions, ...exchanges(claims.byEmail, applied)];
  const { heldAs, doubles } = settle(claims.byEmail, state, declared);
  return { heldAs, contradictions: [...contradictions, ...doubles] };
}

/** Pure: whether a former e-mail is one that this change was carried out for, or that has no effect any more. */
export function isCarriedOut({ emailChanges }: Applied, email: string, former: string | undefined): boolean {
  return former !== undefined && emailChanges?.[email]?.from === former;
}

const has = (people: object | undefined, email: string) =>
  people !== undefined && Object.hasOwn(people, email);

/** Where the state has somebody. */
class StateIndex {
  readonly applied: Applied;
  readonly #byId: ReadonlyMap<string, string>;
  readonly #byFoundEmail: ReadonlyMap<string, string>;

  constructor(applied: Applied) {
    this.applied = applied;
    const people = Object.entries(applied.people);
    this.#byId = new Map([
      // The id that somebody had before they were invited again still means them.
      ...people.flatMap(([key, { id }]): [string, string][] => (id === undefined ? [] : [[id, key]])),
      ...Object.entries(applied.ids).map(([key, id]): [string, string] => [id, key]),
    ]);
    this.#byFoundEmail = new Map(
      people.flatMap(([key, { userName }]): [string, string][] =>
        userName === undefined ? [] : [[userName, key]],
      ),
    );
  }

  /** The key of the account with this id. */
  withId(id: string): string | undefined {
    return this.#byId.get(id);
  }

  /** The key of the account that a refresh found under this e-mail, another one than it is kept under. */
  foundUnder(email: string): string | undefined {
    return this.#byFoundEmail.get(email);
  }

  has(email: string): boolean {
    return has(this.applied.people, email);
  }
}

/** What rows say of who they are, apart from their e-mail. */
interface Claims {
  /** The key of the state that each row means. */
  byEmail: Map<string, string>;
  contradictions: string[];
}

function claimsOf(state: StateIndex, declared: People): Claims {
  const byEmail = new Map<string, string>();
  const contradictions: string[] = [];
  for (const [email, { id, formerUserName: former }] of Object.entries(declared)) {
    if (id !== undefined) {
      const key = state.withId(id);
      if (key !== undefined) byEmail.set(email, key);
      else if (state.has(email)) contradictions.push(anotherAccount(email, id, state.applied.ids[email]));
      continue;
    }
    if (former === undefined || former === email || isCarriedOut(state.applied, email, former)) continue;
    const key = state.has(former) ? former : state.foundUnder(former);
    if (key !== undefined) byEmail.set(email, key);
    else contradictions.push(...withoutHolder(email, former, state));
  }
  dropInert(byEmail, state, declared);
  for (const [email, key] of byEmail)
    contradictions.push(...takenAddress(email, key, byEmail, state, declared));
  return { byEmail, contradictions };
}

/** A former e-mail says nothing of whom the state has under the new one already, unless that account moves on itself. */
function dropInert(byEmail: Map<string, string>, state: StateIndex, declared: People): void {
  for (let dropped = true; dropped; ) {
    dropped = false;
    for (const [email, key] of byEmail) {
      const { id } = declared[email] ?? {};
      if (key === email || id !== undefined || !state.has(email)) continue;
      const movesOn = [...byEmail].some(([other, held]) => other !== email && held === email);
      // Where the former address is declared no more, somebody may mean either of the two: that is asked.
      if (movesOn || !has(declared, key)) continue;
      byEmail.delete(email);
      dropped = true;
    }
  }
}

/** Nobody whom the state knows has the former e-mail. */
function withoutHolder(email: string, former: string, state: StateIndex): string[] {
  const { applied } = state;
  const nothingApplied = applied.since === undefined && Object.keys(applied.people).length === 0;
  // Who was removed in Notion joins again, under the new address.
  const isGone = [email, former].some((each) => applied.gone?.includes(each));
  if (nothingApplied || state.has(email) || isGone) return [];
  if (has(applied.strangers, former)) {
    return [
      `${email} says formerUserName ${former}, and ${former} is an unmanaged member: this program has never declared them. ` +
        `Declare ${former} first; change the e-mail in the next run.`,
    ];
  }
  return [
    `${email} says formerUserName ${former}, and the state has nobody under ${former}. If they are a member as ${former}, declare them so ` +
      "first and change the e-mail in the next run. If they are in the state under another e-mail, write that one; else take formerUserName out.",
  ];
}

/** The new e-mail is another account's, as far as the state tells. */
function takenAddress(
  email: string,
  key: string,
  byEmail: ReadonlyMap<string, string>,
  state: StateIndex,
  declared: People,
): string[] {
  const former = declared[email]?.formerUserName;
  const says = declared[email]?.id === undefined ? `formerUserName ${former}` : `id ${declared[email]?.id}`;
  if (key === email) return [];
  const { strangers } = state.applied;
  if (has(strangers, email)) {
    return [
      `${email} says ${says}, and ${email} is a member of the workspace already, with another account (id ${strangers?.[email]?.id}). ` +
        "Settle in Notion which of the two accounts is right, or declare the right one by its id.",
    ];
  }
  const found = state.foundUnder(email);
  if (found !== undefined && found !== key) {
    return [
      `${email} says ${says}, and ${email} is by now the e-mail of the account that this program has as ${found}. ` +
        `Run \`pulumi up --refresh\` with ${found} declared, which sets their e-mail back, and change ${key} afterwards.`,
    ];
  }
  // With an id it is clear who is meant, and who has the e-mail: two accounts. Without one either may be meant.
  if (state.has(email) && (declared[email]?.id !== undefined || !has(declared, key))) {
    // That its holder moves on is refused as an exchange.
    if ([...byEmail].some(([other, held]) => other !== email && held === email)) return [];
    return [
      `${email} says ${says}, and both ${email} and ${key} are people whom the program has declared. ` +
        `If ${key} is to leave, take ${declared[email]?.id === undefined ? "formerUserName" : "the id"} out; else declare ${key} again.`,
    ];
  }
  return [];
}

/** An e-mail that goes from one managed account to another in one run: one of the two would be mistaken for the other. */
function exchanges(byEmail: ReadonlyMap<string, string>, { people }: Applied): string[] {
  const told = new Set<string>();
  return [...byEmail].flatMap(([email, key]) => {
    if (key === email || !has(people, email) || told.has(email)) return [];
    const next = [...byEmail].find(([other, held]) => other !== email && held === email)?.[0];
    if (next === undefined) return [];
    const ring = ringFrom(email, byEmail);
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

/** Gives each row its account: what it claims first, then by e-mail, then by the e-mail that a refresh found. */
function settle(byEmail: ReadonlyMap<string, string>, state: StateIndex, declared: People) {
  const heldAs = new Map<string, string>();
  const taken = new Map<string, string>();
  const doubles: string[] = [];
  const take = (email: string, key: string) => {
    taken.set(key, email);
    heldAs.set(email, key);
  };
  for (const [email, key] of byEmail) {
    const other = taken.get(key);
    if (other === undefined) take(email, key);
    else doubles.push(bothMean(email, other, key, declared));
  }
  for (const [email, { id }] of Object.entries(declared)) {
    if (heldAs.has(email)) continue;
    const found = state.foundUnder(email);
    if (state.has(email)) {
      // The address of an account that another row has moves on: this one is somebody new.
      if (!taken.has(email) && id === undefined) take(email, email);
    } else if (id === undefined && found !== undefined && !has(declared, found) && !taken.has(found)) {
      take(email, found);
    }
  }
  return { heldAs, doubles };
}

function bothMean(email: string, other: string, key: string, declared: People): string {
  const id = declared[email]?.id ?? declared[other]?.id;
  const what = id === undefined ? `formerUserName ${key}` : `id ${id}`;
  return `${email} and ${other} both say ${what}. Only one of the two can be that person.`;
}

function anotherAccount(email: string, id: string, held: string | undefined): string {
  return (
    `${email} says id ${id}, and the state has ${email} with another account (id ${held}). If the e-mail belongs to that account ` +
    `by now, declare the account ${id} by the e-mail that it has, or take the row out; if ${held} is right, write it as the id.`
  );
}
