import { z } from "zod";
import { ROLES, type Role } from "../model/role";
import { email, instant, list, oneOf, optional, orUnknown, redacted, text } from "./fields";
import { type PrivilegedTime, privilegedTime } from "./grants";
import { type AppliedPerson, type DeclaredPerson, unanswered } from "./person";
import { differIn, type Properties, without } from "./properties";

/** What a program may say of a NotionRoleAssignment. */
export const roleInputsSchema = z.strictObject({
  userId: orUnknown(text),
  member: optional(email),
  role: orUnknown(oneOf(ROLES)),
  from: optional(instant),
  until: optional(instant),
  then: optional(oneOf(ROLES)),
  reason: optional(text),
  approvedBy: optional(email),
  onRemove: optional(oneOf([...ROLES, "retain"])),
  redacted,
});
export type RoleInputs = z.infer<typeof roleInputsSchema>;

/** The settings of the assignment, which only the state holds and no request sends. */
const SETTINGS = ["member", "onRemove", "redacted"] as const;

/** Whether what is declared of the assignment, and not of the role, is otherwise than before. */
export function settingsDiffer(state: Properties, inputs: Properties): boolean {
  return differIn(SETTINGS, state, inputs);
}

/** What the state keeps of a role assignment. */
export const roleAssignmentSchema = z.strictObject({
  member: z.exactOptional(z.string()),
  from: z.exactOptional(z.string()),
  until: z.exactOptional(z.string()),
  then: z.exactOptional(z.enum(ROLES)),
  reason: z.exactOptional(z.string()),
  approvedBy: z.exactOptional(z.string()),
  onRemove: z.exactOptional(z.enum([...ROLES, "retain"])),
  redacted: z.exactOptional(list(z.string())),
  privileged: z.exactOptional(z.array(privilegedTime)),
  userId: z.string(),
  /** As it is in Notion; may be one that this package does not know. */
  role: z.string(),
  /** What was given last, while a refresh or a write has found another role. */
  lastApplied: z.exactOptional(z.strictObject({ role: z.string() })),
  /** The member was adopted with a role that is more than declared, or could not be given the declared one yet. */
  adoptionIncomplete: z.exactOptional(z.literal(true)),
  /** What a run tried to write and has no answer of. */
  uncertain: z.exactOptional(z.array(z.string())),
  /** What of it got no answer. */
  unanswered: z.exactOptional(unanswered),
  /** The declared role, where it is for a time: outside of that time it is not the one that is held. */
  timedRole: z.exactOptional(z.enum(ROLES)),
  /** The member's e-mail, where the role is for a time: a preview says whose it is, without a request. */
  userName: z.exactOptional(z.string()),
});
export type RoleOutputs = z.infer<typeof roleAssignmentSchema>;

/** What stands of the role in the state, under other names than the program has for it. */
export const BESIDE_ROLE = [
  "lastApplied",
  "timedRole",
  "unanswered",
] as const satisfies readonly (keyof RoleOutputs)[];

/** A role and its time, as they are said where it is all about one role: instants are texts, see `model/instant.ts`. */
export interface TimedRole {
  role?: Role | undefined;
  /** Before it the member has the role of `then`. */
  from?: string | undefined;
  /** After it the member has the role of `then`. */
  until?: string | undefined;
  /** `then`, and not a verb: with a role in it, it is nothing that JavaScript would wait for. */
  then?: Role | undefined;
  reason?: string | undefined;
  approvedBy?: string | undefined;
}

/** What the times of a role are called in a NotionRoleAssignment, where a roster has `roleFrom` and so on. */
export const TERMS_OF_A_ROLE = { from: "from", until: "until", then: "then" } as const;

/** The role in the form of a person's role, so that the same functions decide about both. */
export function toDeclared({ role, from, until, then, reason, approvedBy }: TimedRole): DeclaredPerson {
  return {
    ...(role !== undefined && { role }),
    ...(from !== undefined && { roleFrom: from }),
    ...(until !== undefined && { roleUntil: until }),
    ...(then !== undefined && { roleThen: then }),
    ...(reason !== undefined && { reason }),
    ...(approvedBy !== undefined && { approvedBy }),
  };
}

/** The member as this assignment has them. */
export function toApplied(state: Properties): AppliedPerson {
  const { role, timedRole, lastApplied, uncertain, unanswered, adoptionIncomplete, ...times } =
    state as Partial<RoleOutputs>;
  return {
    // The end of a role that was never given is none that was scheduled.
    ...(adoptionIncomplete ? {} : toDeclared({ ...times, role: undefined })),
    role: role ?? "",
    ...(timedRole !== undefined && { timedRole }),
    ...(lastApplied !== undefined && { lastApplied }),
    ...(uncertain !== undefined && { uncertain }),
    ...(unanswered !== undefined && { unanswered }),
  };
}

/** What of the state a write or a refresh has shown. */
function observed({ role, lastApplied, uncertain, unanswered }: AppliedPerson): Observed {
  return {
    role: role ?? "",
    ...(lastApplied?.role !== undefined && { lastApplied: { role: lastApplied.role } }),
    ...(uncertain !== undefined && { uncertain }),
    ...(unanswered !== undefined && { unanswered }),
  };
}
const OBSERVED = ["role", "lastApplied", "uncertain", "unanswered"] as const;
type Observed = Pick<RoleOutputs, (typeof OBSERVED)[number]>;

/** The state with what was shown of the member in the place of what it knew. */
export function withObserved(state: RoleOutputs, person: AppliedPerson): RoleOutputs {
  return { ...without(state, OBSERVED), ...observed(person) };
}

/** What a program would declare to have just this: of a role for a time the one within it, unless it was changed in Notion. */
export function declaredIn({ role, timedRole, lastApplied, ...state }: RoleOutputs): Properties {
  const declared = without(state, ["uncertain", "unanswered", "adoptionIncomplete", "userName"]);
  return { ...declared, role: lastApplied === undefined ? (timedRole ?? role) : role };
}

/** Whether the state has something to settle although nothing is declared otherwise. */
export function isUnsettled({ lastApplied, adoptionIncomplete, uncertain }: Properties): boolean {
  return [lastApplied, adoptionIncomplete, uncertain].some((each) => each !== undefined);
}

/** Whether a role is for a time: it has a beginning or an end. */
export function isForATime({ from, until }: TimedRole): boolean {
  return from !== undefined || until !== undefined;
}

/** The assignment as it is applied. @param userName the member's e-mail, where it is known */
export function outputs(
  inputs: RoleInputs,
  person: AppliedPerson,
  userName: string | undefined,
): RoleOutputs {
  return { ...inputs, ...observed(person), ...timesOf(inputs, userName) };
}

/** What is kept of a role for a time. */
function timesOf(
  inputs: RoleInputs,
  userName: string | undefined,
): Pick<RoleOutputs, "timedRole" | "userName"> {
  if (!isForATime(inputs)) return {};
  return { timedRole: inputs.role, ...(userName !== undefined && { userName }) };
}

/** When the member had a privileged role for a time. */
export const privilegedOf = (inputs: Properties) => inputs.privileged as PrivilegedTime[] | undefined;

/** An assignment of a state of which some may be hidden or not known yet: what stands there, whatever it is. */
export function readAssignment(held: Properties) {
  const { role, lastApplied, timedRole, userName, then } = held;
  const given: unknown = Object(lastApplied).role;
  return {
    role,
    /** What was written last. */
    lastApplied: given ?? role,
    /** The role that is declared, where it is for a time. */
    timedRole,
    /** Outside of that time. */
    then,
    /** Whose it is, where it is for a time. */
    email: userName,
    /** Whether this can be of a state alone: no program says it. */
    isState: timedRole !== undefined || isUnsettled(held),
  };
}
