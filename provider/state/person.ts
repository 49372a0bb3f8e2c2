import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { PROFILE_ATTRIBUTES } from "../model/attributes";
import { emailOf } from "../model/email";
import { isMemberId, MEMBER_ID_WANTED } from "../model/id";
import { liveProfile, type Profile } from "../model/profile";
import { roleOf, type User } from "../model/record";
import { ROLES } from "../model/role";
import { email, flag, foundProfileShape, instant, list, oneOf, optional, profileShape, text } from "./fields";
import { type Properties, pick } from "./properties";

/** What happens to a person who is removed from the declaration. */
export const ON_REMOVE = ["remove", "restrict", "retain"] as const;
export type OnRemove = (typeof ON_REMOVE)[number];

const timesShape = {
  /** Before it the person is as if not declared. */
  from: optional(instant),
  /** After it the person is as if not declared, any more. */
  until: optional(instant),
  /** Before it the person has the role of `roleThen`. */
  roleFrom: optional(instant),
  /** After it the person has the role of `roleThen`. */
  roleUntil: optional(instant),
  roleThen: optional(oneOf(ROLES)),
  /** The reason for a role or a membership: a ticket, a sentence. */
  reason: optional(text),
  /** The e-mail of who approved it. */
  approvedBy: optional(email),
};
const times = z.strictObject(timesShape);
/** A time that access is for, and why: kept with the person, never sent. Instants are texts, see `model/instant.ts`. */
export type Times = z.infer<typeof times>;

const treatmentShape = { ...timesShape, onRemove: optional(oneOf(ON_REMOVE)), protect: optional(flag) };
const treatment = z.strictObject(treatmentShape);
/** The settings of a person, which only the state holds and no request sends. */
export type Treatment = z.infer<typeof treatment>;
export const TREATMENT = Object.keys(treatmentShape) as readonly (keyof Treatment)[];

const memberId = z
  .string()
  .refine(isMemberId, { error: ({ input }) => `${MEMBER_ID_WANTED}, not "${input}"` });

export const declaredPerson = z.strictObject({
  ...timesShape,
  ...profileShape,
  role: optional(oneOf(ROLES)),
  /** Notion's id: the person is this account, whatever its e-mail is. */
  id: optional(memberId),
  /** The e-mail under which the person was declared before: an instruction for one change. */
  formerUserName: optional(email),
  /** Names of groups that they are in. */
  groups: z.exactOptional(list(text)),
  onRemove: treatmentShape.onRemove,
  protect: treatmentShape.protect,
});
/** What a program declares of one person, who is named by their e-mail. What is left out is not managed. */
export type DeclaredPerson = z.infer<typeof declaredPerson>;

const keptTreatment = {
  from: z.exactOptional(z.string()),
  until: z.exactOptional(z.string()),
  roleFrom: z.exactOptional(z.string()),
  roleUntil: z.exactOptional(z.string()),
  roleThen: z.exactOptional(z.enum(ROLES)),
  reason: z.exactOptional(z.string()),
  approvedBy: z.exactOptional(z.string()),
  onRemove: z.exactOptional(z.enum(ON_REMOVE)),
  protect: z.exactOptional(z.boolean()),
} satisfies Record<keyof Treatment, z.ZodType>;

const writtenShape = {
  ...foundProfileShape,
  ...keptTreatment,
  /** As it is in Notion; may be one that this package does not know. Absent: the role is not managed. */
  role: z.exactOptional(z.string()),
  /** The e-mail as it is in Notion, where it is another one than declared. */
  userName: z.exactOptional(z.string()),
  /** False for a person that a refresh found deactivated. */
  active: z.exactOptional(z.literal(false)),
  /** They were inactive when they were added or adopted, and Notion cannot make them active: this is no drift. */
  addedInactive: z.exactOptional(z.literal(true)),
  /** The id that the declaration has for them, where their account has another one since they were invited again. */
  id: z.exactOptional(z.string()),
  /** The declared role where it is for a time: outside of that time the person holds another one. */
  timedRole: z.exactOptional(z.enum(ROLES)),
  /** Since which day (UTC) they have this e-mail here, where that is another day than for the workspace as a whole. */
  since: z.exactOptional(z.string()),
  /** What was changed in Notion and set back by the last run, `userName`, `active` and `membership` among it: if it is changed again, something else writes it. */
  setBack: z.exactOptional(z.array(z.string())),
};
export const unanswered = z.strictObject({
  /** What was written: as for `uncertain`. */
  fields: z.array(z.string()),
  /** The role that was asked for. */
  role: z.exactOptional(z.string()),
  /** The e-mail that was asked for. */
  userName: z.exactOptional(z.string()),
});
/** Writes without an answer. */
export type Unanswered = z.infer<typeof unanswered>;

export const appliedPerson = z.strictObject({
  ...writtenShape,
  /** What was written last of that which a refresh found otherwise. */
  lastApplied: z.exactOptional(z.strictObject(writtenShape)),
  /** What a run tried to write and failed at, `userName` and `membership` among it: its answer may be lost, so what is found there may be its own doing. */
  uncertain: z.exactOptional(z.array(z.string())),
  /** What of it got no answer: Notion may have it, so the next plan looks it up. */
  unanswered: z.exactOptional(unanswered),
});
/** A declared person as they were written last, or as a refresh found them. An attribute that is gone is empty. */
export type AppliedPerson = z.infer<typeof appliedPerson>;

/** A member as the state of one resource has them. */
export interface AppliedMember {
  /** The e-mail under which it has them. */
  email: string;
  person: AppliedPerson;
}

export const outsideTime = z.strictObject({
  ...pick(keptTreatment, ["onRemove", "from", "until", "roleFrom", "roleUntil", "roleThen"]),
  role: z.exactOptional(z.enum(ROLES)),
  /** The account that their row names, where this program had it. */
  id: z.exactOptional(z.string()),
  /** The last e-mail of that account. */
  userName: z.exactOptional(z.string()),
});
/** A person who is declared and outside of their time, which has not begun or has expired: what is declared of it. */
export type OutsideTime = z.infer<typeof outsideTime>;

/** What the state keeps of a person beside how they are in Notion and what is declared of them. */
const KEPT = ["timedRole", "since", "setBack"] as const satisfies readonly (keyof AppliedPerson)[];
type Kept = Pick<AppliedPerson, (typeof KEPT)[number]>;

/** What is kept of a person, as far as there is any. */
export const keptOf = (person: Kept): Kept => pick(person, KEPT);

/** How a person is treated, as far as it is said. */
export const treatmentOf = (person: Treatment): Treatment => pick(person, TREATMENT);

/** The profile of a declared person: the e-mail, and the attributes that are declared. */
export function profileFrom(email: string, person: DeclaredPerson | AppliedPerson): Profile {
  return { userName: email, ...pick(person, PROFILE_ATTRIBUTES) };
}

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
 * Pure: a person as they are; what is otherwise than it was written is noted with what it was.
 * @param redacted what is secret: the engine keeps it so in its own place and nowhere else, so it is not noted
 */
export function foundAs(
  email: string,
  held: AppliedPerson,
  user: User,
  redacted: readonly string[] = [],
): AppliedPerson {
  const { lastApplied = {}, uncertain = [], setBack = [], addedInactive, unanswered: _, ...shown } = held;
  const written: AppliedPerson = { ...shown, ...lastApplied };
  if (!("active" in lastApplied)) delete written.active;
  const live = recordOf(email, written, user, written);
  const isTheirs = (key: keyof typeof written) =>
    uncertain.includes(key)
      ? // What a failed run may have written is its own doing; what stands as it was found before is not.
        Object.hasOwn(lastApplied, key) && isDeepStrictEqual(live[key], shown[key as keyof typeof shown])
      : !isDeepStrictEqual(written[key], live[key]);
  const differing = Object.entries(written).filter(
    ([key]) =>
      key !== "userName" && key !== "id" && !redacted.includes(key) && isTheirs(key as keyof typeof written),
  );
  const found = new Set([
    ...differing.map(([key]) => key),
    ...(live.userName === undefined ? [] : ["userName"]),
    ...(live.active === false ? ["active"] : []),
    // Another stack that removes them does so every other run only: it names them first.
    "membership",
  ]);
  // A reset value is remembered only while the value changes again.
  const again = setBack.filter((field) => found.has(field));
  return {
    ...live,
    // Forgotten once the person is active: a later deactivation was made in Notion.
    ...(live.active === false && addedInactive !== undefined && { addedInactive }),
    ...(differing.length > 0 && { lastApplied: Object.fromEntries(differing) }),
    ...(again.length > 0 && { setBack: again }),
    // An e-mail that is otherwise stays in doubt until it is written.
    ...(live.userName !== undefined && uncertain.includes("userName") && { uncertain: ["userName"] }),
  };
}

/** What a program would declare to have a person just as they are kept. */
export function declarationOf(
  person: AppliedPerson,
): Omit<AppliedPerson, "lastApplied" | "uncertain" | "unanswered"> {
  const {
    lastApplied: _lastApplied,
    uncertain: _uncertain,
    userName: _userName,
    active: _active,
    addedInactive: _addedInactive,
    timedRole: _timedRole,
    since: _since,
    setBack: _setBack,
    unanswered: _unanswered,
    ...declared
  } = person;
  return declared;
}

/** A person of a state of which some may be hidden or not known yet: what stands there, whatever it is. */
export function readPerson(held: Properties) {
  const { lastApplied, ...found } = held;
  return {
    /** What was written last of that which a refresh found otherwise. */
    lastApplied: (typeof lastApplied === "object" && lastApplied !== null ? lastApplied : {}) as Properties,
    found,
    /** The e-mail in Notion, where it is another one than the person is kept under. */
    email: held.userName,
    role: held.role,
    /** The role that is declared, where it is for a time. */
    timedRole: held.timedRole,
    addedInactive: held.addedInactive === true,
  };
}
