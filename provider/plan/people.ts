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
  /** The e-mail under which the person was declared before. */
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
  /** What was written last of that which a refresh found otherwise. */
  was?: Omit<AppliedPerson, "was" | "unsure">;
  /** What a run tried to write and failed at, `userName` and `membership` among it: its answer may be lost, so what is found there may be its own doing. */
  unsure?: string[];
}

/** Somebody in the workspace whom the program does not declare. */
export interface Stranger {
  id: string;
  /** Absent where the entry bears none. */
  role?: string;
  /** Found by the refresh of this very run: no preview has shown them yet, so nothing is done to them. */
  unseen?: true;
}

/** What the state says of a workspace. */
export interface Applied {
  /** By declared e-mail. */
  people: Readonly<Record<string, AppliedPerson>>;
  /** Notion's ids, by the same e-mails. */
  ids: Readonly<Record<string, string>>;
  /** Those of `people` whom a refresh did not find any more, by e-mail. They stand in neither of the two. */
  gone?: readonly string[];
  /** Those whom a refresh found and the program does not declare, by e-mail; absent where they are not looked at. */
  strangers?: Readonly<Record<string, Stranger>>;
  onRemove?: OnRemove;
  protect?: boolean;
}
