import { emailMatcher, foldEmail } from "../model/email";
import type { AppliedPerson, DeclaredPerson } from "../state/person";
import type { Applied, Declaration } from "../state/world";
import { type Elsewhere, NOBODY_ELSEWHERE } from "./elsewhere";
import { formerEmailsInFirstRun, identify } from "./identity";
import { inOrder } from "./order";
import { differences, join } from "./person-steps";
import type { Ended, Step } from "./step";
import { membershipPhase } from "./times";
import { unmanagedDepartures } from "./unmanaged";

/** What happens to a person who is no longer declared, by their `onRemove`. */
const DEPARTURES = { remove: "remove", restrict: "demote", retain: "retain" } as const;

/** What is to happen, in the order in which it is carried out, and what speaks against planning at all. */
export interface Plan {
  steps: Step[];
  /** The e-mail under which the state holds each declared person who is in it. */
  heldAs: ReadonlyMap<string, string>;
  /** What cannot be meant, a sentence each. */
  contradictions: string[];
  /** By declared e-mail, why nothing happens to a person: it is unclear which account is meant. */
  unclear: ReadonlyMap<string, string>;
}

/**
 * Pure: what has to happen so that what is applied becomes what is declared at this moment. Nobody is touched who
 * is in neither of the two. A person who is as declared has no step.
 * @param now milliseconds since 1970
 * @param elsewhere people that other resources of the program declare: they stay
 * @param identity who of the declared is who of the state
 */
export function plan(
  applied: Applied,
  declared: Declaration,
  now: number,
  elsewhere: Elsewhere = NOBODY_ELSEWHERE,
  identity = identify(applied, declared.people),
): Plan {
  // Identity does not depend on time: an account stays theirs when their time is over.
  const { heldAs, contradictions, unclear } = identity;
  if (elsewhere.isAnybody) contradictions.push(...formerEmailsInFirstRun(applied, declared.people));
  const replaced = replacedAccounts(applied, declared.people);
  const rowOf = new Map([...heldAs].map(([email, key]) => [key, email]));
  const steps: Step[] = [];
  const kept = new Set<string>();
  for (const [email, person] of Object.entries(declared.people)) {
    // Before and after their time people are as if not declared.
    if (membershipPhase(person, now) !== "during") continue;
    const key = heldAs.get(email);
    const held = key === undefined ? undefined : applied.people[key];
    if (key !== undefined) kept.add(key);
    if (key === undefined || held === undefined) steps.push(join(email, person, applied, now));
    else steps.push(...differences(email, person, held, key, now, applied.since));
  }
  // A person who moves from a row to `except` is retained. One who had a row beside `except` leaves with the row.
  const isExcepted = emailMatcher(declared.except ?? []);
  const wasExcepted = emailMatcher(applied.except ?? []);
  for (const [email, person] of Object.entries(applied.people)) {
    if (kept.has(email)) continue;
    const becomesException = !rowOf.has(email) && isExcepted(email) && !wasExcepted(email);
    const onRemove = becomesException
      ? "retain"
      : (person.onRemove ?? declared.onRemove ?? applied.onRemove ?? "remove");
    const ended = endOfMembership(declared.people[rowOf.get(email) ?? email], person, now);
    steps.push({
      email,
      role: person.role,
      kind: isElsewhere(email, person, applied.ids[email], elsewhere)
        ? "managedElsewhere"
        : DEPARTURES[onRemove],
      unmanaged: false,
      ...(person.lastApplied?.role !== undefined &&
        person.lastApplied.role !== person.role && { drifted: true as const }),
      ...(ended && { ended }),
    });
  }
  steps.push(...unmanagedDepartures(applied, declared, now, elsewhere));
  for (const email of applied.maybeAdded ?? []) {
    const isDeclared = steps.some((step) => step.email === email) || elsewhere.emails.has(email);
    if (!isDeclared) steps.push({ kind: "check", email, of: "addition", role: undefined });
  }
  for (const [email, id] of Object.entries(applied.leftTo ?? {})) {
    const isTheirs = isElsewhere(email, {}, id, elsewhere) || elsewhere.known.has(id);
    if (!isTheirs && !steps.some((step) => step.email === email))
      steps.push({ kind: "check", email, of: "move", role: undefined });
  }
  return { steps: inOrder(steps), heldAs, contradictions, unclear: new Map([...replaced, ...unclear]) };
}

/** Rows by the id of an account that is gone, while another account has their e-mail. */
function replacedAccounts({ gone = {}, reinvited, unmanaged }: Applied, people: Declaration["people"]) {
  const ids = new Set(Object.values(gone));
  return Object.entries(people).flatMap(([email, { id }]): [string, string][] => {
    const other = unmanaged?.[email] ?? reinvited?.[email];
    return id === undefined || !ids.has(id) || other === undefined || other.id === id
      ? []
      : [[email, replacedWords(email, id, other.id)]];
  });
}

/** Why a row by the id of an account that is gone is not the account that has its e-mail. */
export function replacedWords(email: string, id: string, other: string): string {
  return (
    `The row of ${email} has id ${id}, but no member has that id. Another account has the e-mail (id ${other}). ` +
    `If the person was invited again, write ${other} as their id. If that account belongs to another person, delete the row.`
  );
}

/** Whether another resource of the program declares a person, under any of their addresses or by their id. */
function isElsewhere(
  email: string,
  { userName }: AppliedPerson,
  id: string | undefined,
  { emails, ids }: Elsewhere,
): boolean {
  return emails.has(email) || emails.has(foldEmail(userName ?? email)) || (id !== undefined && ids.has(id));
}

/** When the membership ended of a person who leaves because their time is over. */
function endOfMembership(
  wanted: DeclaredPerson | undefined,
  held: AppliedPerson,
  now: number,
): Ended | undefined {
  if (wanted?.until === undefined || membershipPhase(wanted, now) !== "after") return undefined;
  return { at: wanted.until, reason: wanted.reason, promised: held.until === wanted.until };
}
