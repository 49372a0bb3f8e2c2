import { counted } from "../plan/sentence";
import type { Step } from "../plan/step";
import { lineOf } from "../plan/step-words";
import { countsOf, doneWords } from "../plan/summary";
import type { Outcome } from "./apply-steps";
import type { ApplyContext } from "./context";
import type { Adoption } from "./join";

/** People that the program stops managing: nothing happens to them, and nobody watches their access from here on. */
export function logReleased({ log }: Pick<ApplyContext, "log">, steps: readonly Step[]): void {
  const released = steps.filter((step) => step.kind === "retain");
  for (const step of released.slice(0, MOST_TOLD)) log(lineOf(step));
  if (released.length > MOST_TOLD)
    log(`… and ${released.length - MOST_TOLD} more are no longer managed and stay.`);
}

/** So many failures are told one by one. */
const MOST_TOLD = 100;

/** Pure: who failed, at what and why, and how many were not begun. */
export function failureReasons(
  { failures, notBegun, stopped, done }: Outcome,
  adoptions: number,
  then: string,
): string[] {
  const told = failures.slice(0, MOST_TOLD).map(({ reason }) => reason);
  if (failures.length > MOST_TOLD) told.push(`… and ${failures.length - MOST_TOLD} more could not be done.`);
  if (notBegun.length > 0) {
    told.push(
      `Not begun, since ${stopped}: ${countsOf(notBegun).join(", ")}. Done before that: ${doneWords(done, adoptions)}. ${then}`,
    );
  }
  return told;
}

export function logAdoptions(
  { log }: Pick<ApplyContext, "log">,
  adoptions: ReadonlyMap<string, Adoption>,
): void {
  if (adoptions.size === 0) return;
  const words = [...adoptions].flatMap(([email, { set, keeps, keepsEmail, unmanagedRole, activated }]) => {
    const what = [
      ...(activated ? ["activated"] : []),
      ...(set.length > 0 ? [`set to what is declared: ${set.join(", ")}`] : []),
      ...(keeps === undefined ? [] : [`is ${keeps} and stays it; the next preview shows the change`]),
      ...(keepsEmail === undefined
        ? []
        : [`has the e-mail ${keepsEmail} and keeps it; the next preview shows the change`]),
      ...(unmanagedRole === undefined
        ? []
        : [`is ${unmanagedRole} and stays it: the row has no role, so this program does not manage it`]),
    ];
    return what.length === 0 ? [] : [`${email}: ${what.join("; ")}`];
  });
  log(`${counted(adoptions.size, "was a member", "were members")} already: adopted, not added.`);
  for (const line of words.slice(0, MOST_TOLD)) log(line);
  if (words.length > MOST_TOLD) log(`… and ${words.length - MOST_TOLD} more were changed by it.`);
}
