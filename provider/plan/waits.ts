import { isDemotion } from "../model/role";
import type { Declaration } from "../state/world";
import { endsOwner } from "./impact";
import { addressesOf } from "./order";
import type { Plan } from "./plan";
import { isScheduled } from "./schedule";
import type { Step } from "./step";
import { isLastingOwner } from "./times";
import { allowedOwners } from "./violations";

/** Says of a step why it may not begin, given the steps that failed or were not begun; undefined if it may. */
export type WhyWaits = (step: Step, unfinished: ReadonlySet<Step>) => string | undefined;

/**
 * Pure: the steps that a step needs. A step that gives an address to a person needs the steps that free it, in Notion or
 * in the state: without them the address still leads to another account. A role needs the change of e-mail that makes
 * the account that of the row: until then, rules that judge by e-mail see another person.
 */
export function needsOf({ steps, heldAs }: Pick<Plan, "steps" | "heldAs">): WhyWaits {
  const changing = new Map<string, Step>();
  const freeing = new Map<string, Step[]>();
  for (const step of steps) {
    const { from, to } = addressesOf(step);
    if (typeof from !== "string") continue;
    if (step.kind === "updateProfile") changing.set(step.email, step);
    for (const address of new Set([from, heldAs.get(step.email) ?? from]))
      if (address !== to) freeing.set(address, [...(freeing.get(address) ?? []), step]);
  }
  return (step, unfinished) => {
    const { to } = addressesOf(step);
    const holder = freeing.get(to ?? "")?.find((other) => other !== step && unfinished.has(other));
    if (holder !== undefined) {
      return `${step.email} was not changed: the e-mail still belongs to the member declared as ${holder.email}, whose e-mail could not be changed first.`;
    }
    const change = changing.get(step.email);
    if (step.kind !== "changeRole" || change === undefined || !unfinished.has(change)) return undefined;
    return isNeededBy(step, change)
      ? `The role of ${step.email} was left as it is: the account still has the e-mail ${addressesOf(change).from}.`
      : undefined;
  };
}

/** Whether a role waits for a change of e-mail. An expiration does not, nor does taking back a role that was given in Notion. */
function isNeededBy(step: Step & { kind: "changeRole" }, change: Step): boolean {
  if (isScheduled(step)) return false;
  const setsBack =
    change.kind === "updateProfile" &&
    change.changes.some(({ field, drifted }) => field === "userName" && drifted);
  return !setsBack || !isDemotion(step.from, step.to);
}

/**
 * Pure: why steps may not begin yet although their turn has come: what they need of others, and owners who are to be left.
 * @param minOwners the fewest of them
 */
export function waitsOf(
  planned: Pick<Plan, "steps" | "heldAs">,
  { people }: Declaration,
  minOwners: number | undefined,
  now: number,
): WhyWaits {
  const needs = needsOf(planned);
  const owners = Object.entries(people).flatMap(([email, person]) =>
    isLastingOwner(person, now) ? [email] : [],
  );
  return (step, unfinished) => {
    const lacks = needs(step, unfinished);
    if (lacks !== undefined || !endsOwner(step)) return lacks;
    const failed = new Set([...unfinished].filter(makesOwner).map(({ email }) => email));
    const missing = owners.filter((email) => failed.has(email));
    const least = allowedOwners(minOwners);
    if (missing.length === 0 || owners.length - missing.length >= least) return undefined;
    return `${step.email} stays owner: ${missing.join(", ")} were not made owner in this run, and minOwners asks for ${least}.`;
  };
}

/** Whether a person is an owner only after this step. A deactivated owner is one only once active. */
function makesOwner(step: Step): boolean {
  if (step.kind === "activate") return true;
  return (
    ((step.kind === "join" || step.kind === "check") && step.role === "owner") ||
    (step.kind === "changeRole" && step.to === "owner")
  );
}
