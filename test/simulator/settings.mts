import { z } from "zod";

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
