import { UsageError } from "../../inventory/cli/errors";
import { EXIT } from "../../inventory/cli/exit-code";

/** What a run of `notion-inventory plan` came to. */
export interface PlanVerdict {
  state: "success" | "failure";
  /** A clause, for people. */
  why: string;
}

/** Pure: an exit code in words. */
export function planVerdictOf(exitCode: string): PlanVerdict {
  if (!/^\d{1,3}$/.test(exitCode)) {
    throw new UsageError(
      `--exit-code is "${exitCode}"; it must be the number with which notion-inventory plan ended.`,
    );
  }
  switch (Number(exitCode)) {
    case EXIT.fine:
    case EXIT.drift:
      return { state: "success", why: "the plan can be carried out" };
    case EXIT.error:
      return { state: "failure", why: "the plan stops, or could not be made" };
    case EXIT.incomplete:
      return { state: "failure", why: "the preview told something else than its states give" };
    default:
      return { state: "failure", why: `notion-inventory plan ended with exit code ${exitCode}` };
  }
}
