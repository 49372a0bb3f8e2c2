import { UsageError } from "../../inventory/cli/errors";
import { EXIT } from "../../inventory/cli/exit-code";

/** The result of a run of `notion-inventory drift`, only by its exit code: a file may be from an earlier run. */
export type Verdict = { kind: "drift" } | { kind: "in sync" } | { kind: "unknown"; why: string };

/** Exit codes of a program that a runner cancels: SIGINT, then SIGTERM. */
const CANCELLED = [130, 143];

/** Pure: whether the run was cancelled, which says nothing about drift. */
export function wasCancelled(exitCode: string): boolean {
  return CANCELLED.includes(Number(exitCode));
}

/** Pure: an exit code of `drift` in words. */
export function verdictOf(exitCode: string): Verdict {
  switch (numberOf(exitCode, "drift")) {
    case EXIT.fine:
      return { kind: "in sync" };
    case EXIT.drift:
      return { kind: "drift" };
    case EXIT.incomplete:
      return { kind: "unknown", why: "the list of members could not be proven complete" };
    default:
      return { kind: "unknown", why: `\`notion-inventory drift\` ended with exit code ${exitCode}` };
  }
}

/** The result of a run of `notion-inventory plan`. */
export interface PlanVerdict {
  state: "success" | "failure";
  /** A clause, for people. */
  why: string;
}

/** Pure: an exit code of `plan` in words. */
export function planVerdictOf(exitCode: string): PlanVerdict {
  switch (numberOf(exitCode, "plan")) {
    case EXIT.fine:
    case EXIT.drift:
      return { state: "success", why: "the plan can be applied" };
    case EXIT.error:
      return { state: "failure", why: "the plan stops, or could not be made" };
    case EXIT.incomplete:
      return { state: "failure", why: "the preview differs from what its states give" };
    default:
      return { state: "failure", why: `notion-inventory plan ended with exit code ${exitCode}` };
  }
}

function numberOf(exitCode: string, command: "drift" | "plan"): number {
  if (/^\d{1,3}$/.test(exitCode)) return Number(exitCode);
  throw new UsageError(
    `--exit-code is "${exitCode}". Use the exit code of notion-inventory ${command}, a number.`,
  );
}
