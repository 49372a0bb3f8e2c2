import { PROFILE_ATTRIBUTES } from "../../member/attributes";
import { emailOf } from "../../member/email";
import { liveProfile, type Profile } from "../../member/profile";
import { roleOf, type User } from "../../member/record";
import type { LimitName } from "../../plan/limits";
import type { Allowed } from "../../plan/objections";
import {
  type Applied,
  type AppliedPerson,
  type DeclaredPerson,
  type OnRemove,
  type Stranger,
  TREATMENT,
  type Treatment,
  type Undeclared,
} from "../../plan/people";
import type { Concealed } from "../../plan/words";

/** What is said of the workspace as a whole, and kept, so that removals later are judged by it. */
export interface WorkspaceSettings {
  limits?: Allowed & Partial<Record<LimitName, number | string>>;
  onRemove?: OnRemove;
  protect?: boolean;
  undeclared?: Undeclared;
  /** Of the undeclared, whom to leave alone. */
  except?: string[];
  /** Attributes that the program made secret, by e-mail. */
  concealed?: Concealed;
}

/** What a program says of a NotionWorkspace, as check leaves it. */
export interface WorkspaceInputs extends WorkspaceSettings {
  /** By folded e-mail. */
  people: Record<string, DeclaredPerson>;
}

/** What the state keeps of a workspace. `people` is of the inputs' shape, so that the engine finds what is secret in it. */
export interface WorkspaceOutputs extends WorkspaceSettings {
  people: Record<string, AppliedPerson>;
  /** Notion's ids of these people. */
  ids: Record<string, string>;
  /** E-mails of those whom a refresh did not find any more. */
  gone?: string[];
  /** In the workspace and not declared, as the last refresh counted them. */
  others?: number;
  /** Who they are, where `undeclared` asks for it. */
  strangers?: Record<string, Stranger>;
}

export const SETTINGS = ["limits", "onRemove", "protect", "undeclared", "except", "concealed"] as const;

/** The state of a run that began without a refresh: its preview has shown everybody whom an earlier one found. */
export function asShown({ strangers, ...state }: WorkspaceOutputs): WorkspaceOutputs {
  if (strangers === undefined) return state;
  const shown = Object.entries(strangers).map(([email, { unseen: _, ...stranger }]) => [email, stranger]);
  return { ...state, strangers: Object.fromEntries(shown) };
}

/** The settings alone. */
export function settingsOf(properties: WorkspaceSettings): WorkspaceSettings {
  return Object.fromEntries(
    SETTINGS.flatMap((key) => (properties[key] === undefined ? [] : [[key, properties[key]]])),
  );
}

/** What the plan takes of the state. */
export function appliedOf({ people, ids, gone, strangers, onRemove, protect }: WorkspaceOutputs): Applied {
  return {
    people,
    ids,
    ...(gone && { gone }),
    ...(strangers && { strangers }),
    ...(onRemove && { onRemove }),
    ...(protect !== undefined && { protect }),
  };
}

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
