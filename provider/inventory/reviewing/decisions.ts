import { foldEmail, isEmail } from "../../member/email";
import { instantOf, whyNoInstant } from "../../member/instant";
import { isRole, type Role } from "../../member/role";
import { type CellLine, readCells } from "./cells";
import { DECISION_COLUMNS } from "./decision-columns";
import type { Person } from "./person";
import { DECISIONS, type DecisionKind, lowerRoles, wantsReason, whyNotReviewer } from "./rules";

/** What was decided about one person. */
export interface Decision {
  person: Person;
  kind: DecisionKind;
  /** The role to lower to; with an end the role from then on, or null: they leave. */
  toRole: Role | null;
  /** A date, through its last moment in UTC; null but for an end. */
  until: string | null;
  reason: string;
  reviewer: string;
  decidedAt: string;
  /** The file that says so. */
  file: string;
}

/** What one file says, before anything is held against the population. */
export interface DecisionFile {
  file: string;
  lines: CellLine[];
}

/** @throws {FileError} */
export function parseDecisions(file: string, text: string): DecisionFile {
  return { file, lines: readCells(file, text, DECISION_COLUMNS) };
}

/**
 * Pure: the decisions about a population, in its order, and everything that stands in the way of closing it: gaps,
 * self-review, decisions on somebody who is not in it, or that were made of another one.
 * @param digest SHA-256 of the population
 * @param now milliseconds since 1970
 */
export function judge(
  people: readonly Person[],
  digest: string,
  files: readonly DecisionFile[],
  now: number,
): { decisions: Decision[]; problems: string[] } {
  const byEmail = new Map(people.map((person) => [person.userName, person]));
  const problems: string[] = [];
  const decided = new Map<string, Decision & { line: number }>();
  for (const { file, lines } of files) {
    for (const { line, cells } of lines) {
      if (cells.decision === "") continue;
      const at = `${file}, line ${line}`;
      const person = byEmail.get(foldEmail(cells.person ?? ""));
      if (cells.population !== digest) {
        problems.push(
          `${at}: it was decided about another population (${cells.population || "none is named"})`,
        );
        break;
      }
      if (person === undefined || person.id !== cells.id) {
        problems.push(`${at}: ${cells.person || "(nobody)"} is not in the population`);
        continue;
      }
      const read = decisionOf(cells, person, file, now);
      if ("problem" in read) {
        problems.push(`${at}: ${person.userName}: ${read.problem}`);
        continue;
      }
      const before = decided.get(person.userName);
      if (before === undefined) decided.set(person.userName, { ...read, line });
      else if (!isSame(before, read)) {
        problems.push(
          `${at}: ${person.userName} is decided differently in ${before.file}, line ${before.line}: keep one of the two`,
        );
      }
    }
  }
  const inOrder = people.flatMap(({ userName }) => decided.get(userName) ?? []);
  return {
    decisions: inOrder.map(({ line: _, ...decision }) => decision),
    problems: [...problems, ...gaps(people, decided, problems)],
  };
}

function decisionOf(
  cells: CellLine["cells"],
  person: Person,
  file: string,
  now: number,
): Decision | { problem: string } {
  const { reason = "", reviewer = "", until = "" } = cells;
  const toRole = cells["to role"] ?? "";
  const decidedAt = cells["decided at"] ?? "";
  const kind = DECISIONS.find((each) => each === cells.decision);
  if (kind === undefined)
    return { problem: `the decision must be one of ${DECISIONS.join(", ")}, not "${cells.decision}"` };
  if (!isEmail(reviewer)) return { problem: `the reviewer must be an e-mail address, not "${reviewer}"` };
  const why = whyNotReviewer(reviewer, person);
  if (why !== undefined) return { problem: `decided by ${reviewer}, but ${why}` };
  if (reason.trim() === "" && wantsReason(kind, person)) {
    const about = kind === "keep" ? ` to be kept although ${person.marks.join(", ")}` : "";
    return { problem: `${kind} wants a reason${about}` };
  }
  if (Number.isNaN(Date.parse(decidedAt))) return { problem: `"decided at" is no instant: "${decidedAt}"` };
  const lower = lowerRoles(person.role);
  const wantsRole = kind === "lower" || (kind === "end" && toRole !== "");
  if (wantsRole && !(isRole(toRole) && lower.includes(toRole))) {
    const allowed = lower.length === 0 ? "there is none" : lower.join(", ");
    return {
      problem: `"to role" must be less than ${person.role ?? "no role"} (${allowed}), not "${toRole}"`,
    };
  }
  if (kind === "end") {
    const why = whyNoInstant(until);
    if (why !== undefined) return { problem: `"until" ${why}` };
    if ((instantOf(until, "until") ?? 0) <= now)
      return { problem: `"until" ${until} is over already: decide remove or lower` };
  }
  return {
    person,
    kind,
    toRole: wantsRole && isRole(toRole) ? toRole : null,
    until: kind === "end" ? until : null,
    reason: reason.trim(),
    reviewer: foldEmail(reviewer),
    decidedAt,
    file,
  };
}

function isSame(a: Decision, b: Decision): boolean {
  return a.kind === b.kind && a.toRole === b.toRole && a.until === b.until;
}

const MOST_NAMED = 20;

/** Those about whom nothing was decided; whose decision cannot be read is named already. */
function gaps(
  people: readonly Person[],
  decided: ReadonlyMap<string, unknown>,
  problems: readonly string[],
): string[] {
  const open = people.filter(
    ({ userName }) =>
      !decided.has(userName) && !problems.some((problem) => problem.includes(`: ${userName}: `)),
  );
  if (open.length === 0) return [];
  const named = open
    .slice(0, MOST_NAMED)
    .map(({ userName, reviewer }) =>
      reviewer === null ? userName : `${userName} (${reviewer} reviews them)`,
    );
  const more = open.length > MOST_NAMED ? ` and ${open.length - MOST_NAMED} more` : "";
  return [`nothing is decided about ${open.length} of ${people.length} people: ${named.join(", ")}${more}`];
}
