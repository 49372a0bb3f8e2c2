import { type OnePerson, worldOf } from "../plan/one-person";
import type { Plan } from "../plan/plan";
import { needsOf } from "../plan/waits";
import type { AppliedMember } from "../state/person";
import { applySteps, type Failure } from "./apply-steps";
import type { ApplyContext } from "./context";
import { type ApplyOptions, PlanApplier } from "./plan-applier";

/** What became of a plan for one member. */
export interface AppliedToOne {
  member: AppliedMember;
  failures: Failure[];
}

/** Applies what has to happen to one member, as in a workspace of one person. */
export async function applyToOne(
  context: ApplyContext,
  one: OnePerson,
  planned: Plan,
  now: number,
  options: Pick<ApplyOptions, "looksFirst"> = {},
): Promise<AppliedToOne> {
  if (planned.steps.length === 0) return { member: one.applied, failures: [] };
  const { applied, declared } = worldOf(one);
  const world = { applied, declared, heldAs: planned.heldAs, now };
  const applier = new PlanApplier(context, world, { ...options, holder: null });
  const { failures } = await applySteps(
    planned.steps,
    (step) => applier.apply(step),
    { isCancelled: () => false, whyWaits: needsOf(planned) },
    1,
  );
  const [[email = "", person = {}] = []] = Object.entries(applier.result.people);
  return { member: { email, person }, failures };
}
