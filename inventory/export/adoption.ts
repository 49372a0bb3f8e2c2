import { TEXT_ATTRIBUTES } from "../../provider/model/attributes";
import { foldEmail, isEmail } from "../../provider/model/email";
import { isMemberId } from "../../provider/model/id";
import { textOf } from "../../provider/model/profile";
import { declarableRole, fullName, type User, whyNotDeclarable } from "../../provider/model/record";
import type { Role } from "../../provider/model/role";
import { limitsForOwners } from "../../provider/plan/violations";
import type { DeclaredPerson } from "../../provider/state/person";

/** What of a member can be declared besides e-mail and role; the last columns of a roster, in this order. */
export const ATTRIBUTES = ["name", ...TEXT_ATTRIBUTES.map(({ name }) => name)] as const;
export type Attribute = (typeof ATTRIBUTES)[number];

/** A member who can be adopted, and what is declared of them. */
export interface Adoption {
  userName: string;
  /** undefined: Notion shows none, or one that cannot be written; the role is then not declared. */
  role: Role | undefined;
  attributes: Partial<Record<Attribute, string>>;
  /** Names of the groups that they are in, where groups are declared. */
  groups?: string[];
  /** Notion's id, where it is declared. */
  id?: string;
  user: User;
}

/** What is declared of a member beside e-mail and role. */
export interface Wanted {
  attributes: readonly Attribute[];
  ids: boolean;
}

/**
 * Pure: which members can be declared just as they are, so that the next preview has nothing to change.
 * Declared means managed: only what is asked for is declared.
 * @returns those members, and a sentence for each thing that is left out
 */
export function adopt(users: User[], wanted: Wanted): { people: Adoption[]; notes: string[] } {
  const notes: string[] = [];
  const people: Adoption[] = [];
  const whyNot = whyNotDeclarable(users);
  for (const user of users) {
    const userName = foldEmail(user.userName);
    const why = whyNot(user);
    if (why !== undefined) {
      notes.push(`${userName} (${user.id}) is left out: ${why}.`);
      continue;
    }
    const attributes: Adoption["attributes"] = {};
    for (const attribute of ATTRIBUTES) {
      if (!wanted.attributes.includes(attribute)) continue;
      const value = attributeOf(user, attribute);
      if (value === "") continue;
      if (isDeclarable(attribute, value)) attributes[attribute] = value;
      else notes.push(`${attribute} of ${userName} is not declared: it would not pass the provider's check.`);
    }
    const { role, why: whyNoRole } = declarableRole(user);
    if (whyNoRole !== undefined) notes.push(`The role of ${userName} is not declared: ${whyNoRole}.`);
    const id = wanted.ids && isMemberId(user.id) ? { id: user.id } : {};
    if (wanted.ids && id.id === undefined) {
      notes.push(
        `The id of ${userName} is not declared: "${user.id}" does not have the form of Notion's ids.`,
      );
    }
    people.push({ userName, role, attributes, ...id, user });
  }
  return { people, notes };
}

function attributeOf(user: User, attribute: Attribute): string {
  // Where Notion knows no name it shows the e-mail in its place.
  if (attribute === "name") return fullName(user) === user.userName ? "" : fullName(user);
  return textOf(user, attribute);
}

/** What the provider's check would accept (`../lifecycle/inputs.ts`), and no control characters. */
export function isDeclarable(attribute: string, value: string): boolean {
  if (value.trim() !== value || /[^\P{Cc}\n]/u.test(value)) return false;
  const check = TEXT_ATTRIBUTES.find(({ name }) => name === attribute)?.check;
  return check !== "email" || isEmail(value);
}

/** Pure: the limits without which a program with just these people would be refused; undefined where none are needed. */
export function neededLimits(people: readonly Adoption[]): { minOwners: number } | undefined {
  return limitsForOwners(people.filter(({ role }) => role === "owner").length);
}

/** What a NotionWorkspace declares of a takeover beside the e-mail. @param protect whether nobody may remove them */
export function declaredPerson(
  { role, attributes: { name, ...texts }, groups, id }: Adoption,
  protect: boolean,
): DeclaredPerson & Pick<Adoption, "id"> {
  return {
    ...(role === undefined ? {} : { role }),
    ...(name === undefined ? {} : { name: { formatted: name } }),
    ...texts,
    ...(groups === undefined ? {} : { groups }),
    ...(id === undefined ? {} : { id }),
    ...(protect ? { protect } : {}),
  };
}
