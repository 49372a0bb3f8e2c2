import Table from "cli-table3";
import { countsOf, type Line, type Verdict } from "./finding.mts";

/** What one run of the contract came to, fit to be attached to a public report. */
export interface Report {
  /** Of this package and of Node. */
  versions: { package: string; node: string };
  /** Whether the server is Notion's; any other address stays private. */
  server: "api.notion.com" | "another";
  /** Whether the life of one person was lived through. */
  sacrifice: boolean;
  /** Whether the life of one group was lived through. */
  sacrificeGroup: boolean;
  lines: Line[];
}

const SIGNS: Record<Verdict, string> = { expected: "as expected", copes: "copes", fails: "FAILS" };
const MIN_WIDTH = 100;
const VERDICT_WIDTH = 13;
/** Between columns: a border and two spaces. */
const BORDER = 3;

export function jsonOf(report: Report): string {
  return `${JSON.stringify({ ...report, counts: countsOf(report.lines) }, null, 2)}\n`;
}

export function tableOf(report: Report, width: number): string {
  const room = Math.max(width, MIN_WIDTH) - VERDICT_WIDTH - 5 * BORDER;
  const share = (part: number) => Math.floor(room * part);
  const table = new Table({
    head: ["asked", "expected", "met", "what the package does", ""],
    colWidths: [share(0.25), share(0.27), share(0.25), share(0.23), VERDICT_WIDTH],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const { id, asked, expected, source, met, package: does, verdict } of report.lines) {
    table.push([`${id}\n${asked}`, `${expected} (${source})`, met, does, SIGNS[verdict]]);
  }
  const { expected, copes, fails } = countsOf(report.lines);
  const summary =
    fails === 0
      ? `The package copes with everything that was met: ${expected} as expected, ${copes} otherwise.`
      : `The package does NOT cope with ${fails} of ${report.lines.length}: ${report.lines
          .filter(({ verdict }) => verdict === "fails")
          .map(({ id }) => id)
          .join(", ")}.`;
  return `${table.toString()}\n${summary}\n`;
}
