import { escapeFormula } from "../../people/formula";
import type { Draft } from "./page-data";
import type { Person } from "./person";

/** The columns of decisions.csv, which the page writes and `review close` reads. */
export const DECISION_COLUMNS = [
  "population",
  "person",
  "id",
  "role",
  "decision",
  "to role",
  "until",
  "reason",
  "reviewer",
  "decided at",
] as const;

/** Pure: decisions as a file, in the population's order: RFC 4180, and no cell is a formula. */
export function decisionsCsv(
  population: string,
  people: readonly Person[],
  drafts: ReadonlyMap<string, Draft>,
): string {
  const rows = people.flatMap((person) => {
    const draft = drafts.get(person.userName);
    if (draft === undefined) return [];
    const { kind, toRole, until, reason, reviewer, decidedAt } = draft;
    const { userName, id, role } = person;
    return [[population, userName, id, role ?? "", kind, toRole, until, reason, reviewer, decidedAt]];
  });
  return [[...DECISION_COLUMNS], ...rows].map((row) => `${row.map(cell).join(",")}\n`).join("");
}

function cell(value: string): string {
  const text = escapeFormula(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
