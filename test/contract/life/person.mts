import type { ScimReader } from "../../../provider/scim/client.ts";
import { field, type Json } from "../answer.mts";
import { NOTION_URN } from "../check.mts";

/** The one person who is touched, as met at a moment; undefined: not there. */
export interface Person {
  id: string;
  role: string | undefined;
  active: boolean;
  title: string | undefined;
}

export type Standing = Person | undefined;

/** Roles that may be taken from somebody and given back. */
const HARMLESS = ["member", "restricted_member"];

/** Why a person is left alone; undefined where they may be sacrificed. */
export function objection(
  person: Standing,
  email: string,
  tokenOwner: string | undefined,
): string | undefined {
  if (tokenOwner?.toLowerCase() === email.toLowerCase()) return "is the owner of the token in use";
  if (person === undefined) return undefined;
  if (person.role === undefined) return "is there, and their role is not told: they might be an owner";
  if (!HARMLESS.includes(person.role))
    return `is ${person.role}; only a member or restricted_member may be sacrificed`;
  if (!person.active) return "is there and deactivated, which could not be given back";
  return undefined;
}

/** What is said before anything is done. */
export function announcement(person: Standing, email: string): string {
  const life =
    "added (if not there), looked up, given the roles restricted_member and member in turn, given another title, " +
    "removed, removed once more, added again";
  const end = person === undefined ? "removed at the end" : `left as ${person.role} at the end`;
  const warning =
    person === undefined
      ? "An invitation may be mailed to them."
      : "They are a member now: groups and private pages that they lose by being removed may not come back.";
  return `${email} will be ${life}, and ${end}. Nobody else is touched. ${warning}`;
}

/** What has to be done to leave a person as they were met. */
export type Repair = "nothing" | "remove" | "add" | "change";

export function repair(before: Standing, now: Standing): Repair {
  if (before === undefined) return now === undefined ? "nothing" : "remove";
  if (now === undefined) return "add";
  return now.role === before.role && now.title === before.title ? "nothing" : "change";
}

/** How they are left, compared with how they were met. */
export function left(before: Standing, now: Standing): string {
  if (repair(before, now) === "nothing")
    return before === undefined ? "as met: not there" : "as met: there, in the same role";
  if (before === undefined) return "NOT as met: they are still there";
  if (now === undefined) return "NOT as met: they are not there any more";
  return now.role === before.role
    ? "in the same role, but with another title"
    : "NOT as met: in another role";
}

/**
 * A look at one person: by a listing that is proven complete, since whether filters can be trusted is a question of
 * its own; by the package's look-up where the listing does not settle it.
 */
export async function observe(reader: ScimReader, email: string): Promise<Standing> {
  const wanted = email.toLowerCase();
  const { entries, incomplete } = await reader.listUsers();
  const listed = entries.find(({ userName }) => userName.toLowerCase() === wanted);
  if (listed !== undefined) return standingOf(listed);
  if (entries.some(({ emails }) => emails?.some(({ value }) => value?.toLowerCase() === wanted))) {
    throw new Error(
      `${email} is a secondary address of another member. Nothing was done. Name somebody else.`,
    );
  }
  if (incomplete === undefined) return undefined;
  const found = await reader.findUser(email);
  if (found !== undefined) return standingOf(found);
  throw new Error(`Whether ${email} is there can't be told: ${incomplete}.`);
}

/** Of an entry, whoever read it. */
export function standingOf(entry: object): Person {
  const user = entry as Json;
  const role = field(user[NOTION_URN], "role");
  return {
    id: String(user.id),
    role: typeof role === "string" ? role : undefined,
    active: user.active !== false,
    title: typeof user.title === "string" && user.title !== "" ? user.title : undefined,
  };
}
