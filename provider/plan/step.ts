import { PROFILE_ATTRIBUTES } from "../model/attributes";
import { isDemotion, LOWEST_ROLE, type Role } from "../model/role";
import type { Unanswered } from "../state/person";

/** That the time of some access is over, or has begun. */
export interface Ended {
  /** When it is over, as it is declared. */
  at: string;
  reason: string | undefined;
  /** Whether the state has known of this very end: then it was judged when it was declared, and limits do not count it now. */
  promised: boolean;
}

/** That the time of some access has begun. */
export interface Began {
  /** When it began, as it is declared. */
  at: string;
  /** As for an end. */
  promised: boolean;
}

/** One thing about a person that is otherwise than declared. */
export interface FieldChange {
  /** An attribute, `userName`, `onRemove` or `protect`. */
  field: string;
  /** undefined: not managed so far. */
  from: unknown;
  /** undefined: not managed any more. */
  to: unknown;
  /** Whether it was changed in Notion, and this sets it back. */
  drifted: boolean;
  /** Whether it was set back before and is changed again. */
  again?: true;
  /** Whether it is only in doubt, since a write of another value got no answer: it is looked up. */
  unanswered?: true;
}

/** A person not known to be in the workspace: added, or adopted if they are there. */
export interface Join {
  kind: "join";
  email: string;
  role: Role | undefined;
  /** Notion's id, where the declaration has it. */
  id?: string;
  /** Whether they are declared already and were removed in Notion. */
  wasRemoved: boolean;
  /** Whether that happened again after they were added again. */
  again?: true;
  /** Whether a run that failed may have added them already. */
  maybeAdded?: true;
  /** The role that a refresh found them with; undefined where nothing is known of them. */
  held: string | undefined;
  /** Whether their address is that of another account by now than the one that was managed. */
  reinvited?: true;
  /** A former e-mail that has no effect: nothing was applied yet. */
  ignoredFormer?: string;
  /** Where their membership is for a time that has begun. */
  began?: Began;
}

export interface RoleChange {
  kind: "changeRole";
  email: string;
  from: string | undefined;
  /** The other role that they may have, since the write of one of the two got no answer. */
  or?: string;
  to: Role;
  drifted: boolean;
  /** Whether it was set back before and is changed again. */
  again?: true;
  /** Where it is the end of a role that was given for a time. */
  ended?: Ended;
  /** Where the role is for a time that has begun. */
  began?: Began;
}

/** Pure: whether it takes back a role that was given in Notion: that is about the account, whatever its e-mail. */
export const takesBack = ({ drifted, from, to }: RoleChange): boolean => drifted && isDemotion(from, to);

/** Attributes, the e-mail among them, that are written in one request. */
export interface ProfileChange {
  kind: "updateProfile";
  email: string;
  changes: FieldChange[];
  /** Since which day (UTC) the account is known under the e-mail that changes. */
  since?: string;
}

/** A member who was deactivated in Notion is made active again. */
export interface Activation {
  kind: "activate";
  email: string;
  /** Whether it was set back before and is changed again. */
  again?: true;
}

/** Looks up whether a person is in the workspace, after a write without an answer. */
export interface Check {
  kind: "check";
  email: string;
  /**
   * The write without an answer. A declared person that a `removal` removed is added again. An undeclared person that an
   * `addition` added is named, and so is one that another resource was to have (`move`).
   */
  of: "removal" | "addition" | "move";
  /** The role, if the person is added again. */
  role: Role | undefined;
}

/** What the state keeps and Notion is not told: what is managed, and how a person is treated. */
export interface StateOnly {
  kind: "stateOnly";
  email: string;
  changes: FieldChange[];
}

/** A person who is no longer declared, or never was. */
export interface Departure {
  /**
   * `remove`: the membership ends. `demote`: they become a restricted_member. `retain`: they stay as they are and are no longer managed.
   * `managedElsewhere`: another resource of the program declares them.
   */
  kind: "remove" | "demote" | "retain" | "managedElsewhere";
  email: string;
  role: string | undefined;
  /** Whether their role was changed in Notion. */
  drifted?: true;
  /** Whether the program never declared them. */
  unmanaged: boolean;
  /** Where it is the end of a membership for a time. */
  ended?: Ended;
}

/** One thing that happens to one person. */
export type Step = Check | Join | RoleChange | ProfileChange | Activation | StateOnly | Departure;

/** Whether a step is about a person who is no longer declared, or never was. */
export function isDeparture<T extends Pick<Step, "kind">>(step: T): step is T & Departure {
  return ["remove", "demote", "retain", "managedElsewhere"].includes(step.kind);
}

/** Pure: what a step writes of a person: fields, `userName` and `membership` among them. */
export function writtenBy(step: Step): string[] {
  switch (step.kind) {
    case "join":
      return ["role", ...PROFILE_ATTRIBUTES];
    case "changeRole":
      return ["role"];
    case "updateProfile":
      return step.changes.map(({ field }) => field);
    case "remove":
      return ["membership"];
    case "demote":
      return ["role"];
    case "activate":
    case "check":
    case "stateOnly":
    case "retain":
    case "managedElsewhere":
      return [];
  }
}

/** Pure: what is kept of a write that got no answer, with what an earlier one left in doubt. */
export function unansweredBy(step: Step, email: string, before: Unanswered = { fields: [] }): Unanswered {
  const fields = [...new Set([...before.fields, ...writtenBy(step)])].sort();
  const role = step.kind === "changeRole" ? step.to : step.kind === "demote" ? LOWEST_ROLE : undefined;
  const isEmail = step.kind === "updateProfile" && step.changes.some(({ field }) => field === "userName");
  return { ...before, fields, ...(role !== undefined && { role }), ...(isEmail && { userName: email }) };
}
