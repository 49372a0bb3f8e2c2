import type { TEXT_ATTRIBUTES } from "./attributes";
import { emailOf, foldEmail, isEmail } from "./email";
import { ROLES, type Role } from "./role";

/** Notion's own extension of a SCIM user; its one attribute is `role`. */
export const NOTION_SCHEMA = "urn:ietf:params:scim:schemas:extension:notion:2.0:User";

type Text = string | null | undefined;

interface MultiValue {
  value?: Text;
  type?: Text;
  primary?: boolean | null | undefined;
}

/** What a path leads to, in an object for each of its keys. */
type Nested<Path> = Path extends readonly [infer Key extends string, ...infer Rest]
  ? { [K in Key]?: Rest extends readonly [] ? Text : Nested<Rest> | null | undefined }
  : never;

type All<T> = (T extends unknown ? (one: T) => void : never) extends (all: infer U) => void ? U : never;

/** The attributes of the table at their paths. */
type TextAttributes = All<Nested<(typeof TEXT_ATTRIBUTES)[number]["path"]>>;

/**
 * A member as the API returns them, RFC 7643 section 4.1. Any field may be missing or null in a live answer but
 * those two that this package cannot work without.
 */
export interface User extends TextAttributes {
  id: string;
  userName: string;
  name?: { formatted?: Text; givenName?: Text; familyName?: Text } | null | undefined;
  displayName?: Text;
  /** False for a person who was deactivated. */
  active?: boolean | null | undefined;
  emails?: MultiValue[] | null | undefined;
  phoneNumbers?: MultiValue[] | null | undefined;
  [NOTION_SCHEMA]?: { role?: Text } | null | undefined;
}

/** The role that an entry names; undefined where it lacks Notion's extension. */
export function roleOf(user: User): string | undefined {
  return user[NOTION_SCHEMA]?.role ?? undefined;
}

/** The role of a member as a program can declare it, or why it cannot. */
export function declarableRole(
  user: User,
): { role: Role; why?: undefined } | { role?: undefined; why: string } {
  const shown = roleOf(user);
  const role = ROLES.find((each) => each === shown);
  if (role !== undefined) return { role };
  return { why: shown === undefined ? "Notion shows none" : `this version cannot write ${shown}` };
}

/**
 * Pure: why a program cannot declare a member of this list so that the next `up` changes nothing; undefined where it can.
 * @param members the complete list
 */
export function whyNotDeclarable(members: readonly User[]): (member: User) => string | undefined {
  const times = new Map<string, number>();
  for (const member of members) times.set(emailOf(member), (times.get(emailOf(member)) ?? 0) + 1);
  return (member) => {
    const sameEmail = times.get(emailOf(member)) ?? 0;
    if (sameEmail > 1) return `${sameEmail} members have this e-mail; settle in Notion which one is right`;
    if (member.active === false) return "they are deactivated, and declaring them makes them active again";
    return isEmail(member.userName) ? undefined : "this is not an e-mail address that a program can declare";
  };
}

/** An owner who can manage the workspace: who was deactivated cannot. */
export function isActiveOwner(user: User): boolean {
  return roleOf(user) === "owner" && user.active !== false;
}

/** A member's whole name, for an output and for comparing: Notion keeps one name, and any part may be missing. */
export function fullName(user: User): string {
  const { name } = user;
  return (
    name?.formatted ??
    ([name?.givenName, name?.familyName].filter(Boolean).join(" ") || (user.displayName ?? ""))
  );
}

/** All e-mails of a member, folded: the one that names them and further ones. */
export function allEmailsOf(user: Pick<User, "userName" | "emails">): string[] {
  const further = (user.emails ?? []).flatMap(({ value }) => (value ? [foldEmail(value)] : []));
  return [...new Set([emailOf(user), ...further])];
}
