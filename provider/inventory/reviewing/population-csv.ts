import { visible } from "../console/text";
import { csvTable } from "../printing/format";
import { readCells } from "./cells";
import type { Mark, Person } from "./person";

const COLUMNS = [
  "person",
  "name",
  "role",
  "groups",
  "declared",
  "reason",
  "approved by",
  "ends",
  "since",
  "since is known by",
  "at sources",
  "department",
  "manager",
  "marks",
  "reviewer",
  "id",
] as const;

// Of a group's name nothing is known but that it is one line.
const BETWEEN = "\n";

/** A population as a file: a line for each person, groups and sources one under the other in their cells. */
export function populationCsv(people: readonly Person[]): string {
  const rows = people.map((person) => [
    person.userName,
    person.name,
    person.role ?? "",
    person.groups.map(visible).join(BETWEEN),
    person.declared ?? "",
    person.reason ?? "",
    person.approvedBy ?? "",
    person.ends ?? "",
    person.since ?? "",
    person.sinceKnownBy,
    person.atSources.map(visible).join(BETWEEN),
    person.department ?? "",
    person.manager ?? "",
    person.marks.join(BETWEEN),
    person.reviewer ?? "",
    person.id,
  ]);
  return csvTable([], [...COLUMNS], rows);
}

/** The people of such a file. @throws {FileError} */
export function parsePopulation(file: string, text: string): Person[] {
  return readCells(file, text, COLUMNS).map(({ cells }): Person => {
    const cell = (column: (typeof COLUMNS)[number]) => cells[column] ?? "";
    const list = (column: (typeof COLUMNS)[number]) =>
      cell(column) === "" ? [] : cell(column).split(BETWEEN);
    return {
      id: cell("id"),
      userName: cell("person"),
      name: cell("name"),
      role: cell("role") || null,
      groups: list("groups"),
      declared: cell("declared") || null,
      reason: cell("reason") || null,
      approvedBy: cell("approved by") || null,
      ends: cell("ends") || null,
      since: cell("since") || null,
      sinceKnownBy: cell("since is known by"),
      atSources: list("at sources"),
      department: cell("department") || null,
      manager: cell("manager") || null,
      marks: list("marks") as Mark[],
      reviewer: cell("reviewer") || null,
    };
  });
}
