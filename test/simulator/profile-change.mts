import { CORE_TEXTS, ENTERPRISE_TEXTS, type Person, type Profile } from "./person.mts";
import { reconcileName } from "./person-name.mts";
import type { Settings } from "./settings.mts";
import type { Workspace } from "./workspace.mts";

const PLAIN = [
  ...CORE_TEXTS,
  ...ENTERPRISE_TEXTS,
  "manager",
  "photos",
  "phoneNumbers",
  "addresses",
  "roles",
] as const;

export function inVerifiedDomain(address: string, settings: Settings): boolean {
  return settings.verifiedDomains.includes(address.slice(address.lastIndexOf("@") + 1));
}

/** Makes the person's profile the one wished for; userName and the primary e-mail stay one and the same. */
export function applyProfile(person: Person, wish: Profile, workspace: Workspace): void {
  for (const key of PLAIN) Object.assign(person, { [key]: wish[key] });

  const name = reconcileName(person.name, wish.name);
  if (name !== person.name) {
    person.name = name;
    person.displayName = name.formatted ?? person.userName;
  }

  const primary = wish.emails.find((email) => email.primary)?.value;
  const userName = wish.userName !== person.userName ? wish.userName : (primary ?? person.userName);
  const others = wish.emails.filter(
    ({ value }) => value !== userName && (value !== person.userName || userName === person.userName),
  );
  person.emails = [
    { value: userName, primary: true },
    ...others.map(({ value }) => ({ value, primary: false })),
  ];
  person.userName = userName;
  workspace.touch(person);
}
