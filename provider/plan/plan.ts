import { isDeepStrictEqual } from "node:util";
import { PROFILE_ATTRIBUTES } from "../member/attributes";
import { foldEmail } from "../member/email";
import { carriedOut } from "./email-changes";
import { identify } from "./identity";
import { inOrder } from "./order";
import {
  type Applied,
  type AppliedPerson,
  type Declaration,
  type DeclaredPerson,
  type Elsewhere,
  NOBODY_ELSEWHERE,
  TREATMENT,
} from "./people";
import type { Began, Ended, FieldChange, RoleChange, Step } from "./step";
import { membershipPhase, phaseOf, roleAt } from "./times";
import { unmanagedLeave } from "./unmanaged";

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
 * stands in neither of the two; whoever is as declared has no step.
 * @param now milliseconds since 1970
 * @param elsewhere those whom other resources of the program declare: they stay
 */
export function plan(
  applied: Applied,
  declared: Declaration,
  now: number,
  elsewhere: Elsewhere = NOBODY_ELSEWHERE,
): Plan {
  // Who somebody is has nothing to do with their time: an account stays theirs when it is over.
  const { heldAs, contradictions, unclear } = identify(applied, declared.people);
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
  for (const [email, person] of Object.entries(applied.people)) {
    if (kept.has(email)) continue;
    const onRemove = person.onRemove ?? declared.onRemove ?? applied.onRemove ?? "remove";
    const ended = endOfMembership(declared.people[rowOf.get(email) ?? email], person, now);
    steps.push({
      kind: "leave",
      email,
      role: person.role,
      how: isElsewhere(email, person, applied.ids[email], elsewhere) ? "moves" : onRemove,
      stranger: false,
      ...(person.was?.role !== undefined && person.was.role !== person.role && { drifted: true as const }),
      ...(ended && { ended }),
    });
  }
  steps.push(...unmanagedLeave(applied, declared, now, elsewhere));
  return { steps: inOrder(steps), heldAs, contradictions, unclear };
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
  const { gone, strangers, reinvited, outside, since } = applied;
  const role = roleAt(person, now);
  const { id, from, formerUserName: former } = person;
  const waited = outside?.[email];
  const isNew = since === undefined && Object.keys(applied.people).length === 0;
  return {
    kind: "join",
    email,
    role,
    ...(id !== undefined && { id }),
    wasRemoved: [email, ...(former === undefined ? [] : [former])].some((each) =>
      Object.hasOwn(gone ?? {}, each),
    ),
    held: strangers?.[email]?.role ?? reinvited?.[email]?.role,
    ...(reinvited?.[email] !== undefined && { reinvited: true as const }),
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
  const { was = {}, unsure = [] } = held;
  // Only what is declared as it was: where the program says something else by now, the change is its own.
  const drifted = (field: keyof typeof was, to: unknown) =>
    Object.hasOwn(was, field) && isDeepStrictEqual(was[field], to);
  const notes: FieldChange[] = [];
  const changes: FieldChange[] = [];

  const address = held.userName ?? key;
  if (address !== email) {
    const isTheirs = held.userName !== undefined && key === email && !unsure.includes("userName");
    changes.push({ field: "userName", from: address, to: email, drifted: isTheirs });
  }
  for (const field of PROFILE_ATTRIBUTES) {
    const [from, to] = [held[field], wanted[field]];
    if (isDeepStrictEqual(from, to)) continue;
    (to === undefined ? notes : changes).push({ field, from, to, drifted: drifted(field, to) });
  }
  for (const field of TREATMENT) {
    if (held[field] !== wanted[field]) {
      notes.push({ field, from: held[field], to: wanted[field], drifted: false });
    }
  }
  const timedRole = timedRoleOf(wanted);
  if (held.timedRole !== timedRole && held.timedRole !== undefined && timedRole !== undefined)
    notes.push({ field: "timedRole", from: held.timedRole, to: timedRole, drifted: false });
  const role = roleAt(wanted, now);
  // Set back before, and found changed again: something else writes it.
  const again = held.setBack === undefined ? {} : { again: true as const };
  if (role === undefined) {
    if (held.role !== undefined)
      notes.push({ field: "role", from: held.role, to: undefined, drifted: false });
  } else if (held.role !== role) {
    const isDrift = drifted("role", role);
    steps.push({
      kind: "role",
      email,
      from: held.role,
      to: role,
      drifted: isDrift,
      // What was carried out and is otherwise by now is no end that is reached once more.
      ...(isDrift ? again : turnOfRole(wanted, held, now)),
    });
  }
  // Declared under the address that Notion has for them by now: the state follows, and nothing is sent.
  if (address === email && key !== email) {
    notes.push({ field: "userName", from: key, to: email, drifted: false });
  }
  if (held.active === false && held.addedInactive === undefined) steps.push({ kind: "activation", email });
  if (changes.length > 0) {
    // Of an e-mail that a refresh found it is not known since when.
    const since = address === email || held.userName !== undefined ? undefined : (held.since ?? appliedSince);
    steps.push({
      kind: "profile",
      email,
      changes,
      ...(since !== undefined && { since }),
      ...(changes.some(({ drifted: isDrift }) => isDrift) && again),
    });
  }
  if (notes.length > 0) steps.push({ kind: "note", email, changes: notes });
  return steps;
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
