import { nearest } from "./suggestion";

/** What is wrong with the groups that somebody's row names, a clause each. @param known the names of declared groups */
export function undeclaredGroups(named: readonly string[], known: Iterable<string>): string[] {
  const declared = new Set(known);
  return [...new Set(named)].flatMap((name) => {
    if (declared.has(name)) return [];
    const meant = nearest(name, [...declared]);
    if (meant !== undefined) return [`group "${name}" is not declared; did you mean "${meant}"?`];
    const hint = declared.size === 0 ? "no group is" : `declared are ${[...declared].join(", ")}`;
    return [`group "${name}" is not declared; ${hint}`];
  });
}
