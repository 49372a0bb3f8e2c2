import { FileError } from "../cli/errors";
import { sanitize } from "../cli/text";
import { csvTable } from "../output/format";
import { readCells } from "./cells";
import type { Mark, Person } from "./person";

const COLUMNS = [
  "as of",
  "person",
  "other addresses",
  "name",
  "role",
  "groups",
  "declared",
  "reason",
  "approved by",
  "ends",
  "since",
  "since is known by",
  "changed",
  "at sources",
  "department",
  "manager",
  "marks",
  "reviewer",
  "id",
] as const;

// Of a group's name nothing is known but that it is one line.
const BETWEEN = "\n";

/**
 * A population as a file: a line for each person, groups and sources one under the other in their cells.
 * @param openedAt the moment that it is of: without it the file of the next review could be the same
 */
export function populationCsv(openedAt: string, people: readonly Person[]): string {
  const rows = people.map((person) => [
    openedAt,
    person.userName,
    person.otherAddresses.map(sanitize).join(BETWEEN),
    person.name,
    person.role ?? "",
    person.groups.map(sanitize).join(BETWEEN),
    person.declared ?? "",
    person.reason ?? "",
    person.approvedBy ?? "",
    person.ends ?? "",
    person.since ?? "",
    person.sinceKnownBy,
    person.changed ?? "",
    person.atSources.map(sanitize).join(BETWEEN),
    person.department ?? "",
    person.manager ?? "",
    person.marks.join(BETWEEN),
    person.reviewer ?? "",
    person.id,
  ]);
  return csvTable([], [...COLUMNS], rows);
}

/** The people of such a file. @throws {FileError} also where it is of another moment */
export function parsePopulation(file: string, text: string, openedAt: string): Person[] {
  return readCells(file, text, COLUMNS).map(({ cells, line }): Person => {
    if (cells["as of"] !== openedAt) {
      throw new FileError(
        `${file}, line ${line}: it is of ${cells["as of"]}, and the review of ${openedAt}.`,
      );
    }
    const cell = (column: (typeof COLUMNS)[number]) => cells[column] ?? "";
    const list = (column: (typeof COLUMNS)[number]) =>
      cell(column) === "" ? [] : cell(column).split(BETWEEN);
    return {
      id: cell("id"),
      userName: cell("person"),
      otherAddresses: list("other addresses"),
      name: cell("name"),
      role: cell("role") || null,
      groups: list("groups"),
      declared: cell("declared") || null,
      reason: cell("reason") || null,
      approvedBy: cell("approved by") || null,
      ends: cell("ends") || null,
      since: cell("since") || null,
      sinceKnownBy: cell("since is known by"),
      changed: cell("changed") || null,
      atSources: list("at sources"),
      department: cell("department") || null,
      manager: cell("manager") || null,
      marks: list("marks") as Mark[],
      reviewer: cell("reviewer") || null,
    };
  });
}
