import type { HttpClient } from "./http-client";

/** What a change of a group asks about people. */
export interface GroupPeople {
  /** How messages name a person; the id if nothing else is known. */
  nameOf(id: string): string;
  /** Whether this process took somebody out of the workspace, who then leaves every group. */
  isGone(id: string): boolean;
  /** Told who else is in a group, before its first change in a form that no change has proven in this run. */
  beforeUnproven?(group: { id: string; name: string }, others: readonly string[]): void;
}

/** So many people are named where the others are in the program anyway. */
const FEW = 3;

/** The first few people of a change, for what was being done. */
export function namesOf(ids: readonly string[], people: GroupPeople): string {
  const named = ids.length > FEW + 1 ? ids.slice(0, FEW) : ids;
  const rest = ids.length - named.length;
  const names = named.map((id) => people.nameOf(id));
  if (rest > 0) return `${names.join(", ")} and ${rest} others`;
  return names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names.join("");
}

export function groupWords(
  { id, name }: { id: string; name: string },
  http: Pick<HttpClient, "quote">,
): string {
  return http.quote(name) || id;
}
