import { DAY_MS } from "../model/instant";
import type { Applied, Declaration, EmailChange, EmailChanges } from "../state/world";
import { dayOf } from "./schedule";
import { membershipPhase } from "./times";

/** Pure: the change of e-mail that carried out what a formerUserName says: the instruction has no effect any more. */
export function carriedOut(
  { emailChanges }: Pick<Applied, "emailChanges">,
  email: string,
  former: string | undefined,
): EmailChange | undefined {
  return former === undefined
    ? undefined
    : changesTo(emailChanges, email).find(({ from }) => from === former);
}

/**
 * Pure: the e-mail that an account still has in Notion because its declared change was not made. The state has the
 * account under the new e-mail already, so that another person declared under the old one is not mistaken for it.
 */
export function pendingFrom({ people, ids, emailChanges }: Applied, key: string): string | undefined {
  const { userName, uncertain } = people[key] ?? {};
  if (userName === undefined || !uncertain?.includes("userName")) return undefined;
  const isAsked = changesTo(emailChanges, key).some(({ from, id }) => from === userName && id === ids[key]);
  return isAsked ? userName : undefined;
}

/** Pure: the changes of e-mail but for those that were not made to accounts that are gone by now, under these keys. */
export function withoutPending(applied: Applied, keys: readonly string[]): EmailChanges {
  const { emailChanges = {}, ids } = applied;
  return Object.fromEntries(
    Object.entries(emailChanges).flatMap(([to, changes]): [string, readonly EmailChange[]][] => {
      const pending = keys.includes(to) ? pendingFrom(applied, to) : undefined;
      const made = changes.filter(({ from, id }) => from !== pending || id !== ids[to]);
      return made.length === 0 ? [] : [[to, made]];
    }),
  );
}

/** Pure: the accounts of the state by the e-mails that they had before, each with its key in the state. */
export function accountsByFormer({ emailChanges = {}, ids }: Applied): Map<string, FormerEmail[]> {
  const byId = new Map(Object.entries(ids).map(([key, id]) => [id, key]));
  const byFormer = new Map<string, FormerEmail[]>();
  for (const { from, id, on } of Object.values(emailChanges).flat()) {
    const key = byId.get(id ?? "");
    if (key !== undefined && key !== from) byFormer.set(from, [...(byFormer.get(from) ?? []), { key, on }]);
  }
  return byFormer;
}

/** An account that had an e-mail until some day. */
export interface FormerEmail {
  /** The e-mail under which the state has the account now. */
  key: string;
  /** The day (UTC). */
  on: string;
}

type Held = Pick<Applied, "people" | "ids">;

/** How long a change is kept of a person who left: a row from an old file may ask for it once more. */
const KEPT_MS = 365 * DAY_MS;

/**
 * Pure: the changes of e-mail that the state keeps. Those of its accounts show which account a row from an old file
 * means. Those that a row asks for, or may ask for again, are kept even after the person leaves.
 * @param after the people of the state now, and their ids
 */
export function emailChangesOf(
  before: Applied,
  after: Held,
  declared: Declaration["people"],
  now: number,
): EmailChanges {
  const accounts = new Set(Object.values(after.ids));
  // A person invited again under the same e-mail has another account and is the same person.
  const again = new Map(
    Object.entries(before.gone ?? {}).flatMap(([email, id]): [string, string][] => {
      const now = after.ids[email];
      return now === undefined ? [] : [[id, now]];
    }),
  );
  const isKept = (to: string, { from, id, on, outside }: EmailChange) =>
    declared[to]?.formerUserName === from ||
    (id !== undefined && accounts.has(id)) ||
    ((id !== undefined || outside === true) && now - Date.parse(on) < KEPT_MS);
  const kept = Object.entries(before.emailChanges ?? {}).flatMap(([to, known]) =>
    known.map((change): [string, EmailChange] => [to, sameWith(change, again)]),
  );
  const all = new Map(
    kept
      .filter((each) => isKept(...each))
      .map((each) => [JSON.stringify([each[0], each[1].from, each[1].id]), each]),
  );
  for (const each of [...moves(before, after, now), ...instructions(before, after, declared, now)]) {
    const [to, { from, id }] = each;
    all.set(JSON.stringify([to, from, id]), each);
    // Back under the former e-mail, the same instruction is one again.
    all.delete(JSON.stringify([from, to, id]));
  }
  const byEmail: Record<string, EmailChange[]> = {};
  for (const [to, change] of all.values()) byEmail[to] = [...(byEmail[to] ?? []), change];
  return byEmail;
}

function sameWith(change: EmailChange, ids: ReadonlyMap<string, string>): EmailChange {
  const id = ids.get(change.id ?? "");
  return id === undefined ? change : { ...change, id };
}

/** Accounts that the state has under another e-mail than before. */
function moves(before: Applied, { ids }: Held, now: number): [string, EmailChange][] {
  const keys = new Map(Object.entries(before.ids).map(([key, id]) => [id, key]));
  return Object.entries(ids).flatMap(([to, id]): [string, EmailChange][] => {
    const from = keys.get(id);
    return from === undefined || from === to ? [] : [[to, { from, on: dayOf(now), id }]];
  });
}

/** What rows ask for and is done, or has become impossible to do: nobody has the former e-mail who could change it. */
function instructions(
  before: Applied,
  { people, ids }: Held,
  declared: Declaration["people"],
  now: number,
): [string, EmailChange][] {
  const isFirst = before.since === undefined && Object.keys(before.people).length === 0;
  return Object.entries(declared).flatMap(([email, person]): [string, EmailChange][] => {
    const from = person.formerUserName;
    if (from === undefined || from === email) return [];
    if (changesTo(before.emailChanges, email).some((known) => known.from === from)) return [];
    const isDone = Object.hasOwn(people, email);
    // Another account with the former e-mail may be theirs: until that is settled the instruction stands.
    const isTaken = [before.unmanaged, before.reinvited].some((each) => Object.hasOwn(each ?? {}, from));
    const isOutside = membershipPhase(person, now) !== "during";
    const hasLeft =
      !isTaken && (Object.hasOwn(before.gone ?? {}, from) || (isOutside && !Object.hasOwn(people, from)));
    if (!isDone && !hasLeft && !isFirst) return [];
    const id = isDone ? ids[email] : undefined;
    // A newcomer may have joined under the former e-mail in this very run.
    const noted = id === undefined ? hasLeft && isOutside && { outside: true as const } : { id };
    return [[email, { from, on: dayOf(now), ...noted }]];
  });
}

function changesTo(emailChanges: EmailChanges | undefined, email: string): readonly EmailChange[] {
  return emailChanges !== undefined && Object.hasOwn(emailChanges, email) ? (emailChanges[email] ?? []) : [];
}
