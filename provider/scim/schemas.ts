import { z } from "zod";

/** SCIM core user schema, RFC 7643 section 4.1. */
export const USER_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User";
/** SCIM enterprise user extension, RFC 7643 section 4.3. */
export const ENTERPRISE_SCHEMA = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
/** Notion's own extension; its one attribute is `role`. */
export const NOTION_SCHEMA = "urn:ietf:params:scim:schemas:extension:notion:2.0:User";

/** The workspace roles that can be written. A role that is read may be any string: Notion added one unannounced. */
export const ROLES = ["owner", "membership_admin", "member", "restricted_member"] as const;
export type Role = (typeof ROLES)[number];

// Any field may be missing or null in a live answer (a member without a family name, without the
// extension); only what this package cannot work without is required. Unknown keys are dropped.
const text = z.string().nullish();

const name = z.object({ formatted: text, givenName: text, familyName: text });
const multiValue = z.object({ value: text, type: text, primary: z.boolean().nullish() });

/** One member as the API returns it, RFC 7643 section 4.1. */
export const userSchema = z.object({
  id: z.string().min(1),
  userName: z.string().min(1),
  name: name.nullish(),
  displayName: text,
  active: z.boolean().nullish(),
  title: text,
  locale: text,
  preferredLanguage: text,
  userType: text,
  emails: z.array(multiValue).nullish(),
  phoneNumbers: z.array(multiValue).nullish(),
  [ENTERPRISE_SCHEMA]: z
    .object({
      department: text,
      division: text,
      costCenter: text,
      organization: text,
      employeeNumber: text,
      manager: z.object({ value: text }).nullish(),
    })
    .nullish(),
  [NOTION_SCHEMA]: z.object({ role: text }).nullish(),
});
export type User = z.infer<typeof userSchema>;

/** One group, RFC 7643 section 4.2. `value` of a member is a user's id. */
export const groupSchema = z.object({
  id: z.string().min(1),
  displayName: z.string(),
  members: z.array(z.object({ value: z.string(), display: text })).nullish(),
});
export type Group = z.infer<typeof groupSchema>;

/** Far more members or groups than any workspace has: a larger total is an answer that went wrong. */
const MAX_TOTAL = 1_000_000;

/** A page of a listing, RFC 7644 section 3.4.2. An empty page may leave `Resources` out. */
export const pageSchema = <T extends z.ZodType>(entry: T) =>
  z.object({
    totalResults: z.number().int().nonnegative().max(MAX_TOTAL),
    Resources: z.array(entry).default([]),
  });
export interface Page<T> {
  totalResults: number;
  Resources: T[];
}

const supported = z.object({ supported: z.boolean() }).nullish();

/** What the server says that it can do, RFC 7643 section 5. */
export const serviceProviderConfigSchema = z.object({
  patch: supported,
  bulk: supported,
  filter: z.object({ supported: z.boolean(), maxResults: z.number().nullish() }).nullish(),
  sort: supported,
  etag: supported,
  changePassword: supported,
});
export type ServiceProviderConfig = z.infer<typeof serviceProviderConfigSchema>;

/** The role that an entry names; undefined where it lacks Notion's extension. */
export function roleOf(user: User): string | undefined {
  return user[NOTION_SCHEMA]?.role ?? undefined;
}

/** An owner who can manage the workspace: who was deactivated cannot. */
export function isActiveOwner(user: User): boolean {
  return roleOf(user) === "owner" && user.active !== false;
}

/** E-mails are compared folded: Notion keeps them in lower case, people type them as they like. */
export function foldEmail(email: string): string {
  return email.toLowerCase();
}
