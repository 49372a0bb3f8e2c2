import type { Result } from "../output/document";
import type { PlannedGroupChange } from "./plan-report";

/** The sections of changes of groups, in their order; a change stands in the first one that it fits. */
const SECTIONS: {
  rule: string;
  title: string;
  level: Result["level"];
  is: (change: PlannedGroupChange) => boolean;
}[] = [
  {
    rule: "group-deleted",
    title: "Groups that are deleted",
    level: "warning",
    is: ({ kind }) => kind === "deleteGroup",
  },
  {
    rule: "group-drift",
    title: "Groups: changed in Notion, and set back",
    level: "warning",
    is: ({ drift }) => drift,
  },
  {
    rule: "group-leaves",
    title: "Leave a group",
    level: "warning",
    is: ({ kind }) => kind === "removeMember",
  },
  { rule: "group-joins", title: "Join a group", level: "note", is: ({ kind }) => kind === "addMember" },
  { rule: "group", title: "Groups", level: "note", is: () => true },
];

/** What each rule means. */
export const GROUP_RULES = {
  "group-deleted": "A group is deleted.",
  "group-drift": "A group was changed in Notion, and is set back.",
  "group-leaves": "Somebody leaves a group.",
  "group-joins": "Somebody joins a group.",
  group: "A group is created, renamed, no longer managed, or declared in another way.",
};

/** The changes of groups by what they mean. */
export const inGroupSections = (changes: readonly PlannedGroupChange[]) =>
  inSections(SECTIONS, changes).filter((section) => section.changes.length > 0);

/** The sections with their changes: each change in the first one that it fits. */
export function inSections<C, S extends { is(change: C): boolean }>(
  sections: readonly S[],
  changes: readonly C[],
): (S & { changes: C[] })[] {
  return sections.map((section, index) => ({
    ...section,
    changes: changes.filter((change) => sections.findIndex(({ is }) => is(change)) === index),
  }));
}
