import { PROFILE_ATTRIBUTES } from "../../member/attributes";
import { emailOf } from "../../member/email";
import { liveProfile, type Profile } from "../../member/profile";
import { roleOf, type User } from "../../member/record";
import {
  type AppliedPerson,
  type DeclaredPerson,
  type Stranger,
  TREATMENT,
  type Treatment,
} from "../../plan/people";
import type { Concealed } from "../../plan/words";
import type { WorkspaceInputs, WorkspaceOutputs } from "../../plan/workspace";

/** A declared person as Notion has them: of all that is declared the value there, and nothing else. */
export function recordOf(email: string, declared: DeclaredPerson | AppliedPerson, user: User): AppliedPerson {
  const { userName: _, ...live } = liveProfile(profileFrom(email, declared), user);
  const address = emailOf(user);
  return {
    ...live,
    ...(declared.role === undefined ? {} : { role: roleOf(user) ?? "" }),
    ...treatmentOf(declared),
    ...(address === email ? {} : { userName: address }),
    ...(user.active === false ? { active: false } : {}),
  };
}

/**
 * Pure: the people without what the program made secret and does not declare in just this place: the engine conceals
 * what has a secret beside it in the inputs, and keeps all else in clear. Somebody whose removal failed has none there,
 * nor has whoever is still under a former e-mail.
 * @param before what was concealed when they were written last
 * @param heldAs the e-mail under which each declared person was held
 */
export function withoutUncovered(
  people: WorkspaceOutputs["people"],
  before: Concealed,
  { people: declared, concealed = {} }: WorkspaceInputs,
  heldAs: ReadonlyMap<string, string>,
): WorkspaceOutputs["people"] {
  const renamed = new Map([...heldAs].map(([email, key]) => [key, email]));
  const secret = (email: string) => [
    ...(before[email] ?? []),
    ...(concealed[renamed.get(email) ?? email] ?? []),
  ];
  return Object.fromEntries(
    Object.entries(people).map(([email, person]) => {
      const uncovered = secret(email).filter((field) => !Object.hasOwn(declared[email] ?? {}, field));
      return [email, uncovered.length === 0 ? person : without(person, uncovered)];
    }),
  );
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
