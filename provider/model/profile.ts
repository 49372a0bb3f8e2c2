import { isDeepStrictEqual } from "node:util";
import {
  PROFILE_ATTRIBUTES,
  type ProfileAttribute,
  putAt,
  TEXT_ATTRIBUTES,
  type TextAttributeName,
  textAt,
} from "./attributes";
import { foldEmail } from "./email";
import { fullName, type User } from "./record";

/** A name as it is declared: the whole, or its two parts. */
export interface Name {
  formatted?: string;
  givenName?: string;
  familyName?: string;
}

/** A phone number, RFC 7643 section 4.1.2. */
export interface PhoneNumber {
  value: string;
  type?: string;
  primary?: boolean;
}

/** The attributes of a member that a program may declare and that are kept as declared. */
export interface Profile extends Partial<Record<TextAttributeName, string>> {
  userName: string;
  name?: Name;
  phoneNumbers?: PhoneNumber[];
}

/** A profile in the API's shape, its attributes at their paths. */
export type ProfileInScim = Pick<Partial<Profile>, "userName" | "name" | "phoneNumbers"> &
  Record<string, unknown>;

const KEYS: readonly ("userName" | ProfileAttribute)[] = ["userName", ...PROFILE_ATTRIBUTES];

/** The profile among a resource's properties: what the program declared of it, nothing else. */
export function profileOf(properties: object): Profile {
  return Object.fromEntries(
    KEYS.flatMap((key) => (key in properties ? [[key, Reflect.get(properties, key)]] : [])),
  ) as unknown as Profile;
}

/** A profile, or a part of one, in the API's shape. */
export function toAttributes(profile: Partial<Profile>): ProfileInScim {
  const resource: ProfileInScim = {};
  for (const key of ["userName", "name", "phoneNumbers"] as const) {
    if (profile[key] !== undefined) Object.assign(resource, { [key]: profile[key] });
  }
  for (const { name, path } of TEXT_ATTRIBUTES) {
    if (profile[name] !== undefined) putAt(resource, path, profile[name]);
  }
  return resource;
}

/**
 * What Notion holds for the attributes that were declared, in the form they were declared in, so that it
 * can be compared with the declaration and stand in its place. An attribute that is gone is empty rather
 * than absent: absent would mean that it is not managed.
 */
export function liveProfile(declared: Profile, user: User): Profile {
  const live: Profile = { userName: foldEmail(user.userName) };
  if (declared.name !== undefined) live.name = liveName(declared.name, user);
  if (declared.phoneNumbers !== undefined) live.phoneNumbers = livePhoneNumbers(declared.phoneNumbers, user);
  for (const { name } of TEXT_ATTRIBUTES) if (declared[name] !== undefined) live[name] = textOf(user, name);
  return live;
}

/** An attribute of a member as Notion holds it; empty where there is none. An e-mail is folded. */
export function textOf(user: User, attribute: TextAttributeName): string {
  const { path, check } = TEXT_ATTRIBUTES.find(({ name }) => name === attribute) ?? { path: [], check: "" };
  const text = textAt(user, path) ?? "";
  return check === "email" ? foldEmail(text) : text;
}

/** The part of `wanted` that differs from `actual`. */
export function difference(wanted: Partial<Profile>, actual: Profile): Partial<Profile> {
  return Object.fromEntries(
    KEYS.flatMap((key) =>
      wanted[key] === undefined || isDeepStrictEqual(wanted[key], actual[key]) ? [] : [[key, wanted[key]]],
    ),
  );
}

/** The differing attributes by name, those of a name singly: `title`, `name.givenName`. */
export function differingAttributes(wanted: Partial<Profile>, actual: Profile): string[] {
  return Object.keys(difference(wanted, actual)).flatMap((key) => {
    if (key !== "name") return [key];
    const parts = ["formatted", "givenName", "familyName"] as const;
    return parts
      .filter((part) => wanted.name?.[part] !== undefined && wanted.name[part] !== actual.name?.[part])
      .map((part) => `name.${part}`);
  });
}

function liveName(declared: Name, user: User): Name {
  const live: Name = {};
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

function livePhoneNumbers(declared: PhoneNumber[], user: User): PhoneNumber[] {
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
