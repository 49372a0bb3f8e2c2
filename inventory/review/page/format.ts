import type { Draft } from "../page-data";
import type { Person } from "../person";

export function formatRole({ role }: Pick<Person, "role">): string {
  return role === null ? "no role" : role.replaceAll("_", " ");
}

export function formatDraft({ kind, toRole, until, groups }: Draft): string {
  if (kind === "groups") return `Out of ${groups.join(", ")}`;
  if (kind === "lower") return `Lower to ${toRole.replaceAll("_", " ")}`;
  if (kind === "end") return `Ends ${until}${toRole === "" ? "" : `, then ${toRole.replaceAll("_", " ")}`}`;
  return kind === "keep" ? "Keep" : "Remove";
}

export function formatPeople(count: number): string {
  return count === 1 ? "1 person" : `${count.toLocaleString("en")} people`;
}

export function formatDecisions(count: number): string {
  return count === 1 ? "1 decision" : `${count.toLocaleString("en")} decisions`;
}

/** `2026-05-03` of an instant or a date. */
export function dayOf(instant: string | null): string {
  return instant === null ? "not known" : instant.slice(0, 10);
}
