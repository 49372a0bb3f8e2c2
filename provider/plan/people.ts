import type { Profile } from "../member/profile";
import type { Role } from "../member/role";

/** What taking somebody out of the declaration does. */
export const ON_REMOVE = ["remove", "restrict", "leave"] as const;
export type OnRemove = (typeof ON_REMOVE)[number];

/** What becomes of members whom the program does not declare. */
export const UNDECLARED = ["ignore", "report", "restrict", "remove"] as const;
export type Undeclared = (typeof UNDECLARED)[number];

/** A time that access is for, and why: kept with the person, never sent. Instants are texts, see `member/instant.ts`. */
export interface Times {
  /** Before it the person is as if not declared. */
  from?: string;
  /** After it the person is as if not declared, any more. */
  until?: string;
  /** Before it the person has the role of `roleThen`. */
  roleFrom?: string;
  /** After it the person has the role of `roleThen`. */
  roleUntil?: string;
  roleThen?: Role;
  /** Why somebody has their role, or is here at all: a ticket, a sentence. */
  reason?: string;
  /** The e-mail of who approved it. */
  approvedBy?: string;
}

/** What is said of a person beside who they are: kept with them, never sent. */
export interface Treatment extends Times {
  onRemove?: OnRemove;
  protect?: boolean;
  /** Whom the program excepted so far. */
  except?: readonly string[];
}

export const TREATMENT = [
  "from",
  "until",
  "roleFrom",
  "roleUntil",
  "roleThen",
  "reason",
  "approvedBy",
  "onRemove",
  "protect",
] as const satisfies readonly (keyof Treatment)[];

/** What a program declares of one person of a workspace, who is named by their e-mail. What is left out is not managed. */
export interface DeclaredPerson extends Omit<Profile, "userName">, Treatment {
  role?: Role;
  /** Notion's id: the person is this account, whatever its e-mail is. */
  id?: string;
  /** The e-mail under which the person was declared before: an instruction for one change. */
  formerUserName?: string;
}

/** What a program declares of a workspace. */
export interface Declaration {
  /** By folded e-mail. */
  people: Readonly<Record<string, DeclaredPerson>>;
  /** Where a person does not say it themself. Default `remove`. */
  onRemove?: OnRemove | undefined;
  /** Default false. */
  protect?: boolean | undefined;
  /** Default `ignore`. */
  undeclared?: Undeclared | undefined;
  /** Of the undeclared, whom to leave alone: e-mail addresses, or `*@` and a domain. */
  except?: readonly string[] | undefined;
}

/** A declared person as they were written last, or as a refresh found them. An attribute that is gone is empty. */
export interface AppliedPerson extends Omit<Profile, "userName">, Treatment {
  /** As it is in Notion; may be one that this package does not know. Absent: the role is not managed. */
  role?: string;
  /** The e-mail as it is in Notion, where it is another one than declared. */
  userName?: string;
  /** False for somebody whom a refresh found deactivated. */
  active?: false;
  /** They were inactive when they were added or adopted, and Notion cannot make them active: that is no change that somebody made. */
  addedInactive?: true;
  /** The id that the declaration has for them, where their account has another one since they were invited again. */
  id?: string;
  /** The declared role where it is for a time: outside of that time the person holds another one. */
  timedRole?: Role;
  /** Since which day (UTC) they have this e-mail here, where that is another day than for the workspace as a whole. */
  since?: string;
  /** What was changed in Notion and set back by the last run, `userName`, `active` and `membership` among it: if it is changed again, something else writes it. */
  setBack?: string[];
  /** What was written last of that which a refresh found otherwise. */
  was?: Omit<AppliedPerson, "was" | "unsure" | "unanswered">;
  /** What a run tried to write and failed at, `userName` and `membership` among it: its answer may be lost, so what is found there may be its own doing. */
  unsure?: string[];
  /** What of it got no answer: Notion may have it, so the next plan looks it up. */
  unanswered?: Unanswered;
}

/** Writes without an answer. */
export interface Unanswered {
  /** What was written: as for `unsure`. */
  fields: string[];
  /** The role that was asked for. */
  role?: string;
  /** The e-mail that was asked for. */
  userName?: string;
}

/** Somebody in the workspace whom the program does not declare. */
export interface Stranger {
  id: string;
  /** Absent where the entry bears none. */
  role?: string;
  /** A run that failed asked Notion to add them, and got no answer. */
  maybeAdded?: true;
  /** No run has named them yet, so nothing is done to them. */
  unseen?: true;
}

/** A change of e-mail that was carried out, or has become impossible. */
export interface EmailChange {
  from: string;
  /** The day (UTC). */
  on: string;
  /** Notion's id of the account; absent where nobody had the former e-mail any more. */
  id?: string;
}

/** By the new e-mail. */
export type EmailChanges = Readonly<Record<string, readonly EmailChange[]>>;

/** A person who is declared and outside of their time, which has not begun or has expired: what is declared of it. */
export type OutsideTime = Omit<Times, "reason" | "approvedBy"> & {
  role?: Role;
  onRemove?: OnRemove;
};

/** What other resources of the program declare: these people stay. */
export interface Elsewhere {
  /** Folded e-mails, former ones included. */
  emails: ReadonlySet<string>;
  /** Notion's ids of people whose membership they declare. */
  ids: ReadonlySet<string>;
  /** Ids of people of whom the program knows otherwise, such as by a role: they are not unmanaged. */
  known: ReadonlySet<string>;
  /** Names of role assignments whose member is not known yet: any unmanaged member may be theirs. */
  unknownAssignments?: readonly string[];
}

export const NOBODY_ELSEWHERE: Elsewhere = { emails: new Set(), ids: new Set(), known: new Set() };

/** What the state says of a workspace. */
export interface Applied {
  /** By declared e-mail. */
  people: Readonly<Record<string, AppliedPerson>>;
  /** Notion's ids, by the same e-mails. */
  ids: Readonly<Record<string, string>>;
  /** Ids of those whom a refresh did not find any more, by e-mail. They stand in neither of the two. */
  gone?: Readonly<Record<string, string>>;
  /** Who of them is gone again: they were removed in Notion before, and added again. */
  goneAgain?: readonly string[];
  /** Whom a run tried to add and got no answer: they may be in the workspace. */
  maybeAdded?: readonly string[];
  /** Ids of those who were left to another resource, which did not have them yet, by e-mail: if it never does, nobody manages them. */
  leftTo?: Readonly<Record<string, string>>;
  /** Unmanaged members whom a refresh found, by e-mail: all of them, or with `ignore` those who are privileged or expired. */
  strangers?: Readonly<Record<string, Stranger>>;
  /** Accounts that have the address of somebody whose own account is gone, or of somebody whom a failed run added, by that address. */
  reinvited?: Readonly<Record<string, Stranger>>;
  /** Changes of e-mail that were carried out: of accounts in the state, and those that are still declared. */
  emailChanges?: EmailChanges;
  /** Who is declared and outside of their time, by e-mail. */
  outside?: Readonly<Record<string, OutsideTime>>;
  /** The day (UTC) on which the workspace was first applied; absent where nothing is applied yet. */
  since?: string;
  onRemove?: OnRemove;
  protect?: boolean;
  /** Whom the program excepted so far. */
  except?: readonly string[];
}
