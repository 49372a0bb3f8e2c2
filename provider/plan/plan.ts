import { isDeepStrictEqual } from "node:util";
import { PROFILE_ATTRIBUTES } from "../model/attributes";
import { emailMatcher, foldEmail } from "../model/email";
import { isDemotion } from "../model/role";
import { type AppliedPerson, type DeclaredPerson, TREATMENT } from "../state/person";
import type { Applied, Declaration } from "../state/world";
import { type Elsewhere, NOBODY_ELSEWHERE } from "./elsewhere";
import { carriedOut } from "./email-changes";
import { formerEmailsInFirstRun, identify } from "./identity";
import { inOrder } from "./order";
import type { Began, Ended, FieldChange, RoleChange, Step } from "./step";
import { membershipPhase, phaseOf, roleAt } from "./times";
import { unmanagedDepartures } from "./unmanaged";

/** What becomes of somebody who is not declared any more, by their `onRemove`. */
const DEPARTURES = { remove: "remove", restrict: "demote", retain: "retain" } as const;

/** What is to happen, in the order in which it is carried out, and what speaks against planning at all. */
export interface Plan {
  steps: Step[];
  /** The e-mail under which the state holds each declared person who is in it. */
  heldAs: ReadonlyMap<string, string>;
  /** What cannot be meant, a sentence each. */
  contradictions: string[];
  /** By declared e-mail, why nothing is done to somebody: it is unclear which account is meant. */
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
  // Who somebody is has nothing to do with their time: an account stays theirs when it is over.
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
    `${email} says id ${id}, and nobody with that id is in the workspace; the e-mail is that of another account (id ${other}). ` +
    `If they were invited again, write ${other} as their id. If that is somebody else, take the row out.`
  );
}

/** Whether another resource of the program declares somebody, under any of their addresses or by their id. */
function isElsewhere(
  email: string,
  { userName }: AppliedPerson,
  id: string | undefined,
  { emails, ids }: Elsewhere,
): boolean {
  return emails.has(email) || emails.has(foldEmail(userName ?? email)) || (id !== undefined && ids.has(id));
}

/** Where somebody leaves since their time is over: when it was. */
function endOfMembership(
  wanted: DeclaredPerson | undefined,
  held: AppliedPerson,
  now: number,
): Ended | undefined {
  if (wanted?.until === undefined || membershipPhase(wanted, now) !== "after") return undefined;
  return { at: wanted.until, reason: wanted.reason, promised: held.until === wanted.until };
}

function join(email: string, person: DeclaredPerson, applied: Applied, now: number): Step {
  const { gone, goneAgain, maybeAdded, unmanaged, reinvited, outside, since } = applied;
  const role = roleAt(person, now);
  const { id, from, formerUserName: former } = person;
  const waited = outside?.[email];
  const named = unmanaged?.[email] ?? reinvited?.[email];
  // With an id declared, another account that has the e-mail is not adopted.
  const there = id === undefined || named?.id === id ? named : undefined;
  const isAdded = maybeAdded?.includes(email) || there?.maybeAdded;
  const isNew = since === undefined && Object.keys(applied.people).length === 0;
  return {
    kind: "join",
    email,
    role,
    ...(id !== undefined && { id }),
    wasRemoved: [email, ...(former === undefined ? [] : [former])].some((each) =>
      Object.hasOwn(gone ?? {}, each),
    ),
    ...(goneAgain?.includes(email) && { again: true as const }),
    ...(isAdded && { maybeAdded: true as const }),
    held: there?.role,
    ...(there !== undefined && reinvited?.[email] !== undefined && !isAdded && { reinvited: true as const }),
    ...(former !== undefined &&
      isNew &&
      carriedOut(applied, email, former) === undefined && { ignoredFormer: former }),
    ...(from !== undefined && {
      began: { at: from, promised: waited?.from === from && waited.role === role },
    }),
  };
}

/** What is otherwise about somebody who is in the state. */
function differences(
  email: string,
  wanted: DeclaredPerson,
  held: AppliedPerson,
  key: string,
  now: number,
  appliedSince: string | undefined,
): Step[] {
  const steps: Step[] = [];
  const { lastApplied = {}, uncertain = [], setBack = [], unanswered: lost = { fields: [] } } = held;
  // Only what is declared as it was: where the program says something else by now, the change is its own.
  const drifted = (field: keyof typeof lastApplied, to: unknown) =>
    Object.hasOwn(lastApplied, field) && isDeepStrictEqual(lastApplied[field], to);
  // Set back before, and found changed again: something else writes it.
  const again = (field: string) => (setBack.includes(field) ? { again: true as const } : {});
  const notes: FieldChange[] = [];
  const changes: FieldChange[] = [];
  const role = roleAt(wanted, now);

  if (lost.fields.includes("membership")) steps.push({ kind: "check", email, of: "removal", role });
  const address = held.userName ?? key;
  const isInDoubt = address === email && lost.userName !== undefined && lost.userName !== email;
  if (isInDoubt) {
    changes.push({ field: "userName", from: lost.userName, to: email, drifted: false, unanswered: true });
  } else if (address !== email) {
    const isTheirs = held.userName !== undefined && key === email && !uncertain.includes("userName");
    const setsBack = isTheirs ? again("userName") : {};
    changes.push({ field: "userName", from: address, to: email, drifted: isTheirs, ...setsBack });
  }
  for (const field of PROFILE_ATTRIBUTES) {
    const [from, to] = [held[field], wanted[field]];
    const isSame = isDeepStrictEqual(from, to);
    if (isSame && to !== undefined && lost.fields.includes(field))
      changes.push({ field, from, to, drifted: false, unanswered: true });
    if (isSame) continue;
    const isDrift = drifted(field, to);
    (to === undefined ? notes : changes).push({
      field,
      from,
      to,
      drifted: isDrift,
      ...(isDrift && again(field)),
    });
  }
  for (const field of TREATMENT) {
    if (held[field] !== wanted[field]) {
      notes.push({ field, from: held[field], to: wanted[field], drifted: false });
    }
  }
  const timedRole = timedRoleOf(wanted);
  if (held.timedRole !== timedRole && held.timedRole !== undefined && timedRole !== undefined)
    notes.push({ field: "timedRole", from: held.timedRole, to: timedRole, drifted: false });
  const roles = rolesInDoubt(held, role);
  if (role === undefined) {
    if (held.role !== undefined)
      notes.push({ field: "role", from: held.role, to: undefined, drifted: false });
  } else if (held.role !== role || roles.or !== undefined) {
    const isDrift = drifted("role", role);
    steps.push({
      kind: "changeRole",
      email,
      ...roles,
      to: role,
      drifted: isDrift,
      // What was carried out and is otherwise by now is no end that is reached once more.
      ...(isDrift ? again("role") : turnOfRole(wanted, held, now)),
    });
  }
  // Declared under the address that Notion has for them by now: the state follows, and nothing is sent.
  if (address === email && key !== email && !isInDoubt) {
    notes.push({ field: "userName", from: key, to: email, drifted: false });
  }
  if (held.active === false && held.addedInactive === undefined)
    steps.push({ kind: "activate", email, ...again("active") });
  if (changes.length > 0) {
    // Of an e-mail that a refresh found it is not known since when.
    const since = address === email || held.userName !== undefined ? undefined : (held.since ?? appliedSince);
    steps.push({
      kind: "updateProfile",
      email,
      changes,
      ...(since !== undefined && { since }),
    });
  }
  if (notes.length > 0) steps.push({ kind: "stateOnly", email, changes: notes });
  return steps;
}

/**
 * The role that somebody has, and the other one that they may have, since the write of one of the two got no answer:
 * first the one from which most would be taken.
 */
function rolesInDoubt(
  { role: known, unanswered: { role: asked } = { fields: [] } }: AppliedPerson,
  to: string | undefined,
): Pick<RoleChange, "from" | "or"> {
  if (asked === undefined || known === undefined || asked === to || asked === known) return { from: known };
  const isAskedFirst = known === to || isDemotion(asked, known);
  return isAskedFirst ? { from: asked, or: known } : { from: known, or: asked };
}

/** The declared role of somebody whose role is for a time; undefined where it is not. */
export function timedRoleOf({ role, roleFrom, roleUntil }: DeclaredPerson): DeclaredPerson["role"] {
  return roleFrom === undefined && roleUntil === undefined ? undefined : role;
}

/** Where a role changes since its time is over, or has begun. */
function turnOfRole(
  { roleFrom, roleUntil, roleThen, role, reason }: DeclaredPerson,
  held: AppliedPerson,
  now: number,
): Pick<RoleChange, "ended" | "began"> {
  const phase = phaseOf(now, roleFrom, roleUntil);
  if (phase === "after" && roleUntil !== undefined) {
    const promised = held.roleUntil === roleUntil && held.roleThen === roleThen;
    return { ended: { at: roleUntil, reason, promised } };
  }
  if (phase !== "during" || roleFrom === undefined) return {};
  const began: Began = { at: roleFrom, promised: held.roleFrom === roleFrom && held.timedRole === role };
  return { began };
}
