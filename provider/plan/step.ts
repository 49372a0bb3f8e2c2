import type { Role } from "../member/role";

/** That the time of some access is over, or has begun. */
export interface Ended {
  /** When it is over, as it is declared. */
  at: string;
  reason: string | undefined;
  /** Whether the state has known of this very end: then it was promised, and limits do not count it. */
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
  /** Whether somebody changed it in Notion, and this sets it back. */
  drifted: boolean;
}

/** Somebody who is not known to be in the workspace: added, or taken over if they are there. */
export interface Join {
  kind: "join";
  email: string;
  role: Role | undefined;
  /** The e-mail under which they may be there. */
  former: string | undefined;
  /** Whether they are declared already and were removed in Notion. */
  wasRemoved: boolean;
  /** The role that a refresh found them with; undefined where nothing is known of them. */
  held: string | undefined;
}

export interface RoleChange {
  kind: "role";
  email: string;
  from: string | undefined;
  to: Role;
  drifted: boolean;
  /** Where it is the end of a role that was given for a time. */
  ended?: Ended;
  /** When the role began, where it was given for a time that has begun. */
  began?: string;
}

/** Attributes, the e-mail among them, that are written in one request. */
export interface ProfileChange {
  kind: "profile";
  email: string;
  changes: FieldChange[];
}

/** Somebody who was deactivated in Notion is made active again. */
export interface Activation {
  kind: "activation";
  email: string;
}

/** What the state keeps and Notion is not told: what is managed, and how somebody is treated. */
export interface Note {
  kind: "note";
  email: string;
  changes: FieldChange[];
}

/** Somebody who is not declared any more, or never was. */
export interface Leave {
  kind: "leave";
  email: string;
  role: string | undefined;
  /** `moves`: another resource of the program declares them. */
  how: "remove" | "restrict" | "leave" | "moves";
  /** Whether the program never declared them. */
  stranger: boolean;
  /** Where it is the end of a membership for a time. */
  ended?: Ended;
}

/** One thing that happens to one person. */
export type Step = Join | RoleChange | ProfileChange | Activation | Note | Leave;
