import type { GroupRecord } from "../model/group";
import { appliedAfter, keptAfter } from "../plan/groups-applied";
import type { EvaluatedGroups } from "../plan/groups-evaluate";
import type { FoundPeople } from "../plan/groups-found";
import { shownWholeLines } from "../plan/groups-words";
import type { AppliedGroup, AppliedGroups, DeclaredGroups } from "../state/group";
import { asksForUnmanaged } from "../state/group";

/** What a run came to. */
export interface GroupOutcome {
  applied: AppliedGroups;
  declared: DeclaredGroups;
  evaluated: EvaluatedGroups;
  /** Groups that were read in this run, by declared name, or by the name in the state. */
  live: ReadonlyMap<string, GroupRecord>;
  /** Names of groups that were deleted. */
  deleted: ReadonlySet<string>;
  people: FoundPeople;
  /** Ids of those who are to be in a group, as far as they are in the workspace. */
  wantedIds: (name: string) => ReadonlySet<string>;
  /** Whether somebody was removed from the workspace. */
  isGone: (id: string) => boolean;
}

/** Pure: what the state keeps of the groups after a run. */
export function groupsAfter(outcome: GroupOutcome): Record<string, AppliedGroup> {
  return Object.fromEntries([...declaredAfter(outcome), ...endingAfter(outcome)]);
}

function declaredAfter(outcome: GroupOutcome): [string, AppliedGroup][] {
  const { applied, declared, evaluated, live: read, people, isGone } = outcome;
  return Object.entries(declared).flatMap(([name, group]): [string, AppliedGroup][] => {
    const key = evaluated.planned.heldAs.get(name);
    const held = key === undefined ? undefined : applied[key];
    const live = read.get(name);
    if (live === undefined) {
      const isReleased = (id: string) => evaluated.people.released.has(id);
      return held === undefined ? [] : [[key ?? name, keptAfter(held, isGone, isReleased)]];
    }
    const before = held?.id === live.id ? held : undefined;
    const wanted = outcome.wantedIds(name);
    return [
      [
        name,
        keptAfter(appliedAfter({ name, group, held: before, live, wanted, people }), isGone, () => false),
      ],
    ];
  });
}

/** What could not be deleted stays in the state, as it was found. */
function endingAfter({
  applied,
  evaluated,
  live,
  deleted,
  people,
  isGone,
}: GroupOutcome): [string, AppliedGroup][] {
  const { planned } = evaluated;
  const kept = new Set(planned.heldAs.values());
  const steps = [...planned.steps, ...planned.heldBack.map(({ step }) => step)];
  const names = steps.flatMap(({ kind, group }) =>
    kind === "deleteGroup" && !deleted.has(group) ? [group] : [],
  );
  return names.flatMap((name): [string, AppliedGroup][] => {
    const held = applied[name];
    if (held === undefined || kept.has(name)) return [];
    return [[name, keptAfter(withOthers(held, live.get(name), people), isGone, () => false)]];
  });
}

/** A group of which it is shown now who is in it. */
function withOthers(
  held: AppliedGroup,
  live: GroupRecord | undefined,
  { emails }: FoundPeople,
): AppliedGroup {
  if (live === undefined || !asksForUnmanaged(held)) return held;
  const ours = new Set(held.memberIds);
  const others = live.members.filter(({ id }) => !ours.has(id));
  return {
    ...held,
    unmanaged: Object.fromEntries(others.map(({ id, email }) => [id, emails.get(id) ?? email ?? id])),
  };
}

/** Pure: lines about exact groups that this run has seen for the first time. @param after what the state keeps then */
export function newlyShownLines(
  { applied, evaluated, live }: Pick<GroupOutcome, "applied" | "evaluated" | "live">,
  after: AppliedGroups,
): string[] {
  const isNew = (name: string) => {
    const held = applied[evaluated.planned.heldAs.get(name) ?? ""];
    return held?.members !== "exact" || held.unmanaged === undefined || held.id !== after[name]?.id;
  };
  const fresh = Object.entries(after).filter(([name]) => live.has(name) && isNew(name));
  return shownWholeLines(
    Object.fromEntries(fresh.map(([name, group]) => [name, { ...group, unseen: true as const }])),
  );
}
