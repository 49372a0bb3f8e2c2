import type { AppliedGroups, DeclaredGroups } from "../state/group";
import type { WorkspaceInputs, WorkspaceOutputs } from "../state/workspace";
import type { Applied, Declaration } from "../state/world";
import { type GroupsElsewhere, NO_GROUPS_ELSEWHERE } from "./elsewhere";
import { type GroupPlan, planGroups } from "./groups";
import { ruleRemarks } from "./groups-declared";
import { groupViolations } from "./groups-limits";
import { type PeopleOfGroups, peopleOfGroups } from "./groups-people";
import { declaredTwiceWords, exactElsewhereWords } from "./groups-refusals";
import { groupHeldBackLines, groupLines, groupSummary, shownWholeLines, vanishedLines } from "./groups-words";
import type { HeldBack } from "./held-back";
import type { Plan } from "./plan";
import { FEW_LINES } from "./summary";

/** A plan of groups with everything that is said about it. */
export interface EvaluatedGroups {
  planned: GroupPlan;
  /** The people that it goes by. */
  people: PeopleOfGroups;
  /** Who is not moved although it is declared, and why. */
  intro: string[];
  lines: string[];
  remarks: string[];
  /** Empty where no group is declared and none was. */
  summary: string;
  violations: string[];
  /** Whether something else writes a group: each run fails until that is settled. */
  isContested: boolean;
}

/**
 * Pure: what is to happen to groups, in words, and what speaks against it.
 * @param whole the plan of the people, with the steps that are held back
 * @param elsewhere what other resources of the program declare of groups
 */
export function evaluateGroups(
  state: WorkspaceOutputs,
  inputs: WorkspaceInputs,
  { whole, heldBack, applied, declared }: PlanOfPeople,
  now: number,
  isFirst: boolean,
  elsewhere: GroupsElsewhere = NO_GROUPS_ELSEWHERE,
): EvaluatedGroups {
  const held = state.groups ?? {};
  const groups = inputs.groups ?? {};
  const people = peopleOfGroups(whole, heldBack, applied, declared, now);
  const planned = planGroups(held, groups, people, elsewhere);
  const violations = [
    ...declaredElsewhere(planned, held, groups, elsewhere),
    ...groupViolations(planned, held, groups, people, inputs.limits?.maxGroupRemovals),
  ];
  const isTold = Object.keys(groups).length > 0 || Object.keys(held).length > 0;
  const most = isFirst || violations.length > 0 ? FEW_LINES : undefined;
  return {
    planned,
    people,
    intro: groupHeldBackLines(planned.heldBack, held, planned, people),
    lines: groupLines(planned.steps, inputs.redacted, most, isFirst),
    remarks: [...vanishedLines(held), ...ruleRemarks(groups, people), ...shownWholeLines(held)],
    summary: isTold ? groupSummary(planned.steps, Object.keys(groups).length, isFirst) : "",
    violations,
    isContested: planned.heldBack.some(({ why }) => why === "contested"),
  };
}

/** Groups that other resources of the program decide over, too: a sentence each. */
function declaredElsewhere(
  { heldAs }: GroupPlan,
  applied: AppliedGroups,
  declared: DeclaredGroups,
  elsewhere: GroupsElsewhere,
): string[] {
  return Object.entries(declared).flatMap(([name, { members }]) => {
    const id = applied[heldAs.get(name) ?? ""]?.id;
    if (elsewhere.declares({ id, name })) return [declaredTwiceWords(name)];
    const isJoined = id !== undefined && elsewhere.membersOf(id).size > 0;
    return members === "exact" && isJoined ? [exactElsewhereWords(name)] : [];
  });
}

/** What is known of the people when groups are planned. */
export interface PlanOfPeople {
  whole: Plan;
  heldBack: readonly HeldBack[];
  applied: Applied;
  declared: Declaration;
}
