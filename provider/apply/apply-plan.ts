import type { EvaluatedPlan } from "../plan/evaluate";
import { waitsOf } from "../plan/waits";
import type { Declaration } from "../state/world";
import type { World } from "./applied-people";
import { applySteps, type Outcome } from "./apply-steps";
import type { GroupContext, GroupWorld } from "./context";
import { GroupRun } from "./group-run";
import { type ApplyOptions, PlanApplier } from "./plan-applier";
import { Progress } from "./progress";

/** From how many steps on it is told how far it is. */
const MANY = 20;

/** What a plan for many people is applied by. */
export interface ManyOptions extends ApplyOptions {
  /** The fewest owners that must remain. */
  minOwners: number | undefined;
  /** Asked before each step: whether the run is to end. */
  isCancelled: () => boolean;
  groups: GroupWorld;
}

/** Applies a plan for many people. What is held back is not applied, and neither is what needs it. */
export async function applyPlan(
  context: GroupContext,
  world: Omit<World, "heldAs"> & { declared: Declaration },
  { planned, heldBack, groups: evaluated }: Pick<EvaluatedPlan, "planned" | "heldBack" | "groups">,
  options: ManyOptions,
): Promise<{ applier: PlanApplier; outcome: Outcome; groups: GroupRun }> {
  const { steps, heldAs } = planned;
  const applier = new PlanApplier(context, { ...world, heldAs }, options);
  const groups = new GroupRun(context, options.groups, evaluated, applier.result, options.isCancelled);
  const held = heldBack.map(({ step }) => step);
  const whyWaits = waitsOf(planned, world.declared, options.minOwners, world.now);
  const progress = steps.length < MANY ? undefined : new Progress("Notion", steps.length, context.log);
  try {
    const outcome = await applySteps(steps, (step) => applier.apply(step), {
      isCancelled: options.isCancelled,
      whyWaits: (step, unfinished) =>
        whyWaits(step, held.length === 0 ? unfinished : new Set([...held, ...unfinished])),
      beside: groups,
      onStep: () => progress?.step(),
    });
    return { applier, outcome, groups };
  } finally {
    progress?.end();
  }
}
