import { escapeFormula } from "../../provider/roster/formula";
import type { Draft } from "./page-data";
import type { Person } from "./person";

/** The columns of decisions.csv, which the page writes, and which it and `review close` read. */
export const DECISION_COLUMNS = [
  "review",
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

type Cells = Readonly<Record<string, string>>;

/**
 * Pure: decisions as a file, in the population's order: RFC 4180, and no cell is a formula.
 * @param review SHA-256 of manifest.json
 * @param drafts by the person's id: two members may have one e-mail
 */
export function decisionsCsv(
  review: string,
  people: readonly Person[],
  drafts: ReadonlyMap<string, Draft>,
): string {
  const rows = people.flatMap((person) => {
    const draft = drafts.get(person.id);
    if (draft === undefined) return [];
    const { kind, toRole, until, reason, reviewer, decidedAt } = draft;
    const { userName, id, role } = person;
    return [[review, userName, id, role ?? "", kind, toRole, until, reason, reviewer, decidedAt]];
  });
  return [[...DECISION_COLUMNS], ...rows].map((row) => `${row.map(cell).join(",")}\n`).join("");
}

function cell(value: string): string {
  const text = escapeFormula(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Pure: what a line says; its kind is whatever stands there. */
export function draftIn(cells: Cells): Omit<Draft, "kind"> & { kind: string } {
  const { decision = "", until = "", reason = "", reviewer = "" } = cells;
  return {
    kind: decision,
    toRole: cells["to role"] ?? "",
    until,
    reason: reason.trim(),
    reviewer,
    decidedAt: cells["decided at"] ?? "",
  };
}
