import { isDeepStrictEqual } from "node:util";
import { PROFILE_ATTRIBUTES } from "../member/attributes";
import { domainOf, foldEmail } from "../member/email";
import { isDemotion, type Role } from "../member/role";
import { inOrder } from "./order";
import type { Applied, AppliedPerson, Declaration, DeclaredPerson, OnRemove } from "./people";
import type { FieldChange, Leave, Step } from "./step";

/** What is to happen, in the order in which it is carried out, and what speaks against planning at all. */
export interface Plan {
  steps: Step[];
  /** The e-mail under which the state holds each declared person who is in it. */
  heldAs: ReadonlyMap<string, string>;
  /** What cannot be meant, a sentence each. */
  contradictions: string[];
}

const NOBODY: ReadonlySet<string> = new Set();
const TREATMENT = ["onRemove", "protect"] as const;

/**
 * Pure: what has to happen so that what is applied becomes what is declared. Nobody is touched who stands in
 * neither of the two; whoever is as declared has no step.
 * @param elsewhere those whom other resources of the program declare, by folded e-mail: they stay
 */
export function plan(applied: Applied, declared: Declaration, elsewhere: ReadonlySet<string> = NOBODY): Plan {
  const { heldAs, contradictions } = identify(applied, declared);
  const steps: Step[] = [];
  for (const [email, person] of Object.entries(declared.people)) {
    const key = heldAs.get(email);
    const held = key === undefined ? undefined : applied.people[key];
    if (key === undefined || held === undefined) steps.push(join(email, person, applied));
    else steps.push(...differences(email, person, held, key));
  }
  const kept = new Set(heldAs.values());
  for (const [email, person] of Object.entries(applied.people)) {
    if (kept.has(email)) continue;
    const onRemove = person.onRemove ?? applied.onRemove ?? "remove";
    const how =
      elsewhere.has(foldEmail(person.userName ?? email)) || elsewhere.has(email) ? "moves" : onRemove;
    steps.push({ kind: "leave", email, role: person.role, how, stranger: false });
  }
  steps.push(...strangersLeave(applied, declared, elsewhere));
  return { steps: inOrder(steps), heldAs, contradictions };
}

/**
 * Who of the declared is who of the applied: by e-mail; by the e-mail that they had before, if the program says
 * so; or by the e-mail that a refresh found, if the program declares just that.
 */
function identify({ people: applied, strangers = {} }: Applied, { people: declared }: Declaration) {
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

function join(email: string, { role, formerUserName }: DeclaredPerson, { gone, strangers }: Applied): Step {
  return {
    kind: "join",
    email,
    role,
    former: formerUserName,
    wasRemoved: gone?.includes(email) ?? false,
    held: strangers?.[email]?.role,
  };
}

/** What is otherwise about somebody who is in the state. */
function differences(email: string, wanted: DeclaredPerson, held: AppliedPerson, key: string): Step[] {
  const steps: Step[] = [];
  const was: AppliedPerson = held.was ?? {};
  const drifted = (field: string) => Object.hasOwn(was, field);
  const notes: FieldChange[] = [];
  const changes: FieldChange[] = [];

  const address = held.userName ?? key;
  if (address !== email) {
    changes.push({ field: "userName", from: address, to: email, drifted: held.userName !== undefined });
  }
  for (const field of PROFILE_ATTRIBUTES) {
    const [from, to] = [held[field], wanted[field]];
    if (isDeepStrictEqual(from, to)) continue;
    (to === undefined ? notes : changes).push({ field, from, to, drifted: drifted(field) });
  }
  for (const field of TREATMENT) {
    if (held[field] !== wanted[field]) {
      notes.push({ field, from: held[field], to: wanted[field], drifted: false });
    }
  }
  if (wanted.role === undefined) {
    if (held.role !== undefined)
      notes.push({ field: "role", from: held.role, to: undefined, drifted: false });
  } else if (held.role !== wanted.role) {
    steps.push({ kind: "role", email, from: held.role, to: wanted.role, drifted: drifted("role") });
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

/** What `onRemove` makes of somebody's role, where the membership stays. */
export function roleAfterLeaving(how: Leave["how"] | OnRemove): Role | undefined {
  return how === "restrict" ? "restricted_member" : undefined;
}
