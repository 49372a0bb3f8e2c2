import { z } from "zod";
import { isEmail } from "../../model/email";
import { REMOVAL_FORMS } from "../../scim/group-messages";
import { flag, oneOf, optional, text } from "../../state/fields";
import { isLimit } from "../../state/limits";

/** What a `pulumi:providers:notion` resource, or the stack's configuration, says of a workspace. */
export const providerInputsSchema = z.strictObject({
  scimToken: optional(text),
  scimTokenEnv: optional(text.regex(/^[A-Za-z_]\w*$/, "must be the name of an environment variable")),
  baseUrl: optional(text),
  adopt: optional(flag),
  requestsPerSecond: optional(z.number().positive().max(1000)),
  maxRemovals: optional(text.refine(isLimit, 'must be a whole number from 0 or a share such as "25%"')),
  groupRemoval: optional(oneOf(REMOVAL_FORMS)),
  tokenOwner: optional(
    text.refine((value) => value === "unknown" || isEmail(value), "must be an e-mail address, or unknown"),
  ),
  noticeDays: optional(z.int().min(0).max(3660)),
});
