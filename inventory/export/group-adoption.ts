import type { GroupRecord } from "../../provider/model/group";
import type { AppliedGroup, DeclaredGroup } from "../../provider/state/group";
import type { Adoption } from "./adoption";

/** A group that can be adopted with the people who are in it. */
export interface GroupAdoption {
  name: string;
  declared: DeclaredGroup;
  /** What the state would hold of it. */
  applied: AppliedGroup;
}

/**
 * Pure: which groups can be declared just as they are, and the people with their groups. Each group is declared with
 * `add`, so that nobody leaves it; a name that a row cannot hold is declared by `include`.
 */
export function adoptGroups(
  groups: readonly GroupRecord[],
  people: readonly Adoption[],
): { groups: GroupAdoption[]; people: Adoption[]; notes: string[] } {
  const notes: string[] = [];
  const adopted: GroupAdoption[] = [];
  const emails = new Map(people.map(({ user, userName }) => [user.id, userName]));
  const names = new Map<string, string[]>();
  const named = Map.groupBy(groups, ({ name }) => name);
  for (const [name, [group, ...others]] of named) {
    const why =
      others.length > 0
        ? `${others.length + 1} groups have this name; settle in Notion which is right`
        : name.trim() !== name || name === ""
          ? "its name is empty, or has spaces around it"
          : undefined;
    if (group === undefined || why !== undefined) {
      notes.push(`Group ${name} is left out: ${why}.`);
      continue;
    }
    const inIt = group.members.flatMap(({ id }) => {
      const userName = emails.get(id);
      return userName === undefined ? [] : [{ id, userName }];
    });
    const left = group.members.length - inIt.length;
    if (left > 0) notes.push(`Group ${name} has ${left} more in it, who are not exported. They stay in it.`);
    const members = inIt.map(({ userName }) => userName).sort();
    const include = name.includes(";") && members.length > 0 ? { include: members } : {};
    if (!name.includes(";"))
      for (const email of members) names.set(email, [...(names.get(email) ?? []), name]);
    const declared = { members: "add" as const, ...include };
    const memberIds = inIt.map(({ id }) => id).sort();
    adopted.push({
      name,
      declared,
      applied: {
        ...declared,
        id: group.id,
        memberIds,
        ...(!group.complete && { incomplete: true as const }),
      },
    });
  }
  const withGroups = people.map((person) => {
    const theirs = names.get(person.userName);
    return theirs === undefined ? person : { ...person, groups: theirs };
  });
  return { groups: adopted, people: withGroups, notes };
}
