import { isDeepStrictEqual } from "node:util";
import { PROFILE_ATTRIBUTES } from "../model/attributes";
import { isDemotion } from "../model/role";
import { type AppliedPerson, type DeclaredPerson, TREATMENT } from "../state/person";
import type { Applied } from "../state/world";
import { carriedOut } from "./email-changes";
import type { Began, FieldChange, RoleChange, Step } from "./step";
import { phaseOf, roleAt, timedRoleOf } from "./times";

/** What happens to a declared person who is not in the state. */
export function join(email: string, person: DeclaredPerson, applied: Applied, now: number): Step {
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

/** What differs about a person who is in the state. */
export function differences(
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
 * The role that a person has, and the other one that they may have, since the write of one of the two got no answer:
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
