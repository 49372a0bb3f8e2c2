import { isDeepStrictEqual } from "node:util";
import type { UserAttributes } from "../scim/messages";
import { ENTERPRISE_SCHEMA, foldEmail, type User } from "../scim/schemas";

/** The attributes of a member that a program may declare and that are kept as declared. */
export interface Profile {
  userName: string;
  name?: { formatted?: string; givenName?: string; familyName?: string };
  title?: string;
  phoneNumbers?: { value: string; type?: string; primary?: boolean }[];
  locale?: string;
  preferredLanguage?: string;
  userType?: string;
  department?: string;
  division?: string;
  costCenter?: string;
  organization?: string;
  employeeNumber?: string;
  manager?: string;
}

const CORE = ["title", "locale", "preferredLanguage", "userType"] as const;
const ENTERPRISE = ["department", "division", "costCenter", "organization", "employeeNumber"] as const;
const KEYS = ["userName", "name", "phoneNumbers", ...CORE, ...ENTERPRISE, "manager"] as const;

/** The profile among a resource's properties: what the program declared of it, nothing else. */
export function profileOf(properties: object): Profile {
  return Object.fromEntries(
    KEYS.flatMap((key) => (key in properties ? [[key, Reflect.get(properties, key)]] : [])),
  ) as unknown as Profile;
}

/** A profile, or a part of one, in the API's shape. */
export function toAttributes(profile: Partial<Profile>): UserAttributes {
  const enterprise: NonNullable<UserAttributes[typeof ENTERPRISE_SCHEMA]> = {};
  for (const key of ENTERPRISE) if (profile[key] !== undefined) enterprise[key] = profile[key];
  if (profile.manager !== undefined) enterprise.manager = { value: profile.manager };
  const attributes: UserAttributes = {};
  if (profile.userName !== undefined) attributes.userName = profile.userName;
  if (profile.name !== undefined) attributes.name = profile.name;
  if (profile.phoneNumbers !== undefined) attributes.phoneNumbers = profile.phoneNumbers;
  for (const key of CORE) if (profile[key] !== undefined) attributes[key] = profile[key];
  if (Object.keys(enterprise).length > 0) attributes[ENTERPRISE_SCHEMA] = enterprise;
  return attributes;
}

/**
 * What Notion holds for the attributes that were declared, in the form they were declared in, so that it
 * can be compared with the declaration and stand in its place. An attribute that is gone is empty rather
 * than absent: absent would mean that it is not managed.
 */
export function liveProfile(declared: Profile, user: User): Profile {
  const enterprise = user[ENTERPRISE_SCHEMA];
  const live: Profile = { userName: foldEmail(user.userName) };
  if (declared.name !== undefined) live.name = liveName(declared.name, user);
  if (declared.phoneNumbers !== undefined) live.phoneNumbers = livePhoneNumbers(declared.phoneNumbers, user);
  for (const key of CORE) if (declared[key] !== undefined) live[key] = user[key] ?? "";
  for (const key of ENTERPRISE) if (declared[key] !== undefined) live[key] = enterprise?.[key] ?? "";
  if (declared.manager !== undefined) live.manager = foldEmail(enterprise?.manager?.value ?? "");
  return live;
}

/** The part of `wanted` that differs from `actual`. */
export function difference(wanted: Profile, actual: Profile): Partial<Profile> {
  return Object.fromEntries(
    KEYS.flatMap((key) =>
      wanted[key] === undefined || isDeepStrictEqual(wanted[key], actual[key]) ? [] : [[key, wanted[key]]],
    ),
  );
}

/** The differing attributes by name, those of a name singly: `title`, `name.givenName`. */
export function differingAttributes(wanted: Profile, actual: Profile): string[] {
  return Object.keys(difference(wanted, actual)).flatMap((key) => {
    if (key !== "name") return [key];
    const parts = ["formatted", "givenName", "familyName"] as const;
    return parts
      .filter((part) => wanted.name?.[part] !== undefined && wanted.name[part] !== actual.name?.[part])
      .map((part) => `name.${part}`);
  });
}

/** A member's whole name, for an output and for comparing: Notion keeps one name, and any part may be missing. */
export function fullName(user: User): string {
  const { name } = user;
  return (
    name?.formatted ??
    ([name?.givenName, name?.familyName].filter(Boolean).join(" ") || (user.displayName ?? ""))
  );
}

function liveName(declared: NonNullable<Profile["name"]>, user: User): NonNullable<Profile["name"]> {
  const live: NonNullable<Profile["name"]> = {};
  const whole = [declared.givenName, declared.familyName].filter(Boolean).join(" ");
  for (const part of ["givenName", "familyName"] as const) {
    const wanted = declared[part];
    if (wanted === undefined) continue;
    // Notion keeps one name: if that is as declared, it is no matter which parts the answer makes of it.
    live[part] = fullName(user) === whole ? wanted : (user.name?.[part] ?? "");
  }
  if (declared.formatted !== undefined) live.formatted = fullName(user);
  return live;
}

function livePhoneNumbers(
  declared: NonNullable<Profile["phoneNumbers"]>,
  user: User,
): Profile["phoneNumbers"] & {} {
  const live = (user.phoneNumbers ?? []).map((number) => ({
    value: number.value ?? "",
    ...(number.type == null ? {} : { type: number.type }),
    ...(number.primary == null ? {} : { primary: number.primary }),
  }));
  // The server may add a type or a primary flag that was never declared; that is no difference.
  const covers = (have: object, want: object) => isDeepStrictEqual({ ...have, ...want }, have);
  const asDeclared =
    live.length === declared.length &&
    declared.every((want) => live.some((have) => covers(have, want))) &&
    live.every((have) => declared.some((want) => covers(have, want)));
  return asDeclared ? declared : live;
}
