import { isDeepStrictEqual } from "node:util";
import { PROFILE_ATTRIBUTES } from "../../member/attributes";
import { emailOf } from "../../member/email";
import { liveProfile, type Profile } from "../../member/profile";
import { roleOf, type User } from "../../member/record";
import { LOWEST_ROLE } from "../../member/role";
import {
  type AppliedPerson,
  type DeclaredPerson,
  type Stranger,
  TREATMENT,
  type Treatment,
  type Unanswered,
} from "../../plan/people";
import type { Step } from "../../plan/step";
import { roleAt } from "../../plan/times";
import type { Concealed } from "../../plan/words";
import type { WorkspaceInputs, WorkspaceOutputs } from "../../plan/workspace";

/** What the state keeps of a person beside how they are in Notion and what is declared of them. */
const KEPT = ["timedRole", "since", "setBack"] as const satisfies readonly (keyof AppliedPerson)[];
type Kept = Pick<AppliedPerson, (typeof KEPT)[number]>;

/** A declared person as Notion has them: of all that is declared the value there, and what is kept of them. */
export function recordOf(
  email: string,
  declared: DeclaredPerson | AppliedPerson,
  user: User,
  kept: Kept = {},
): AppliedPerson {
  const { userName: _, ...live } = liveProfile(profileFrom(email, declared), user);
  const address = emailOf(user);
  const { id } = declared;
  return {
    ...live,
    ...(declared.role === undefined ? {} : { role: roleOf(user) ?? "" }),
    ...treatmentOf(declared),
    ...keptOf(kept),
    // Invited again, they have another account than the one that is declared.
    ...(id === undefined || id === user.id ? {} : { id }),
    ...(address === email ? {} : { userName: address }),
    ...(user.active === false ? { active: false } : {}),
  };
}

/**
 * Pure: the people without what the program made secret and does not declare in just this place: the engine conceals
 * what has a secret beside it in the inputs, and keeps all else in clear. Somebody whose removal failed has none
 * there.
 * @param before what was concealed when they were written last
 * @param heldAs the e-mail under which each declared person was held
 */
export function withoutUncovered(
  people: WorkspaceOutputs["people"],
  before: Concealed,
  { people: declared, concealed = {} }: WorkspaceInputs,
  heldAs: ReadonlyMap<string, string>,
): WorkspaceOutputs["people"] {
  const secret = (email: string) => [
    ...(before[email] ?? []),
    ...(before[heldAs.get(email) ?? email] ?? []),
    ...(concealed[email] ?? []),
  ];
  return Object.fromEntries(
    Object.entries(people).map(([email, person]) => {
      const uncovered = secret(email).filter((field) => !Object.hasOwn(declared[email] ?? {}, field));
      return [email, uncovered.length === 0 ? person : without(person, uncovered)];
    }),
  );
}

/** Pure: what a step writes of a person: fields, `userName` and `membership` among them. */
export function writtenBy(step: Step): string[] {
  switch (step.kind) {
    case "join":
      return ["role", ...PROFILE_ATTRIBUTES];
    case "role":
      return ["role"];
    case "profile":
      return step.changes.map(({ field }) => field);
    case "leave":
      return step.how === "remove" ? ["membership"] : step.how === "restrict" ? ["role"] : [];
    case "activation":
    case "check":
    case "note":
      return [];
  }
}

/** Pure: what is kept of a write that got no answer, with what an earlier one left in doubt. */
export function unansweredBy(step: Step, email: string, before: Unanswered = { fields: [] }): Unanswered {
  const fields = [...new Set([...before.fields, ...writtenBy(step)])].sort();
  const role =
    step.kind === "role"
      ? step.to
      : step.kind === "leave" && step.how === "restrict"
        ? LOWEST_ROLE
        : undefined;
  const isEmail = step.kind === "profile" && step.changes.some(({ field }) => field === "userName");
  return { ...before, fields, ...(role !== undefined && { role }), ...(isEmail && { userName: email }) };
}

/**
 * Pure: a person as they are; what is otherwise than it was written is noted with what it was.
 * @param concealed what is secret: the engine keeps it so in its own place and nowhere else, so it is not noted
 */
export function foundAs(
  email: string,
  held: AppliedPerson,
  user: User,
  concealed: readonly string[] = [],
): AppliedPerson {
  const { was = {}, unsure = [], setBack = [], addedInactive, unanswered: _, ...shown } = held;
  const written: AppliedPerson = { ...shown, ...was };
  if (!("active" in was)) delete written.active;
  const live = recordOf(email, written, user, written);
  const isTheirs = (key: keyof typeof written) =>
    unsure.includes(key)
      ? // What a failed run may have written is its own doing; what stands as it was found before is not.
        Object.hasOwn(was, key) && isDeepStrictEqual(live[key], shown[key as keyof typeof shown])
      : !isDeepStrictEqual(written[key], live[key]);
  const differing = Object.entries(written).filter(
    ([key]) =>
      key !== "userName" && key !== "id" && !concealed.includes(key) && isTheirs(key as keyof typeof written),
  );
  const found = new Set([
    ...differing.map(([key]) => key),
    ...(live.userName === undefined ? [] : ["userName"]),
    ...(live.active === false ? ["active"] : []),
    // Another stack that removes them does so every other run only: it names them first.
    "membership",
  ]);
  // That it was set back is of note only as long as it is changed again.
  const again = setBack.filter((field) => found.has(field));
  return {
    ...live,
    // Whoever became active is deactivated by somebody if they are not so later.
    ...(live.active === false && addedInactive !== undefined && { addedInactive }),
    ...(differing.length > 0 && { was: Object.fromEntries(differing) }),
    ...(again.length > 0 && { setBack: again }),
    // An e-mail that is otherwise stays in doubt until it is written.
    ...(live.userName !== undefined && unsure.includes("userName") && { unsure: ["userName"] }),
  };
}

/**
 * Pure: the people without what a refresh found otherwise and the program declares as it is by now: that is
 * accepted, and whatever becomes of it later counts from there.
 */
export function withoutAccepted(
  people: WorkspaceOutputs["people"],
  declared: WorkspaceInputs["people"],
  now: number,
): WorkspaceOutputs["people"] {
  return Object.fromEntries(
    Object.entries(people).map(([email, { was, ...found }]) => {
      const wanted = { ...declared[email], role: roleAt(declared[email] ?? {}, now) };
      const left = Object.entries(was ?? {}).filter(
        ([key]) => !isDeepStrictEqual(found[key as keyof typeof found], wanted[key as keyof typeof wanted]),
      );
      return [email, { ...found, ...(left.length > 0 && { was: Object.fromEntries(left) }) }];
    }),
  );
}

/** What is kept of a person, as far as there is any. */
export function keptOf(person: Kept): Kept {
  return Object.fromEntries(KEPT.flatMap((key) => (person[key] === undefined ? [] : [[key, person[key]]])));
}

/** An object without some of its keys. */
export function without<T extends object>(object: T, keys: readonly string[]): T {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key))) as T;
}

/** How a person is treated, as far as it is said. */
export function treatmentOf(person: Treatment): Treatment {
  return Object.fromEntries(
    TREATMENT.flatMap((key) => (person[key] === undefined ? [] : [[key, person[key]]])),
  );
}

/** The profile of a declared person: the e-mail, and the attributes that are declared. */
export function profileFrom(email: string, person: DeclaredPerson | AppliedPerson): Profile {
  const declared = PROFILE_ATTRIBUTES.flatMap((key) =>
    person[key] === undefined ? [] : [[key, person[key]]],
  );
  return { userName: email, ...Object.fromEntries(declared) };
}

/** A member whom the program does not declare, as the state keeps them. */
export function strangerOf(user: User): Stranger {
  const role = roleOf(user);
  return { id: user.id, ...(role === undefined ? {} : { role }) };
}
