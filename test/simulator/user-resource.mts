import { z } from "zod";
import {
  CORE_TEXTS,
  CORE_USER_URN,
  ENTERPRISE_TEXTS,
  ENTERPRISE_URN,
  NOTION_URN,
  type Person,
  type Profile,
} from "./person.mts";
import { Refusal } from "./refusal.mts";

export type Resource = Record<string, unknown>;

/** A user as seen live: `schemas` names the core URN alone although the Notion extension is there. */
export function userResource(person: Person): Resource {
  const enterprise = {
    ...pick(person, ENTERPRISE_TEXTS),
    ...(person.manager === undefined ? {} : { manager: person.manager }),
  };
  const resource = {
    schemas: [CORE_USER_URN],
    id: person.id,
    userName: person.userName,
    name: person.name,
    ...pick(person, ["displayName", ...CORE_TEXTS, "photos", "phoneNumbers", "addresses", "roles"]),
    active: person.active,
    emails: person.emails,
    meta: {
      resourceType: "User",
      created: person.created,
      lastModified: person.lastModified,
      // Another host, as live; .invalid so that a client that follows it can leak nothing.
      location: `https://scim.notion.invalid/scim/v2/Users/${person.id}`,
    },
    ...(person.role === undefined ? {} : { [NOTION_URN]: { role: person.role } }),
    ...(Object.keys(enterprise).length === 0 ? {} : { [ENTERPRISE_URN]: enterprise }),
  };
  // A copy, as what becomes of it: a page is a hundred of them, and a structured clone takes three times as long.
  return JSON.parse(JSON.stringify(resource)) as Resource;
}

function pick(person: Person, keys: readonly (keyof Person)[]): Resource {
  return Object.fromEntries(keys.filter((key) => person[key] !== undefined).map((key) => [key, person[key]]));
}

/** null is the same as absent (RFC 7643 section 2.5). */
const orAbsent = <T extends z.ZodType>(schema: T) =>
  schema.nullish().transform((value) => value ?? undefined);
const text = orAbsent(z.string());
const values = orAbsent(z.array(z.record(z.string(), z.unknown())));

const EnterpriseSchema = z.object({
  division: text,
  department: text,
  costCenter: text,
  organization: text,
  employeeNumber: text,
  manager: orAbsent(z.object({ value: text, displayName: text })),
});

/** Attributes that Notion maps; z.object drops all others without a word. */
const UserSchema = z.object({
  schemas: z.array(z.string()).min(1),
  userName: z.string().trim().toLowerCase().pipe(z.email()),
  name: orAbsent(z.object({ formatted: text, givenName: text, familyName: text })),
  emails: orAbsent(
    z.array(
      z.object({ value: z.string().trim().toLowerCase().pipe(z.email()), primary: orAbsent(z.boolean()) }),
    ),
  ),
  active: orAbsent(z.boolean()),
  title: text,
  userType: text,
  locale: text,
  preferredLanguage: text,
  photos: values,
  phoneNumbers: values,
  addresses: values,
  roles: values,
  [NOTION_URN]: orAbsent(z.object({ role: text })),
  [ENTERPRISE_URN]: orAbsent(EnterpriseSchema),
});

export interface UserWish {
  profile: Profile;
  role: string | undefined;
  active: boolean | undefined;
}

/** What a request body, or a patched resource, says about a user. */
export function readUser(resource: unknown): UserWish {
  const parsed = UserSchema.safeParse(resource);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const path = issue?.path.join(".") ?? "";
    const scimType = path === "" || path === "schemas" ? "invalidSyntax" : "invalidValue";
    throw new Refusal(400, `body failed validation: ${path || "body"}: ${issue?.message}`, { scimType });
  }
  const {
    schemas: _,
    active,
    name,
    emails,
    [NOTION_URN]: notion,
    [ENTERPRISE_URN]: enterprise,
    ...core
  } = parsed.data;
  const listed = (emails ?? []).map(({ value, primary }) => ({ value, primary: primary ?? false }));
  return {
    profile: { ...core, ...enterprise, name: name ?? {}, emails: listed },
    role: notion?.role,
    active,
  };
}
