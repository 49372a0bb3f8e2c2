import { endsOwner } from "./movement";
import { allowedOwners } from "./objections";
import { neededFor } from "./order";
import type { Declaration } from "./people";
import type { Plan } from "./plan";
import type { Step } from "./step";
import { isLastingOwner } from "./times";

/**
 * Pure: why a step may not begin yet although its turn has come; undefined if it may.
 * @param unfinished the steps that failed or were not begun
 * @param minOwners the fewest owners that are to be left
 */
export function whyWaits(
  step: Step,
  { steps, heldAs }: Plan,
  { people }: Declaration,
  unfinished: ReadonlySet<Step>,
  minOwners: number | undefined,
  now: number,
): string | undefined {
  const blocker = neededFor(step, steps, heldAs).find((other) => unfinished.has(other));
  if (blocker !== undefined) {
    return `${step.email} was left as it is: it is the e-mail of a member whom this program declares as ${blocker.email}, and their e-mail could not be changed first.`;
  }
  if (!endsOwner(step)) return undefined;
  const owners = Object.entries(people).flatMap(([email, person]) =>
    isLastingOwner(person, now) ? [email] : [],
  );
  const missing = owners.filter((email) =>
    [...unfinished].some((other) => other.email === email && makesOwner(other)),
  );
  const least = allowedOwners(minOwners);
  if (missing.length === 0 || owners.length - missing.length >= least) return undefined;
  return `${step.email} stays owner: ${missing.join(", ")} could not be made owner, and minOwners asks for ${least}.`;
}

function makesOwner(step: Step): boolean {
  return (step.kind === "join" && step.role === "owner") || (step.kind === "role" && step.to === "owner");
}
