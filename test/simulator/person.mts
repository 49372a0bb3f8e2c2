/** The role words that Notion's help documents; a stored role may be any other string (notion-scim.md, Users). */
export const ROLES: readonly string[] = ["owner", "membership_admin", "member", "restricted_member"];

export const CORE_USER_URN = "urn:ietf:params:scim:schemas:core:2.0:User";
export const CORE_GROUP_URN = "urn:ietf:params:scim:schemas:core:2.0:Group";
export const NOTION_URN = "urn:ietf:params:scim:schemas:extension:notion:2.0:User";
export const ENTERPRISE_URN = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/** Attributes that SCIM keeps in the enterprise extension and that a Profile keeps beside the others. */
export const ENTERPRISE_TEXTS = [
  "division",
  "department",
  "costCenter",
  "organization",
  "employeeNumber",
] as const;

export const CORE_TEXTS = ["title", "userType", "locale", "preferredLanguage"] as const;

export interface PersonName {
  formatted?: string | undefined;
  givenName?: string | undefined;
  familyName?: string | undefined;
}

export interface Email {
  value: string;
  primary: boolean;
}

export type MultiValue = Record<string, unknown>;

/** What a person says about themselves: everything but membership and role. */
export interface Profile {
  userName: string;
  name: PersonName;
  displayName?: string | undefined;
  emails: Email[];
  photos?: MultiValue[] | undefined;
  phoneNumbers?: MultiValue[] | undefined;
  addresses?: MultiValue[] | undefined;
  roles?: MultiValue[] | undefined;
  title?: string | undefined;
  userType?: string | undefined;
  locale?: string | undefined;
  preferredLanguage?: string | undefined;
  division?: string | undefined;
  department?: string | undefined;
  costCenter?: string | undefined;
  organization?: string | undefined;
  employeeNumber?: string | undefined;
  manager?: { value?: string | undefined; displayName?: string | undefined } | undefined;
}

/** A member of the workspace as the simulator shows it to tests. */
export interface Member extends Profile {
  id: string;
  /** Absent: the entry carries no Notion extension, which happens live. */
  role?: string | undefined;
  active: boolean;
}

/**
 * A Notion account. Only those with standing "member" exist for SCIM: guests are invisible, and an account
 * outlives its membership (notion-scim.md, DELETE).
 */
export interface Person extends Member {
  standing: "member" | "former" | "account" | "guest";
  created: string;
  lastModified: string;
  leftAt?: number | undefined;
  groupsWhenLeft?: string[] | undefined;
}

export interface Group {
  id: string;
  displayName: string;
  /** Ids of members; a live group can name an id that no listing shows. */
  members: string[];
  /** A page would be left without anybody having full access, so deleting is refused. */
  soleAccess: boolean;
  /** Members as an identity provider that owns the group has them: what its next push makes of the group. */
  synced?: string[] | undefined;
}
