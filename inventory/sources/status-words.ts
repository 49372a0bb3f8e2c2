import { FALSE_WORDS, TRUE_WORDS } from "../../provider/roster/spreadsheet";
import type { Status } from "./source";

/** A source's words for how somebody stands, each as {@link wordKey} gives it. */
export type StatusWords = ReadonlyMap<string, Status>;

/** A status as it is looked for: in lower case, `LOCKED_OUT` as `locked out`. */
export function wordKey(status: string): string {
  return status
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s_-]+/gu, " ")
    .trim();
}

function words(by: Partial<Record<Status, readonly string[]>>): StatusWords {
  return new Map(
    Object.entries(by).flatMap(([status, all]) => all.map((word) => [word, status as Status] as const)),
  );
}

const YES = [...TRUE_WORDS, "yes", "1"];
const NO = [...FALSE_WORDS, "no", "0"];

/** Of a column that says whether somebody may sign in. Who may not is suspended: whether they left it does not say. */
export const ENABLED = words({ active: YES, suspended: NO });
/** Of one that says whether they may not. */
export const BLOCKED = words({ active: NO, suspended: YES });

/** https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/ and the words of its Admin Console. */
export const OKTA = words({
  active: ["active", "recovery", "password reset", "locked out", "password expired"],
  pending: ["staged", "provisioned", "pending user action", "pending activation"],
  suspended: ["suspended"],
  left: ["deprovisioned", "deactivated"],
});

/** https://support.google.com/a/answer/7348070; archived is an account that is kept of somebody who left. */
export const GOOGLE = words({ active: ["active"], suspended: ["suspended"], left: ["archived"] });

/**
 * Of sources that are not known: words that mean the same everywhere. `inactive` or `on leave` does not, and has to
 * be told by `--status`.
 */
export const COMMON = words({
  active: [
    "active",
    "employed",
    "current",
    "enabled",
    "aktiv",
    "actif",
    "active employee",
    "activo",
    "attivo",
  ],
  pending: ["pending", "onboarding", "pre hire", "prehire", "staged", "invited"],
  suspended: ["suspended", "blocked", "disabled", "gesperrt"],
  left: ["left", "terminated", "former", "former employee", "offboarded", "deprovisioned", "ausgeschieden"],
});
