import { type AppliedGroup, type AppliedGroups, type DeclaredGroups, presentIds } from "../state/group";
import type { Limit } from "../state/limits";
import type { GroupPlan } from "./groups";
import type { PeopleOfGroups } from "./groups-people";
import type { DeleteGroup, GroupStep, RemoveMember } from "./groups-step";
import { allowance, DEFAULT_LIMIT, isShare, NEVER_TOO_MANY } from "./limits";
import { firstNames } from "./sentence";

/** The limit of a group that lets everybody leave it. */
const EVERYBODY = "100%";

/** So many names are told. */
const MOST_NAMED = 50;

/**
 * Pure: what speaks against a plan of groups, a sentence each. Whoever is removed from the workspace is counted there, and
 * an end that was declared before was judged then.
 * @param maxGroupRemovals how many memberships may end in one run; default a share of all
 */
export function groupViolations(
  plan: GroupPlan,
  applied: AppliedGroups,
  declared: DeclaredGroups,
  people: Pick<PeopleOfGroups, "removed">,
  maxGroupRemovals: Limit = DEFAULT_LIMIT,
): string[] {
  return [
    ...plan.contradictions,
    ...Object.keys(declared).flatMap((name) => {
      const held = applied[plan.heldAs.get(name) ?? ""];
      return held === undefined
        ? []
        : ofOneGroup(name, held, declared[name]?.maxRemovals, plan.steps, people.removed, declared);
    }),
    ...protectedGroups(plan.steps, applied),
    ...tooManyInAll(plan.steps, applied, maxGroupRemovals),
  ];
}

function ofOneGroup(
  name: string,
  held: AppliedGroup,
  limit: Limit = DEFAULT_LIMIT,
  steps: readonly GroupStep[],
  removed: ReadonlySet<string>,
  declared: DeclaredGroups,
): string[] {
  const there = presentIds(held);
  const going = steps.filter(isRemovalFrom(name));
  const counted = going.filter(({ scheduled }) => scheduled !== true);
  const most = allowance(limit, there.size, NEVER_TOO_MANY);
  const who = counted.map(({ email }) => email);
  const isComing = steps.some((step) => step.kind === "addMember" && step.group === name);
  const left = there.size - going.length - [...there].filter((id) => removed.has(id)).length;
  const isEmptied = counted.length > 0 && !isComing && left <= 0;
  if (isEmptied && declared[name]?.members === "exact" && limit !== EVERYBODY) {
    return [
      `Nobody would be left in group ${name}, which is exact: ${firstNames(who, MOST_NAMED)} would leave it. ` +
        `If this is meant, set maxRemovals of the group to "${EVERYBODY}".`,
    ];
  }
  if (who.length <= most) return [];
  return [
    `${who.length} of ${there.size} members of group ${name} would leave it at once; maxRemovals of the group allows ${most}${shareWords(limit)}. ` +
      `If this is meant, set maxRemovals of the group to ${who.length === there.size ? `"${EVERYBODY}"` : who.length}. They are ${firstNames(who, MOST_NAMED)}.`,
  ];
}

const isRemovalFrom =
  (name: string) =>
  (step: GroupStep): step is RemoveMember =>
    step.kind === "removeMember" && step.group === name;

const isDeletion = (step: GroupStep): step is DeleteGroup => step.kind === "deleteGroup";

function protectedGroups(steps: readonly GroupStep[], applied: AppliedGroups): string[] {
  return steps.flatMap((step) =>
    isDeletion(step) && applied[step.group]?.protect === true
      ? [
          `Group ${step.group} is protected (protect: true) and no longer declared, and would be deleted (onRemove: "delete"). ` +
            "To delete it, declare it once more with protect: false and run `pulumi up`. Then remove it from the program.",
        ]
      : [],
  );
}

function tooManyInAll(steps: readonly GroupStep[], applied: AppliedGroups, limit: Limit): string[] {
  const who = steps.flatMap((step) => {
    if (step.kind === "removeMember") return step.scheduled === true ? [] : [`${step.email} (${step.group})`];
    return isDeletion(step) ? step.losing.map((email) => `${email} (${step.group})`) : [];
  });
  const total = Object.values(applied).reduce((sum, held) => sum + presentIds(held).size, 0);
  const most = allowance(limit, total, NEVER_TOO_MANY);
  if (who.length <= most) return [];
  return [
    `${who.length} of ${total} memberships of groups would end at once; maxGroupRemovals allows ${most}${shareWords(limit)}. ` +
      `If this is meant, set maxGroupRemovals to ${who.length} in the program (\`limits\` of the NotionWorkspace). They are ${firstNames(who, MOST_NAMED)}.`,
  ];
}

const shareWords = (limit: Limit) => (isShare(limit) ? ` (${limit}, at least ${NEVER_TOO_MANY})` : "");
