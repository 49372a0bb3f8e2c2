import type { Clock } from "../../provider/config";
import { instantWords } from "../../provider/model/instant";

/** A table of a report: one thing to look at. */
export interface Section {
  title: string;
  /** What to know or do about all of the rows; undefined: the rows speak for themselves. */
  advice?: string;
  columns: string[];
  rows: string[][];
}

export type FlatTable = Pick<Section, "columns" | "rows">;

/** Who may or may not be gone: no listing was proven complete. */
export function unprovenSection(emails: readonly string[]): Section[] {
  if (emails.length === 0) return [];
  return [
    {
      title: "Unproven: not listed, but the list is not complete",
      advice: "Run it again when the workspace is quieter.",
      columns: ["e-mail"],
      rows: emails.map((email) => [email]),
    },
  ];
}

/** A report before it has a format. */
export interface Document {
  title: string;
  /** That it is for another moment than the present; said before anything else, too. */
  asOf?: string | undefined;
  /** Why this is not proven to be everything; said before anything else, in every format. */
  incomplete: string[];
  /** The result in a few words. */
  summary: string;
  /** Made when they are wanted: of 10,000 members one form at a time is enough in memory. */
  sections: () => Section[];
  /** The same as one flat table, for CSV: a file of it holds just one. */
  flat: () => FlatTable;
  /** The same for programs: stable, described in docs/inventory.md, with a `version` that goes up when a reader would break. */
  json: object;
  /** The same as single results, for SARIF and JUnit; absent where there are none to tell. */
  results?: () => Results;
}

/** One thing that a forge shows at a line, or a test report as a test. */
export interface Result {
  /** One of the rules, by its id. */
  rule: string;
  level: "error" | "warning" | "note";
  message: string;
  /** Its line in the file; null: none in particular. */
  line: number | null;
  /** What it is about, the same in the next run. */
  key: string;
}

/** A document as single results. */
export interface Results {
  /** What each kind of result means, by id. */
  rules: Readonly<Record<string, string>>;
  /** The roster, as a path from the folder of the repository; null where none was given. */
  file: string | null;
  /** From which level on a result is a failed test: what a plan would do is none. */
  failsFrom: "warning" | "error";
  results: Result[];
}

/** The moment that NOTION_AS_OF names, as reports have it; null for the present. */
export function asOfOf({ now, asOf }: Clock): string | null {
  return asOf === undefined ? null : new Date(now).toISOString();
}

/** What a document says where NOTION_AS_OF names another moment: an instant. */
export function formatAsOf(asOf: string | null): string | undefined {
  if (asOf === null) return undefined;
  return `As of ${instantWords(Date.parse(asOf))} (NOTION_AS_OF): times are judged as of then, everything else is as it is now.`;
}

/** A report as JSON has it: what to do about each finding, by key and in words. @param textOf the words */
export function withRemediations<
  Finding extends { remediation: string },
  Report extends { findings: Finding[] },
>(report: Report & { findings: Finding[] }, textOf: (finding: Finding) => string) {
  return {
    ...report,
    findings: report.findings.map((each) => ({
      ...each,
      remediation: { key: each.remediation, text: textOf(each) },
    })),
  };
}
