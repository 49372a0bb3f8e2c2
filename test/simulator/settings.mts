import { z } from "zod";

const RemovalSchema = z.enum(["works", "ignored", "clears", "clears when several", "refused"]);

/** What a test may change while the simulator runs. */
export const SettingsSchema = z.strictObject({
  /** Profile changes of anybody at another domain are accepted and ignored. */
  verifiedDomains: z.array(z.string()),
  /** moving: each listing request has an order of its own. */
  order: z.enum(["stable", "moving"]),
  maxPageSize: z.int().min(1),
  rateLimit: z.strictObject({ requestsPerSecond: z.number().positive() }).nullable(),
  latencyMs: z.number().min(0),
  /** POST takes no notice of the role extension. */
  ignoreCreateRole: z.boolean(),
  /** Which form of a role PATCH is understood; the other one gets a 400. */
  patchForms: z.enum(["both", "value", "path"]),
  /** A PATCH is answered by 200 with the user, or by 204. */
  patchAnswer: z.enum(["user", "empty"]),
  /** Body of a refusal, where the refusal has no style of its own. */
  errorStyle: z.enum(["scim", "notion"]),
  /** Whether `email eq` also finds a person by a secondary address. Notion does not say. */
  emailFilter: z.enum(["any", "primary"]),
  /** What a `remove` of `members[value eq "id"]` does, the form of RFC 7644 section 3.5.2.2. */
  removeByFilter: RemovalSchema,
  /** What a `remove` of `members` with a value does, the form of Entra. By the RFC it clears the group. */
  removeByValue: RemovalSchema,
  groupAdd: z.enum(["adds", "replaces", "ignored"]),
  /** clears: a group that is renamed loses its members. */
  groupRename: z.enum(["works", "ignored", "clears"]),
  /** first: of a PATCH the first operation counts, and of that the first value. */
  groupOperations: z.enum(["all", "first"]),
  groupDelete: z.enum(["works", "ignored", "refused"]),
  /** unique: a second group of a name is a 409. cut: a long name is cut. */
  groupNames: z.enum(["any", "unique", "cut"]),
  /** Where a group's list of members is cut. */
  shownMembers: z.int().min(0).nullable(),
  /** A group says how many members it has, beside the list. */
  memberCount: z.boolean(),
  /** hidden: members stand in the answer for one group, never in a listing. */
  listedMembers: z.enum(["shown", "hidden"]),
  /** absent: a group without members has no list of them. */
  emptyMembers: z.enum(["list", "absent"]),
  /** Whether an identity provider sets the groups that it owns back after each write, not only when it is told to. */
  otherWriter: z.enum(["when told", "after each write"]),
});

export type Settings = z.infer<typeof SettingsSchema>;

export const DEFAULT_SETTINGS: Settings = {
  verifiedDomains: ["example.com"],
  order: "stable",
  maxPageSize: 100,
  rateLimit: null,
  latencyMs: 0,
  ignoreCreateRole: false,
  patchForms: "both",
  patchAnswer: "user",
  errorStyle: "scim",
  emailFilter: "any",
  removeByFilter: "works",
  removeByValue: "works",
  groupAdd: "adds",
  groupRename: "works",
  groupOperations: "all",
  groupDelete: "works",
  groupNames: "any",
  shownMembers: null,
  memberCount: false,
  listedMembers: "shown",
  emptyMembers: "list",
  otherWriter: "when told",
};

/** undefined leaves a setting as it is. */
export type SettingsChanges = { [K in keyof Settings]?: Settings[K] | undefined };

/** Throws a ZodError that names the setting. */
export function changeSettings(settings: Settings, changes: SettingsChanges): void {
  const parsed = SettingsSchema.partial().parse(changes);
  Object.assign(
    settings,
    Object.fromEntries(Object.entries(parsed).filter(([, value]) => value !== undefined)),
  );
}
