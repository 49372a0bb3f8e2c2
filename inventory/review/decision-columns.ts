import { escapeFormula } from "../../provider/roster/formula";
import { sanitize } from "../cli/text";
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
  "out of groups",
  "reason",
  "reviewer",
  "decided at",
] as const;

// Of a group's name nothing is known but that it is one line.
const BETWEEN = "\n";

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
    const { kind, toRole, until, groups, reason, reviewer, decidedAt } = draft;
    const { userName, id, role } = person;
    const out = groups.map(sanitize).join(BETWEEN);
    return [[review, userName, id, role ?? "", kind, toRole, until, out, reason, reviewer, decidedAt]];
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
    groups: (cells["out of groups"] ?? "").split(/\r?\n/).flatMap((name) => name.trim() || []),
    reason: reason.trim(),
    reviewer,
    decidedAt: cells["decided at"] ?? "",
  };
}
