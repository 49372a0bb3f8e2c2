import { isDeepStrictEqual } from "node:util";
import { PROFILE_ATTRIBUTES } from "../member/attributes";
import { domainOf, foldEmail } from "../member/email";
import { isDemotion } from "../member/role";
import { inOrder } from "./order";
import { type Applied, type AppliedPerson, type Declaration, type DeclaredPerson, TREATMENT } from "./people";
import type { Ended, FieldChange, Leave, RoleChange, Step } from "./step";
import { membershipPhase, phaseOf, roleAt } from "./times";

/** What is to happen, in the order in which it is carried out, and what speaks against planning at all. */
export interface Plan {
  steps: Step[];
  /** The e-mail under which the state holds each declared person who is in it. */
  heldAs: ReadonlyMap<string, string>;
  /** What cannot be meant, a sentence each. */
  contradictions: string[];
}

const NOBODY: ReadonlySet<string> = new Set();

/**
 * Pure: what has to happen so that what is applied becomes what is declared at this moment. Nobody is touched who
 * stands in neither of the two; whoever is as declared has no step.
 * @param now milliseconds since 1970
 * @param elsewhere those whom other resources of the program declare, by folded e-mail: they stay
 */
export function plan(
  applied: Applied,
  declared: Declaration,
  now: number,
  elsewhere: ReadonlySet<string> = NOBODY,
): Plan {
  // Before and after their time people are as if not declared.
  const present = Object.fromEntries(
    Object.entries(declared.people).filter(([, person]) => membershipPhase(person, now) === "during"),
  );
  const { heldAs, contradictions } = identify(applied, present);
  const steps: Step[] = [];
  for (const [email, person] of Object.entries(present)) {
    const key = heldAs.get(email);
    const held = key === undefined ? undefined : applied.people[key];
    if (key === undefined || held === undefined) steps.push(join(email, person, applied, now));
    else steps.push(...differences(email, person, held, key, now));
  }
  const kept = new Set(heldAs.values());
  for (const [email, person] of Object.entries(applied.people)) {
    if (kept.has(email)) continue;
    const onRemove = person.onRemove ?? declared.onRemove ?? applied.onRemove ?? "remove";
    const stays = elsewhere.has(foldEmail(person.userName ?? email)) || elsewhere.has(email);
    const ended = endOfMembership(declared.people[email], person, now);
    steps.push({
      kind: "leave",
      email,
      role: person.role,
      how: stays ? "moves" : onRemove,
      stranger: false,
      ...(ended && { ended }),
    });
  }
  steps.push(...strangersLeave(applied, declared, elsewhere));
  return { steps: inOrder(steps), heldAs, contradictions };
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

/**
 * Who of the declared is who of the applied: by e-mail; by the e-mail that they had before, if the program says
 * so; or by the e-mail that a refresh found, if the program declares just that.
 */
function identify({ people: applied, strangers = {} }: Applied, declared: Declaration["people"]) {
  const heldAs = new Map<string, string>();
  const contradictions: string[] = [];
  const taken = new Map<string, string>();
  const take = (email: string, key: string) => {
    const other = taken.get(key);
    if (other === undefined) {
      taken.set(key, email);
      heldAs.set(email, key);
    } else
      contradictions.push(
        `${email} and ${other} both say formerUserName ${key}. Only one of the two can be that person.`,
      );
  };
  const foundAs = new Map(
    Object.entries(applied).flatMap(([key, { userName }]) =>
      userName === undefined ? [] : [[userName, key]],
    ),
  );
  const has = (people: object, email: string) => Object.hasOwn(people, email);

  for (const [email, { formerUserName: former }] of Object.entries(declared)) {
    if (former === undefined || former === email || !has(applied, former)) continue;
    if (has(strangers, email)) {
      contradictions.push(
        `${email} says formerUserName ${former}, and ${email} is a member of the workspace already, another one than ${former}. ` +
          "Take formerUserName out, or settle in Notion which of the two accounts is right.",
      );
    } else if (!has(applied, email)) take(email, former);
    else if (!has(declared, former)) {
      contradictions.push(
        `${email} says formerUserName ${former}, and both addresses are of people whom the program has declared. ` +
          `If ${former} is to leave, take formerUserName out; else declare ${former} again.`,
      );
    }
  }
  for (const email of Object.keys(declared)) {
    if (heldAs.has(email)) continue;
    const found = foundAs.get(email);
    if (has(applied, email)) {
      if (!taken.has(email)) take(email, email);
    } else if (found !== undefined && !has(declared, found) && !taken.has(found)) take(email, found);
  }
  return { heldAs, contradictions };
}

function join(email: string, person: DeclaredPerson, { gone, strangers }: Applied, now: number): Step {
  return {
    kind: "join",
    email,
    role: roleAt(person, now),
    former: person.formerUserName,
    wasRemoved: gone?.includes(email) ?? false,
    held: strangers?.[email]?.role,
  };
}

/** What is otherwise about somebody who is in the state. */
function differences(
  email: string,
  wanted: DeclaredPerson,
  held: AppliedPerson,
  key: string,
  now: number,
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
  const role = roleAt(wanted, now);
  if (role === undefined) {
    if (held.role !== undefined)
      notes.push({ field: "role", from: held.role, to: undefined, drifted: false });
  } else if (held.role !== role) {
    steps.push({
      kind: "role",
      email,
      from: held.role,
      to: role,
      drifted: drifted("role", role),
      ...turnOfRole(wanted, held, now),
    });
  }
  // Declared under the address that Notion has for them by now: the state follows, and nothing is sent.
  if (address === email && key !== email) {
    notes.push({ field: "userName", from: key, to: email, drifted: false });
  }
  if (held.active === false) steps.push({ kind: "activation", email });
  if (changes.length > 0) steps.push({ kind: "profile", email, changes });
  if (notes.length > 0) steps.push({ kind: "note", email, changes: notes });
  return steps;
}

/** Where a role changes since its time is over, or has begun. */
function turnOfRole(
  { roleFrom, roleUntil, reason }: DeclaredPerson,
  held: AppliedPerson,
  now: number,
): Pick<RoleChange, "ended" | "began"> {
  const phase = phaseOf(now, roleFrom, roleUntil);
  if (phase === "after" && roleUntil !== undefined) {
    return { ended: { at: roleUntil, reason, promised: held.roleUntil === roleUntil } };
  }
  return phase === "during" && roleFrom !== undefined ? { began: roleFrom } : {};
}

function strangersLeave(
  { strangers = {} }: Applied,
  { people, undeclared = "ignore", except = [] }: Declaration,
  elsewhere: ReadonlySet<string>,
): Leave[] {
  if (undeclared !== "restrict" && undeclared !== "remove") return [];
  return Object.entries(strangers).flatMap(([email, { role, unseen }]) => {
    const stays =
      unseen === true ||
      Object.hasOwn(people, email) ||
      elsewhere.has(email) ||
      isExcepted(email, except) ||
      (undeclared === "restrict" && !isDemotion(role, "restricted_member"));
    return stays ? [] : [{ kind: "leave", email, role, how: undeclared, stranger: true }];
  });
}

/** Whether an address is one of the patterns: itself, or `*@` and its domain. */
export function isExcepted(email: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const folded = foldEmail(pattern);
    return folded.startsWith("*@") ? domainOf(email) === folded.slice(2) : folded === email;
  });
}
