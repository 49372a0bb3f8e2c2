import type { CreateGroup, GroupStep } from "./groups-step";
import { counted } from "./sentence";

// Groups and memberships of groups as they are counted, before and after a run.

/**
 * What steps come to, such as `2 are created`.
 * @param isFirst whether nothing is known of the groups in Notion
 */
export function groupCounts(steps: readonly GroupStep[], isFirst = false): string[] {
  const created = steps.filter((step): step is CreateGroup => step.kind === "createGroup");
  const numberOf = (kind: GroupStep["kind"]) => steps.filter((step) => step.kind === kind).length;
  const joining = numberOf("addMember") + created.reduce((sum, { members }) => sum + members.length, 0);
  const or = isFirst ? " or adopted" : "";
  return [
    ...says(created.length, `is created${or}`, `are created${or}`),
    ...says(numberOf("renameGroup"), "is renamed", "are renamed"),
    ...says(numberOf("deleteGroup"), "is deleted", "are deleted"),
    ...says(numberOf("releaseGroup"), "is no longer managed", "are no longer managed"),
    ...says(joining, "membership begins", "memberships begin"),
    ...says(numberOf("removeMember"), "membership ends", "memberships end"),
    ...says(numberOf("noteGroup"), "setting changes", "settings change"),
  ];
}

/** What a run has done to groups. */
export interface GroupsDone {
  steps: readonly GroupStep[];
  /** How many people were put into each group that was there already, by name. */
  adopted: ReadonlyMap<string, number>;
}

/** The same in words, such as `1 group renamed, 2 memberships added`. */
export function groupDoneCounts({ steps, adopted }: GroupsDone): string[] {
  const numberOf = (kind: GroupStep["kind"]) => steps.filter((step) => step.kind === kind).length;
  const created = steps.flatMap((step) =>
    step.kind === "createGroup" && !adopted.has(step.group) ? [step.members.length] : [],
  );
  const added = [...created, ...adopted.values()].reduce((sum, each) => sum + each, numberOf("addMember"));
  const groups = (number: number, done: string) => says(number, `group ${done}`, `groups ${done}`);
  return [
    ...groups(adopted.size, "adopted"),
    ...groups(created.length, "created"),
    ...groups(numberOf("renameGroup"), "renamed"),
    ...groups(numberOf("deleteGroup"), "deleted"),
    ...says(added, "membership added", "memberships added"),
    ...says(numberOf("removeMember"), "membership ended", "memberships ended"),
  ];
}

const says = (number: number, one: string, many: string) =>
  number === 0 ? [] : [counted(number, one, many)];
