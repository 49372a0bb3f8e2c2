// Why groups are refused, wherever that is found out: in a plan, by a resource, or at the write.

/** Why a NotionGroup and a NotionWorkspace may not have one group. */
export const declaredTwiceWords = (group: string) =>
  `The group ${group} is declared twice, by a NotionGroup and in the groups of a NotionWorkspace. Keep one of the two.`;

/** Why nobody can tell which group is meant. */
export function severalOfOneNameWords(name: string, groups: readonly { id: string }[]): string {
  const ids = [...new Set(groups.map(({ id }) => id))];
  return `${ids.length} groups are called ${name} (ids ${ids.join(" and ")}), and nobody can tell which one is meant. Rename one of them in Notion.`;
}

/** Why a NotionGroupMembership may not be for an exact group. */
export const exactElsewhereWords = (group: string) =>
  `A NotionWorkspace declares the group ${group} with members: "exact", and a NotionGroupMembership puts somebody into it: ` +
  'each would undo the other\'s work. Declare the person in the workspace, or set members: "add" there.';
