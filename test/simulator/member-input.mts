import type { Email, Member, Person, Profile } from "./person.mts";
import { reconcileName } from "./person-name.mts";
import { digitsOf } from "./random.mts";

type Attributes = Partial<{ [K in keyof Omit<Profile, "userName">]: Profile[K] | null | undefined }>;

/** null is the same as absent. */
export type NewPerson = Attributes & { userName: string; id?: string | undefined };
/** Without a role: member. A role of null: an entry without the Notion extension. */
export type NewMember = NewPerson & { role?: string | null | undefined; active?: boolean | undefined };
/** null clears an attribute; a role of null takes the extension away. */
export type MemberChanges = Attributes & {
  userName?: string | undefined;
  role?: string | null | undefined;
  active?: boolean | undefined;
};

export function personFrom(input: NewPerson, id: string, standing: Person["standing"]): Person {
  const { userName: address, name: givenName, emails, ...rest } = input;
  const userName = address.toLowerCase();
  const name = reconcileName({}, givenName ?? {});
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value != null));
  return {
    displayName: name.formatted ?? userName,
    ...structuredClone(given),
    id,
    userName,
    name,
    emails: lowerCased(emails ?? [{ value: userName, primary: true }]),
    standing,
    active: true,
    created: digitsOf(`created ${id}`),
    lastModified: digitsOf(`modified ${id}`),
  };
}

export function memberOf(person: Person): Member {
  const { standing: _, created: _1, lastModified: _2, leftAt: _3, groupsWhenLeft: _4, ...member } = person;
  return structuredClone(member);
}

export function lowerCased(emails: readonly Email[]): Email[] {
  return emails.map(({ value, primary }) => ({ value: value.toLowerCase(), primary }));
}
