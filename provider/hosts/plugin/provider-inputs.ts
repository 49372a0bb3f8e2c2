import { z } from "zod";
import { REMOVAL_FORMS } from "../../scim/group-messages";
import { flag, oneOf, optional, text } from "../../state/fields";
import { BOUNDS } from "../../state/setting-bounds";

/** What a `pulumi:providers:notion` resource, or the stack's configuration, says of a workspace. */
export const providerInputsSchema = z.strictObject({
  scimToken: optional(text),
  scimTokenEnv: optional(text.regex(/^[A-Za-z_]\w*$/, "must be the name of an environment variable")),
  baseUrl: optional(text),
  adopt: optional(flag),
  requestsPerSecond: optional(BOUNDS.requestsPerSecond.value),
  maxRemovals: optional(BOUNDS.maxRemovals.value),
  groupRemoval: optional(oneOf(REMOVAL_FORMS)),
  tokenOwner: optional(BOUNDS.tokenOwner.value),
  noticeDays: optional(BOUNDS.noticeDays.value),
});
