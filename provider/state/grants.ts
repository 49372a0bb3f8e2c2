import { z } from "zod";

/**
 * How a run changes a person's privileged access, or access for a time. Policies see what is declared and not what was:
 * the provider compares the two in check, and says it beside the inputs. It holds no value, since one may be a secret.
 */
export interface GrantChange {
  /** Whether the person had no such access by the declaration before. */
  begins?: true;
  /** Whether it ends later than before, or not at all any more, or begins sooner. */
  extended?: true;
  /** Whether it gives a privileged role that is more than the one before. */
  raised?: true;
  /** Whether the access stays as it was, and another person is said to have approved it. */
  approvedAnew?: true;
  /** Whether the reason and the approval are those of before. */
  sameApproval?: true;
  /** Whether the person was declared owner, now or later. */
  wasOwner?: true;
  /** Whether a privileged role is left to the person, and nothing declares it any more. */
  dropped?: true;
}

export const privilegedTime = z.strictObject({
  since: z.string(),
  /** Absent while the role is declared: then its end is the declared one. */
  until: z.exactOptional(z.string()),
});
/** A time in which a person had, or will have, a privileged role that ends. */
export type PrivilegedTime = z.infer<typeof privilegedTime>;
