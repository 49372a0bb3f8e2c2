import { z } from "zod";
import { foldEmail } from "../model/email";
import { liveProfile, type Profile, profileOf } from "../model/profile";
import { fullName, type User } from "../model/record";
import { ROLES } from "../model/role";
import {
  concealed,
  email,
  flag,
  foundProfileShape,
  list,
  oneOf,
  optional,
  orUnknown,
  profileShape,
  text,
} from "./fields";
import { type AppliedPerson, ON_REMOVE } from "./person";
import type { Properties } from "./properties";

/** What a program may say of a NotionUser. */
export const userInputsSchema = z.strictObject({
  userName: orUnknown(email),
  formerUserName: optional(email),
  userId: optional(text),
  ...profileShape,
  initialRole: optional(oneOf(ROLES)),
  adopt: optional(flag),
  onRemove: optional(oneOf(ON_REMOVE)),
  concealed,
});
export type UserInputs = z.infer<typeof userInputsSchema> & Profile;

const notesShape = {
  /** True when the person was a member before this resource was created. */
  adopted: z.boolean(),
  /** The initial role could not be given yet: the next update gives the one that is declared then. */
  roleOwed: z.exactOptional(z.literal(true)),
  /** Taking over failed half-way, and no update has succeeded since: deleting the resource leaves the person. */
  unsettled: z.exactOptional(z.literal(true)),
  /** The account that has the address by now, where a refresh found that this one is gone. */
  reinvited: z.exactOptional(z.string()),
  /** Notion added them as inactive, and cannot make them active: nobody deactivated them. */
  addedInactive: z.exactOptional(z.literal(true)),
  /** Since which day (UTC) the account is known here under this e-mail. */
  since: z.exactOptional(z.string()),
};
const notes = z.strictObject(notesShape);
/** What the state notes of how it came about, beside how the member is. */
export type Notes = z.infer<typeof notes>;

const ownShape = {
  ...notesShape,
  /** False for a member whom somebody deactivated. */
  active: z.boolean(),
  /** Outputs that the program did not declare; they are shown and never compared. */
  unmanaged: z.exactOptional(z.tuple([z.literal("name")])),
  /** The e-mail that was declared, while the member has another one. */
  declaredUserName: z.exactOptional(z.string()),
  /** What the last write found otherwise than declared, and left for a preview to show. */
  found: z.exactOptional(z.array(z.string())),
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
  concealed: z.exactOptional(list(z.string())),
  ...ownShape,
  /** False for a member whom the program only reads. */
  managed: z.exactOptional(z.literal(false)),
});
export type UserOutputs = z.infer<typeof userSchema>;

/** What stands of the e-mail in the state, under another name than the program has for it. */
export const BESIDE_EMAIL = ["declaredUserName"] as const satisfies readonly (keyof UserOutputs)[];

const OWN = new Set(Object.keys(ownShape));

/** The properties that the program declared, out of what the state holds. */
export function declaredInputs(props: object): Partial<UserInputs> {
  const { unmanaged } = props as Partial<UserOutputs>;
  return Object.fromEntries(
    Object.entries(props).filter(([key]) => !OWN.has(key) && !(key === "name" && unmanaged !== undefined)),
  ) as Partial<UserInputs>;
}

/** The member as they are. */
export function outputs(inputs: UserInputs, user: User, notes: Notes): UserOutputs {
  const live = liveProfile(inputs, user);
  return {
    ...inputs,
    ...live,
    ...(inputs.name === undefined ? { name: { formatted: fullName(user) }, unmanaged: ["name"] } : {}),
    active: user.active ?? true,
    ...notes,
    ...(live.userName === inputs.userName ? {} : { declaredUserName: inputs.userName }),
  } as UserOutputs;
}

/** What an update without a request keeps of the old outputs. */
export function carriedOver(
  olds: UserOutputs,
  inputs: UserInputs,
): Omit<UserOutputs, keyof UserInputs> & { name: UserOutputs["name"] } {
  const { formatted, givenName, familyName } = olds.name;
  const shown = formatted ?? [givenName, familyName].filter(Boolean).join(" ");
  return {
    active: olds.active,
    adopted: olds.adopted,
    ...(olds.addedInactive && { addedInactive: olds.addedInactive }),
    ...(inputs.name === undefined
      ? { name: { formatted: shown }, unmanaged: ["name"] as ["name"] }
      : { name: inputs.name }),
  };
}

/** Whether somebody deactivated a member who was active. */
export function isDeactivated({ active, addedInactive }: Properties): boolean {
  return active === false && addedInactive === undefined;
}

/**
 * The member as this resource has them, by the e-mail that it declares for them.
 * @param inputs what was declared when they were written last
 */
export function toApplied(
  state: Properties,
  inputs: Properties,
): { email: string | undefined; person: AppliedPerson } {
  const { userName, declaredUserName, onRemove, since } = state as Partial<UserOutputs>;
  const { userName: _, ...profile } = profileOf(declaredInputs(state));
  const written = typeof inputs.userName === "string" ? foldEmail(inputs.userName) : undefined;
  const email = declaredUserName ?? written;
  const found = typeof userName === "string" && written === email ? foldEmail(userName) : email;
  return {
    email,
    person: {
      ...profile,
      ...(found !== undefined && found !== email && { userName: found }),
      // Whoever was added as inactive was deactivated by nobody.
      ...(isDeactivated(state) && { active: false as const }),
      ...(typeof onRemove === "string" && { onRemove }),
      ...(typeof since === "string" && { since }),
    },
  };
}

/** Whether the program never had the member: taking them over has failed. */
export const isNeverAdopted = ({ unsettled }: Properties) => unsettled === true;

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
