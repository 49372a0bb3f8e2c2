import type { AppliedGroups, DeclaredGroups } from "../state/group";

/**
 * Pure: the name under which the state holds each declared group. A group is the one with its id: found by its name
 * when it is adopted, by the id from then on. Names are compared exactly.
 */
export function identifyGroups(
  applied: AppliedGroups,
  declared: DeclaredGroups,
): { heldAs: ReadonlyMap<string, string>; contradictions: string[] } {
  const isDeclared = (name: string) => Object.hasOwn(declared, name);
  const isHeld = (name: string) => Object.hasOwn(applied, name);
  const heldAs = new Map<string, string>();
  const contradictions: string[] = [];
  for (const [name, { formerName: former }] of Object.entries(declared)) {
    if (isHeld(name)) {
      heldAs.set(name, name);
      if (former !== undefined && isHeld(former) && !isDeclared(former)) {
        contradictions.push(
          `Group ${name} has the formerName ${former}, and the state has both groups: they are two. Take formerName out.`,
        );
      }
      continue;
    }
    if (former !== undefined && isHeld(former)) {
      if (isDeclared(former)) {
        contradictions.push(
          `Group ${name} has the formerName ${former}, and the program declares ${former}, too. ` +
            `Rename ${former} in one run, and declare a new group ${former} in the next.`,
        );
      } else heldAs.set(name, former);
    }
  }
  // Declared under the name that Notion has for it by now, it is that group still.
  for (const [key, { foundName, gone }] of Object.entries(applied)) {
    if (foundName === undefined || gone === true || isDeclared(key) || !isDeclared(foundName)) continue;
    const isFree = !heldAs.has(foundName) && ![...heldAs.values()].includes(key);
    if (isFree) heldAs.set(foundName, key);
  }
  return { heldAs, contradictions: [...contradictions, ...takenNames(applied, declared, heldAs)] };
}

/** A group is to be created, or renamed, to the name that another group of the state has in Notion. */
function takenNames(
  applied: AppliedGroups,
  declared: DeclaredGroups,
  heldAs: ReadonlyMap<string, string>,
): string[] {
  const there = new Map(
    Object.entries(applied).flatMap(([key, { foundName, gone }]) =>
      gone === true ? [] : [[foundName ?? key, key] as const],
    ),
  );
  return Object.keys(declared).flatMap((name) => {
    const [key, holder] = [heldAs.get(name), there.get(name)];
    if (holder === undefined || holder === key) return [];
    const own = key === undefined || applied[key]?.gone === true ? "" : ` (id ${applied[key]?.id})`;
    const known = applied[holder]?.foundName === undefined ? "" : `, which was ${holder} before`;
    return [
      `Group ${name}${own} is to have a name that another group has in Notion (id ${applied[holder]?.id}${known}): ` +
        "two groups of one name cannot be told apart. Give one of the two another name first.",
    ];
  });
}
