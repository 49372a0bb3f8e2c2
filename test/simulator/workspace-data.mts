import { z } from "zod";

const text = z.string().optional();
const values = z.array(z.record(z.string(), z.unknown())).optional();

const PersonSchema = z.object({
  id: z.string(),
  standing: z.enum(["member", "former", "account", "guest"]),
  role: text,
  active: z.boolean(),
  created: z.string(),
  lastModified: z.string(),
  leftAt: z.number().optional(),
  groupsWhenLeft: z.array(z.string()).optional(),
  userName: z.string(),
  name: z.object({ formatted: text, givenName: text, familyName: text }),
  displayName: text,
  emails: z.array(z.object({ value: z.string(), primary: z.boolean() })),
  photos: values,
  phoneNumbers: values,
  addresses: values,
  roles: values,
  title: text,
  userType: text,
  locale: text,
  preferredLanguage: text,
  division: text,
  department: text,
  costCenter: text,
  organization: text,
  employeeNumber: text,
  manager: z.object({ value: text, displayName: text }).optional(),
});

/** Everything that a workspace holds, as kept in the data file. */
export const WorkspaceDataSchema = z.object({
  version: z.literal(1),
  sequence: z.int(),
  daysPassed: z.number(),
  people: z.array(PersonSchema),
  groups: z.array(
    z.object({
      id: z.string(),
      displayName: z.string(),
      members: z.array(z.string()),
      soleAccess: z.boolean(),
      synced: z.array(z.string()).optional(),
    }),
  ),
  tokens: z.array(z.object({ token: z.string(), ownerId: text })),
});

export type WorkspaceData = z.infer<typeof WorkspaceDataSchema>;

export function emptyData(): WorkspaceData {
  return { version: 1, sequence: 0, daysPassed: 0, people: [], groups: [], tokens: [] };
}
