import { isDeepStrictEqual } from "node:util";
import {
  type AppliedGroup,
  type AppliedGroups,
  contestedIds,
  DECLARED_OF_GROUP,
  type DeclaredGroup,
  type DeclaredGroups,
  presentIds,
} from "../state/group";
import { type GroupsElsewhere, NO_GROUPS_ELSEWHERE } from "./elsewhere";
import { isUndecided, wantedMembers } from "./groups-declared";
import { identifyGroups } from "./groups-identity";
import type { PeopleOfGroups, PresentPerson } from "./groups-people";
import {
  type AddMember,
  type DeleteGroup,
  GROUP_TURNS,
  type GroupStep,
  groupTurnOf,
  type ReleaseGroup,
  type RemoveMember,
} from "./groups-step";
import { whyOut } from "./groups-why";

/** A step that is not carried out, and why. */
export interface GroupHeldBack {
  step: AddMember | RemoveMember | DeleteGroup;
  why: "incomplete" | "contested" | "unknown";
}

/** What is to happen to groups, in the order in which it is carried out, and what speaks against planning at all. */
export interface GroupPlan {
  steps: GroupStep[];
  heldBack: GroupHeldBack[];
  /** The name under which the state holds each declared group that is in it. */
  heldAs: ReadonlyMap<string, string>;
  /** What cannot be meant, a sentence each. */
  contradictions: string[];
}

/**
 * Pure: what has to happen so that the groups that are applied become those that are declared. Nobody leaves a group of
 * which not everybody is known, or one that was not shown before it became exact.
 */
export function planGroups(
  applied: AppliedGroups,
  declared: DeclaredGroups,
  people: PeopleOfGroups,
  elsewhere: GroupsElsewhere = NO_GROUPS_ELSEWHERE,
): GroupPlan {
  const { heldAs, contradictions } = identifyGroups(applied, declared);
  const steps: GroupStep[] = [];
  const heldBack: GroupHeldBack[] = [];
  for (const [name, group] of Object.entries(declared)) {
    const key = heldAs.get(name);
    const held = key === undefined ? undefined : applied[key];
    const wanted = wantedMembers(name, group, people);
    if (key === undefined || held === undefined || held.gone === true) {
      steps.push(createStep(name, group, held, wanted));
      continue;
    }
    steps.push(...settingSteps(name, group, key, held, wanted));
    const stays = elsewhere.membersOf(held.id);
    for (const step of memberSteps(name, group, held, wanted, people)) {
      if (step.kind === "removeMember" && stays.has(step.id)) continue;
      const why = whyHeldBack(step, group, held, people);
      if (why === undefined) steps.push(step);
      else heldBack.push({ step, why });
    }
  }
  const kept = new Set(heldAs.values());
  for (const [key, held] of Object.entries(applied)) {
    if (kept.has(key)) continue;
    const step = endStep(key, held, people, elsewhere.declares({ id: held.id, name: key }));
    if (step.kind === "deleteGroup" && !isWhollyKnown(held)) heldBack.push({ step, why: "incomplete" });
    else steps.push(step);
  }
  return { steps: inTurns(steps), heldBack, heldAs, contradictions };
}

function inTurns(steps: readonly GroupStep[]): GroupStep[] {
  return GROUP_TURNS.flatMap((turn) => steps.filter((step) => groupTurnOf(step) === turn));
}

function createStep(
  group: string,
  { formerName }: DeclaredGroup,
  held: AppliedGroup | undefined,
  wanted: ReadonlyMap<string, PresentPerson>,
): GroupStep {
  return {
    kind: "createGroup",
    group,
    members: [...wanted.keys()].sort(),
    wasDeleted: held !== undefined,
    ...(held?.replacedBy !== undefined && { replacedBy: held.replacedBy }),
    ...(held === undefined && formerName !== undefined && { ignoredFormer: formerName }),
  };
}

/** What is otherwise about a group itself. */
function settingSteps(
  name: string,
  group: DeclaredGroup,
  key: string,
  held: AppliedGroup,
  wanted: ReadonlyMap<string, PresentPerson>,
): GroupStep[] {
  const there = held.foundName ?? key;
  const fields = DECLARED_OF_GROUP.filter((field) => !isDeepStrictEqual(held[field], group[field]));
  const becomesExact = group.members === "exact" && held.members !== "exact";
  const isFollowed = there === name && key !== name;
  const ours = new Set(held.memberIds);
  const adopted = [...wanted].flatMap(([email, { id }]) =>
    id !== undefined && !ours.has(id) && Object.hasOwn(held.unmanaged ?? {}, id) ? [email] : [],
  );
  return [
    ...(there === name
      ? []
      : [{ kind: "renameGroup" as const, group: name, from: there, drifted: key === name }]),
    ...(fields.length === 0 && !isFollowed && adopted.length === 0
      ? []
      : [
          {
            kind: "noteGroup" as const,
            group: name,
            fields,
            ...(becomesExact && { becomesExact: true as const }),
            ...(isFollowed && { formerName: key }),
            ...(adopted.length > 0 && { adopted: adopted.sort() }),
          },
        ]),
  ];
}

/** Who comes into a group and who leaves it. */
function memberSteps(
  name: string,
  group: DeclaredGroup,
  held: AppliedGroup,
  wanted: ReadonlyMap<string, PresentPerson>,
  people: PeopleOfGroups,
): (AddMember | RemoveMember)[] {
  const there = presentIds(held);
  const missing = new Set(held.missing);
  const nameOf = (id: string) => people.emails.get(id) ?? held.unmanaged?.[id] ?? id;
  const wantedIds = new Set([...wanted.values()].flatMap(({ id }) => id ?? []));
  // Whoever joins in this run may be adopted, and be in the group already.
  const joining = new Set([...wanted].flatMap(([email, { id }]) => (id === undefined ? [email] : [])));
  const thereAs = new Set([...there].map(nameOf));
  const coming = [...wanted].flatMap(([email, { id }]): AddMember[] =>
    (id === undefined ? thereAs.has(email) : there.has(id))
      ? []
      : [{ kind: "addMember", group: name, email, id, drifted: id !== undefined && missing.has(id) }],
  );
  const isExact = group.members === "exact";
  // Who else is in it is known, and was shown, of a group that was exact before.
  const actsOnOthers = isExact && held.members === "exact" && held.unseen !== true;
  const candidates = actsOnOthers ? there : new Set(held.memberIds.filter((id) => there.has(id)));
  const going = [...candidates].flatMap((id): RemoveMember[] => {
    if (wantedIds.has(id) || people.removed.has(id) || joining.has(nameOf(id))) return [];
    // Whoever is left as they are keeps what they have, but for a group that has nobody but whom it declares.
    if (!isExact && people.released.has(id)) return [];
    return [
      {
        kind: "removeMember",
        group: name,
        email: nameOf(id),
        id,
        why: whyOut(group, held, id, people),
        ...(people.scheduled.has(id) && { scheduled: true as const }),
      },
    ];
  });
  return [...byEmail(coming), ...byEmail(going)];
}

const byEmail = <T extends { email: string }>(steps: T[]): T[] =>
  steps.sort((a, b) => (a.email < b.email ? -1 : a.email > b.email ? 1 : 0));

function whyHeldBack(
  step: AddMember | RemoveMember,
  group: DeclaredGroup,
  held: AppliedGroup,
  people: PeopleOfGroups,
): GroupHeldBack["why"] | undefined {
  const isLeaving = step.kind === "removeMember";
  if (isLeaving && held.incomplete === true) return "incomplete";
  const row = isLeaving ? people.rows.get(step.id)?.row : undefined;
  if (row !== undefined && isUndecided(group, row, people.now)) return "unknown";
  if (group.members !== "exact" || group.force === true) return undefined;
  const contested = contestedIds(held);
  if (contested.length === 0) return undefined;
  return isLeaving || (step.id !== undefined && contested.includes(step.id)) ? "contested" : undefined;
}

/** What becomes of a group that is not declared any more. @param isElsewhere whether a NotionGroup has it */
function endStep(
  key: string,
  held: AppliedGroup,
  { emails, removed }: PeopleOfGroups,
  isElsewhere: boolean,
): DeleteGroup | ReleaseGroup {
  const isGone = held.gone === true;
  if (isGone || isElsewhere || held.onRemove !== "delete")
    return { kind: "releaseGroup", group: key, isGone };
  const ids = [...presentIds(held)];
  const named = (some: readonly string[]) =>
    some.map((id) => emails.get(id) ?? held.unmanaged?.[id] ?? id).sort();
  return {
    kind: "deleteGroup",
    group: key,
    members: named(ids),
    losing: named(ids.filter((id) => !removed.has(id))),
  };
}

/** Whether everybody in a group is known and was shown, so that it may be deleted. */
function isWhollyKnown({ incomplete, unmanaged, unseen }: AppliedGroup): boolean {
  return incomplete !== true && unmanaged !== undefined && unseen !== true;
}
