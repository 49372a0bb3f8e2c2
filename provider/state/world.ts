import { z } from "zod";
import { roleOf, type User } from "../model/record";
import type { AppliedPerson, DeclaredPerson, OnRemove, OutsideTime } from "./person";

// What a plan is made from: a world of people, be it a whole workspace or one person.

/** What happens to unmanaged members. */
export const UNDECLARED = ["ignore", "report", "restrict", "remove"] as const;
export type Undeclared = (typeof UNDECLARED)[number];

/** What a program declares. */
export interface Declaration {
  /** By folded e-mail. */
  people: Readonly<Record<string, DeclaredPerson>>;
  /** Where a person does not say it themself. Default `remove`. */
  onRemove?: OnRemove | undefined;
  /** Default false. */
  protect?: boolean | undefined;
  /** Default `ignore`. */
  undeclared?: Undeclared | undefined;
  /** Unmanaged members to leave alone: e-mail addresses, or `*@` and a domain. */
  except?: readonly string[] | undefined;
}

export const unmanagedMember = z.strictObject({
  id: z.string(),
  /** Absent where the entry bears none. */
  role: z.exactOptional(z.string()),
  /** A run that failed asked Notion to add them, and got no answer. */
  maybeAdded: z.exactOptional(z.literal(true)),
  /** No run has named them yet, so nothing is done to them. */
  unseen: z.exactOptional(z.literal(true)),
});
/** An unmanaged member. */
export type UnmanagedMember = z.infer<typeof unmanagedMember>;

export const emailChange = z.strictObject({
  from: z.string(),
  /** The day (UTC). */
  on: z.string(),
  /** Notion's id of the account; absent where nobody had the former e-mail any more. */
  id: z.exactOptional(z.string()),
  /** Their time was over, or had not begun, so that there was no e-mail to change. */
  outside: z.exactOptional(z.literal(true)),
});
/** A change of e-mail that was carried out, or has become impossible. */
export type EmailChange = z.infer<typeof emailChange>;

/** By the new e-mail. */
export type EmailChanges = Readonly<Record<string, readonly EmailChange[]>>;

/** What the state says of people. */
export interface Applied {
  /** By declared e-mail. */
  people: Readonly<Record<string, AppliedPerson>>;
  /** Notion's ids, by the same e-mails. */
  ids: Readonly<Record<string, string>>;
  /** Ids of people that a refresh no longer found, by e-mail. Neither of the two above lists them. */
  gone?: Readonly<Record<string, string>>;
  /** Who of them is gone again: they were removed in Notion before, and added again. */
  goneAgain?: readonly string[];
  /** People that a run tried to add without an answer: they may be in the workspace. */
  maybeAdded?: readonly string[];
  /** Ids of people left to another resource that did not manage them yet, by e-mail. If it never does, nobody manages them. */
  leftTo?: Readonly<Record<string, string>>;
  /** Unmanaged members that a refresh found, by e-mail: all of them, or with `ignore` the privileged and the expired ones. */
  unmanaged?: Readonly<Record<string, UnmanagedMember>>;
  /** Accounts with the address of a person whose own account is gone, or that a failed run added, by that address. */
  reinvited?: Readonly<Record<string, UnmanagedMember>>;
  /** Changes of e-mail that were carried out: of accounts in the state, and those that are still declared. */
  emailChanges?: EmailChanges;
  /** Who is declared and outside of their time, by e-mail. */
  outside?: Readonly<Record<string, OutsideTime>>;
  /** The day (UTC) on which it was first applied; absent where nothing is applied yet. */
  since?: string;
  onRemove?: OnRemove;
  protect?: boolean;
  /** The exceptions of the program so far. */
  except?: readonly string[];
}

/** An unmanaged member, as the state keeps them. */
export function unmanagedMemberOf(user: User): UnmanagedMember {
  const role = roleOf(user);
  return { id: user.id, ...(role === undefined ? {} : { role }) };
}
