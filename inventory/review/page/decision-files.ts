import { parse } from "csv-parse/browser/esm/sync";
import { CELL_OPTIONS, cellLines, type ParsedRecord } from "../cell-lines";
import { DECISION_COLUMNS, decisionsCsv, draftIn } from "../decision-columns";
import type { Draft, PageData } from "../page-data";
import type { Person } from "../person";
import { DECISIONS } from "../rules";
import type { Decisions } from "./decisions";
import { make } from "./dom";

/** Downloads what was decided; the name of the file. */
export function download({ review, people }: PageData, { drafts, reviewer }: Decisions): string {
  const text = decisionsCsv(review, people, drafts);
  const name = `decisions-${reviewer.replace(/[^a-z0-9.@_-]/g, "_")}.csv`;
  // The mark makes a spreadsheet read it as UTF-8.
  const url = URL.createObjectURL(new Blob(["\uFEFF", text], { type: "text/csv" }));
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return name;
}

/** The decisions in an exported file, or why the file is not of this review. */
export async function decisionsIn(
  file: File,
  { review, people }: PageData,
): Promise<{ found: { person: Person; draft: Draft }[] } | { problem: string }> {
  let records: ParsedRecord[];
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
    records = parse(text, CELL_OPTIONS) as unknown as ParsedRecord[];
  } catch (error) {
    return { problem: `cannot be read as CSV in UTF-8 (${error instanceof Error ? error.message : error}).` };
  }
  const read = cellLines(records, DECISION_COLUMNS);
  if ("problem" in read) return read;
  const byId = new Map(people.map((person) => [person.id, person]));
  const found: { person: Person; draft: Draft }[] = [];
  for (const { line, cells } of read.lines) {
    const draft = draftIn(cells);
    if (draft.kind === "") continue;
    if (cells.review !== review) return { problem: `is of another review (line ${line}).` };
    const person = byId.get(cells.id ?? "");
    if (person === undefined || person.userName !== (cells.person ?? "").toLowerCase()) {
      return { problem: `names somebody who is not in this review (line ${line}).` };
    }
    const kind = DECISIONS.find((each) => each === draft.kind);
    if (kind === undefined)
      return { problem: `has a decision that there is not (line ${line}: ${draft.kind}).` };
    found.push({ person, draft: { ...draft, kind } });
  }
  return { found };
}
