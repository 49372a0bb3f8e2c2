import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { PROFILE_ATTRIBUTES } from "../model/attributes";
import { type Profile, profileOf } from "../model/profile";
import type { User } from "../model/record";
import { ROLES } from "../model/role";
import {
  email,
  flag,
  foundProfileShape,
  list,
  oneOf,
  optional,
  orUnknown,
  profileShape,
  redacted,
  text,
} from "./fields";
import {
  type AppliedMember,
  type AppliedPerson,
  type DeclaredPerson,
  foundAs,
  ON_REMOVE,
  unanswered,
} from "./person";
import { differIn, type Properties, pick, without } from "./properties";

/** What a program may say of a NotionUser. */
export const userInputsSchema = z.strictObject({
  userName: orUnknown(email),
  formerUserName: optional(email),
  userId: optional(text),
  ...profileShape,
  initialRole: optional(oneOf(ROLES)),
  adopt: optional(flag),
  onRemove: optional(oneOf(ON_REMOVE)),
  redacted,
});
export type UserInputs = z.infer<typeof userInputsSchema> & Profile;

const notesShape = {
  /** True when the person was a member before this resource was created. */
  adopted: z.boolean(),
  /** The initial role could not be given yet: the next update gives the one that is declared then. */
  initialRolePending: z.exactOptional(z.literal(true)),
  /** Adopting failed half-way, and no update has succeeded since: deleting the resource leaves the person. */
  adoptionIncomplete: z.exactOptional(z.literal(true)),
  /** The account that has the e-mail now, if a refresh found this one gone. */
  reinvited: z.exactOptional(z.string()),
};
const notes = z.strictObject(notesShape);
/** What the state notes of how it came about, beside how the member is. */
export type Notes = z.infer<typeof notes>;

const ownShape = {
  ...notesShape,
  /** The role that they have while the initial role is pending. */
  role: z.exactOptional(z.string()),
  /** False for a deactivated member. */
  active: z.boolean(),
  /** Notion added them as inactive, and cannot make them active: nobody deactivated them. */
  addedInactive: z.exactOptional(z.literal(true)),
  /** Since which day (UTC) the account is known here under this e-mail. */
  since: z.exactOptional(z.string()),
  /** Outputs that the program did not declare; they are shown and never compared. */
  unmanaged: z.exactOptional(z.tuple([z.literal("name")])),
  /** The e-mail that was declared, while the member has another one. */
  declaredUserName: z.exactOptional(z.string()),
  /** What was written last, of the attributes that a refresh or a write has found otherwise. */
  lastApplied: z.exactOptional(z.strictObject(foundProfileShape)),
  /** What a run tried to write and failed at: what is found there may be its own doing. */
  uncertain: z.exactOptional(z.array(z.string())),
  /** What of it got no answer. */
  unanswered: z.exactOptional(unanswered),
};

/** What the state keeps of a member: the declared properties as they are in Notion, and what Notion adds. */
export const userSchema = z.strictObject({
  ...foundProfileShape,
  name: z.custom<NonNullable<Profile["name"]>>(),
  userName: z.string(),
  formerUserName: z.exactOptional(z.string()),
  userId: z.exactOptional(z.string()),
  initialRole: z.exactOptional(z.enum(ROLES)),
  adopt: z.exactOptional(z.boolean()),
  onRemove: z.exactOptional(z.enum(ON_REMOVE)),
  redacted: z.exactOptional(list(z.string())),
  ...ownShape,
  /** False for a member that the program only reads. */
  managed: z.exactOptional(z.literal(false)),
});
export type UserOutputs = z.infer<typeof userSchema>;

/** What stands of the e-mail in the state, under other names than the program has for it. */
export const BESIDE_EMAIL = [
  "declaredUserName",
  "unanswered",
] as const satisfies readonly (keyof UserOutputs)[];

const OWN = new Set(Object.keys(ownShape));

/** The properties that the program declared, out of what the state holds. */
export function declaredInputs(props: object): Partial<UserInputs> {
  const { unmanaged } = props as Partial<UserOutputs>;
  return Object.fromEntries(
    Object.entries(props).filter(([key]) => !OWN.has(key) && !(key === "name" && unmanaged !== undefined)),
  ) as Partial<UserInputs>;
}

/** What makes a difference although nothing is written by it. */
const SETTINGS = ["redacted"] as const;

/** Whether what is declared of the resource, and not of the member, is otherwise than before. */
export function settingsDiffer(state: Properties, inputs: Properties): boolean {
  return differIn(SETTINGS, state, inputs);
}

/** Whether the state has something to settle although nothing is declared otherwise. */
export function isUnsettled({
  initialRolePending,
  adoptionIncomplete,
  lastApplied,
  uncertain,
  declaredUserName,
}: Properties) {
  return [initialRolePending, adoptionIncomplete, lastApplied, uncertain, declaredUserName].some(
    (each) => each !== undefined,
  );
}

/** The person as they are declared. @param isNew whether the initial role is still to be given */
export function toDeclared(inputs: UserInputs, isNew: boolean): DeclaredPerson {
  const { userName: _, ...profile } = profileOf(inputs);
  const { onRemove, initialRole } = inputs;
  return {
    ...profile,
    ...(onRemove !== undefined && { onRemove }),
    ...(isNew && initialRole !== undefined && { role: initialRole }),
  };
}

/** The member as this resource has them. */
export function toApplied(state: Properties): AppliedMember {
  const {
    userName = "",
    declaredUserName,
    onRemove,
    since,
    role,
    addedInactive,
    ...rest
  } = state as Partial<UserOutputs>;
  const { lastApplied, uncertain, unanswered } = rest;
  const { userName: _, ...profile } = profileOf(declaredInputs(state));
  const email = declaredUserName ?? userName;
  return {
    email,
    person: {
      ...profile,
      ...(userName !== email && { userName }),
      ...(role !== undefined && { role }),
      ...(rest.active === false && { active: false as const }),
      ...(addedInactive && { addedInactive }),
      ...(onRemove !== undefined && { onRemove }),
      ...(since !== undefined && { since }),
      ...(lastApplied !== undefined && { lastApplied }),
      ...(uncertain !== undefined && { uncertain }),
      ...(unanswered !== undefined && { unanswered }),
    },
  };
}

/** The member as they are, as the state keeps them. @param shownName the whole name, where none is declared */
export function outputs(
  inputs: UserInputs,
  { email, person }: AppliedMember,
  notes: Notes,
  shownName: string,
): UserOutputs {
  const { userName = email, uncertain, unanswered, since, addedInactive } = person;
  const profile = pick(
    person,
    PROFILE_ATTRIBUTES.filter((name) => inputs[name] !== undefined),
  );
  const { role: _, ...lastApplied } = person.lastApplied ?? {};
  return {
    ...without(inputs, PROFILE_ATTRIBUTES),
    ...profile,
    userName,
    ...(profile.name === undefined && { name: { formatted: shownName }, unmanaged: ["name"] }),
    active: person.active ?? true,
    ...notes,
    ...(notes.initialRolePending && person.role !== undefined && { role: person.role }),
    ...(addedInactive && { addedInactive }),
    ...(since !== undefined && { since }),
    ...(userName !== inputs.userName && { declaredUserName: inputs.userName }),
    ...(Object.keys(lastApplied).length > 0 && { lastApplied }),
    ...(uncertain !== undefined && { uncertain }),
    ...(unanswered !== undefined && { unanswered }),
  } as UserOutputs;
}

/**
 * The member once everything declared is written: what differs even then was changed in Notion.
 * @param user as Notion showed them last; undefined where nothing was asked of Notion
 */
export function settledMember(
  inputs: UserInputs,
  person: AppliedPerson,
  user: User | undefined,
): AppliedMember {
  const email = inputs.userName;
  if (user === undefined)
    return { email, person: without(person, ["lastApplied", "uncertain", "unanswered"]) };
  const kept = pick(person, ["role", "since", "addedInactive"]);
  return { email, person: foundAs(email, { ...toDeclared(inputs, false), ...kept }, user, inputs.redacted) };
}

/** The names of what was found otherwise than it was written. */
export function foundOtherwise({ person }: AppliedMember): string[] {
  const { userName, lastApplied = {}, active, addedInactive } = person;
  return [
    ...(userName === undefined ? [] : ["userName"]),
    ...Object.keys(lastApplied),
    ...(active === false && !addedInactive ? ["active"] : []),
  ];
}

/** Whether two are the same but for what a write left in doubt. */
export function isSameApartFromDoubt(one: AppliedPerson, other: AppliedPerson): boolean {
  const [known, before] = [one, other].map((each) => without(each, ["uncertain", "unanswered"]));
  return isDeepStrictEqual(known, before);
}

/** The whole name that the state shows of a member, declared or not. */
export function shownName({ name }: Properties): string {
  const { formatted, givenName, familyName } = (name ?? {}) as NonNullable<Profile["name"]>;
  return formatted ?? [givenName, familyName].filter(Boolean).join(" ");
}

/** Whether the program never had the member: adopting them has failed. */
export const isNeverAdopted = ({ adoptionIncomplete }: Properties) => adoptionIncomplete === true;

/** A NotionUser of which some may be hidden or not known yet: what stands there, whatever it is. */
export function readUser(held: Properties) {
  const { declaredUserName, addedInactive, managed } = held;
  return {
    /** The e-mail that is declared, where the member has another one. */
    declaredEmail: declaredUserName,
    isManaged: managed !== false,
    addedInactive: addedInactive === true,
  };
}
