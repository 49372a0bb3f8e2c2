import { z } from "zod";
import { SettingsSchema } from "./settings.mts";

const clearable = z.string().nullish();
const values = z.array(z.record(z.string(), z.unknown())).nullish();

const ProfileFields = {
  name: z.strictObject({
    formatted: z.string().optional(),
    givenName: z.string().optional(),
    familyName: z.string().optional(),
  }),
  displayName: clearable,
  emails: z.array(z.strictObject({ value: z.email().toLowerCase(), primary: z.boolean() })),
  photos: values,
  phoneNumbers: values,
  addresses: values,
  roles: values,
  title: clearable,
  userType: clearable,
  locale: clearable,
  preferredLanguage: clearable,
  division: clearable,
  department: clearable,
  costCenter: clearable,
  organization: clearable,
  employeeNumber: clearable,
  manager: z.strictObject({ value: z.string().optional(), displayName: z.string().optional() }).nullish(),
  active: z.boolean(),
  role: z.string().nullable(),
  userName: z.email(),
};

/** Behind the code's back: any role is taken, no rule of SCIM is asked. null clears. */
export const MemberChangesSchema = z.strictObject(ProfileFields).partial();

export const NewMemberSchema = z
  .strictObject({ ...ProfileFields, id: z.string().min(1) })
  .partial()
  .required({ userName: true });

export const SeedSchema = z.strictObject({
  seed: z.union([
    z.enum(["empty", "workspace"]),
    z.strictObject({ members: z.int().min(0), groups: z.int().min(0).optional() }),
  ]),
});

export const NewGroupSchema = z.strictObject({
  displayName: z.string().min(1),
  /** E-mails or ids. */
  members: z.array(z.string()).optional(),
  soleAccess: z.boolean().optional(),
});

/** Behind the code's back. */
export const GroupChangesSchema = NewGroupSchema.partial();

export const SettingsChangesSchema = SettingsSchema.partial();
export const TokenSchema = z.strictObject({ owner: z.string().optional() });
export const DaysSchema = z.strictObject({ days: z.number().positive() });
export const AccountSchema = z.strictObject({ userName: z.email(), name: ProfileFields.name.optional() });
export const GuestSchema = z.strictObject({ userName: z.email() });
