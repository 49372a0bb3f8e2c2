import { createHash } from "node:crypto";
import { z } from "zod";
import { ROLES } from "../model/role";
import { instant, optional, orUnknown } from "./fields";
import { limit, minOwners } from "./limits";
import { ON_REMOVE } from "./person";
import type { Properties } from "./properties";

const guardedMember = z.strictObject({
  userName: orUnknown(z.string()),
  role: optional(z.enum(ROLES)),
  from: optional(instant),
  until: optional(instant),
  then: optional(z.enum(ROLES)),
  /** What no longer declaring the person does. Default `remove`. */
  onRemove: optional(z.enum(ON_REMOVE)),
  /** What no longer declaring the role does. Default: the role of `then`, else the lowest one. */
  onRoleRemove: optional(z.enum([...ROLES, "retain"])),
});
/** A member of the program, as a guard counts them. */
export type GuardedMember = z.infer<typeof guardedMember>;

/** What a guard knows of the program. */
export const guardInputsSchema = z.strictObject({
  /** By resource name, so that a change of e-mail is no removal. */
  members: z.record(z.string(), guardedMember),
  maxRemovals: z.exactOptional(limit),
  maxDemotions: z.exactOptional(limit),
  minOwners: z.exactOptional(minOwners),
  /** E-mails of owners without an expiration that a NotionWorkspace declares. */
  owners: z.exactOptional(z.array(z.string())),
  requiredOwners: z.exactOptional(z.array(z.string())),
  tokenOwner: z.exactOptional(z.string()),
  /** What the program made secret, by the names of `members`; or "members" as a whole. */
  redacted: z.unknown().optional(),
});
export type GuardInputs = z.infer<typeof guardInputsSchema>;

/** What the state keeps of a guard: diff sees outputs alone, and twice the members would double the state. */
export const guardSchema = z.strictObject({ digest: z.string() });
export type GuardOutputs = z.infer<typeof guardSchema>;

export function outputs(inputs: Properties): GuardOutputs {
  return {
    digest: createHash("sha256").update(JSON.stringify(inputs)).digest("base64url").slice(0, 16),
  };
}
