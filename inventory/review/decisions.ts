import { foldEmail } from "../../provider/model/email";
import { isRole, type Role } from "../../provider/model/role";
import type { CellLine } from "./cell-lines";
import { readCells } from "./cells";
import { DECISION_COLUMNS, draftIn } from "./decision-columns";
import { nameIn } from "./names";
import type { Person } from "./person";
import { DECISIONS, type DecisionKind, type Span, whyNotDecided } from "./rules";

/** What was decided about one person. */
export interface Decision {
  person: Person;
  kind: DecisionKind;
  /** The role to lower to; with an end the role from then on, or null: they leave. */
  toRole: Role | null;
  /** A date, through its last moment in UTC; null but for an end. */
  until: string | null;
  /** The groups that they are taken out of. */
  groups: readonly string[];
  reason: string;
  reviewer: string;
  decidedAt: string;
  /** The file that says so. */
  file: string;
}

/** The decisions of one file, before they are checked against the population. */
export interface DecisionFile {
  file: string;
  lines: CellLine[];
}

/** @throws {FileError} */
export function parseDecisions(file: string, text: string): DecisionFile {
  return { file, lines: readCells(file, text, DECISION_COLUMNS) };
}

/** A review, as decisions are checked against it. */
export interface Judged extends Span {
  people: readonly Person[];
  /** SHA-256 of manifest.json. */
  review: string;
}

/**
 * Pure: the decisions about a population, in its order, and everything that stands in the way of closing it: gaps,
 * self-review, decisions on somebody who is not in it, of another review, or dated outside of this one.
 */
export function judge(
  { people, review, openedAt, now }: Judged,
  files: readonly DecisionFile[],
): { decisions: Decision[]; problems: string[] } {
  const byId = new Map(people.map((person) => [person.id, person]));
  const nameOf = nameIn(people);
  const problems: string[] = [];
  const decided = new Map<string, Decision & { line: number }>();
  const refused = new Set<string>();
  for (const { file, lines } of files) {
    for (const { line, cells } of lines) {
      const draft = draftIn(cells);
      if (draft.kind === "") continue;
      const at = `${file}, line ${line}`;
      if (cells.review !== review) {
        problems.push(
          `${at}: it was decided about another review, or about this one before its manifest.json changed (${cells.review || "none is named"})`,
        );
        break;
      }
      const person = byId.get(cells.id ?? "");
      if (person === undefined || person.userName !== foldEmail(cells.person ?? "")) {
        problems.push(
          `${at}: ${cells.person || "(nobody)"} is not in the population with the id "${cells.id}"`,
        );
        continue;
      }
      const why =
        cells.role === (person.role ?? "")
          ? whyNotDecided(person, draft, { openedAt, now })
          : `decided about the role "${cells.role}", and the population says "${person.role ?? ""}"`;
      if (why !== undefined) {
        problems.push(`${at}: ${nameOf(person)}: ${why}`);
        refused.add(person.id);
        continue;
      }
      const read = { ...decisionOf(draft, person), file, line };
      const before = decided.get(person.id);
      if (before === undefined) decided.set(person.id, read);
      else if (!isSame(before, read)) {
        problems.push(
          `${at}: ${nameOf(person)} is decided differently in ${before.file}, line ${before.line}: keep one of the two`,
        );
      }
    }
  }
  const inOrder = people.flatMap(({ id }) => decided.get(id) ?? []);
  const open = people.filter(({ id }) => !decided.has(id) && !refused.has(id));
  return {
    decisions: inOrder.map(({ line: _, ...decision }) => decision),
    problems: [...problems, ...gaps(open, people.length, nameOf)],
  };
}

/** The decisions, once all are valid. */
function decisionOf(
  { kind, toRole, until, groups, reason, reviewer, decidedAt }: ReturnType<typeof draftIn>,
  person: Person,
): Omit<Decision, "file"> {
  return {
    person,
    kind: DECISIONS.find((each) => each === kind) ?? "keep",
    toRole: (kind === "lower" || kind === "end") && isRole(toRole) ? toRole : null,
    until: kind === "end" ? until : null,
    groups: kind === "groups" ? [...new Set(groups)].sort() : [],
    reason,
    reviewer: foldEmail(reviewer),
    decidedAt,
  };
}

function isSame(a: Decision, b: Decision): boolean {
  return (
    a.kind === b.kind &&
    a.toRole === b.toRole &&
    a.until === b.until &&
    a.groups.join("\n") === b.groups.join("\n")
  );
}

const MOST_NAMED = 20;

/** The people without a decision. Unreadable decisions are named already. */
function gaps(open: readonly Person[], of: number, nameOf: (person: Person) => string): string[] {
  if (open.length === 0) return [];
  const named = open
    .slice(0, MOST_NAMED)
    .map((person) =>
      person.reviewer === null ? nameOf(person) : `${nameOf(person)} (${person.reviewer} reviews them)`,
    );
  const more = open.length > MOST_NAMED ? ` and ${open.length - MOST_NAMED} more` : "";
  return [`nothing is decided about ${open.length} of ${of} people: ${named.join(", ")}${more}`];
}
