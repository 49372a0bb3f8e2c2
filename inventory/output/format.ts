import { stringify } from "csv-stringify/sync";
import { UsageError } from "../cli/errors";
import { maskEmails, sanitizeLines } from "../cli/text";
import type { Document, Results } from "./document";
import { junit } from "./junit";
import { markdown } from "./markdown";
import { sarif } from "./sarif";
import { table } from "./table";

export const FORMATS = ["table", "json", "csv", "markdown"] as const;
/** Those of a document that has results. */
export const RESULT_FORMATS = [...FORMATS, "sarif", "junit"] as const;
export type Format = (typeof RESULT_FORMATS)[number];

export interface FormatOptions {
  /** Show of e-mail addresses only the first letter and the domain. */
  mask: boolean;
  /** Room for a table, in characters. */
  width: number;
  /** Whether headings may be set off by terminal escapes. */
  color: boolean;
  /** A text without what is secret. What other programs read (JSON, CSV) is data and holds what Notion holds. */
  redact: (text: string) => string;
}

/** A report as text, ending in a line break. */
export function formatDocument(whole: Document, format: Format, options: FormatOptions): string {
  const masked = <T>(value: T): T => (options.mask ? mapTexts(value, maskEmails) : value);
  const shown = <T>(value: T): T => redacted(masked(value), options.redact);
  const { sections, flat, results, ...said } = whole;
  // Sections and rows are masked once they are made.
  const document: Document = {
    ...masked(said),
    sections,
    flat,
    ...(results === undefined ? {} : { results }),
  };
  switch (format) {
    case "json":
      return `${sanitizeLines(JSON.stringify(document.json, null, 2))}\n`;
    case "csv": {
      const { columns, rows } = masked(document.flat());
      return csvTable(warningsOf(document), columns, rows);
    }
    case "markdown":
      return markdown(document, shown(document.sections()));
    case "table":
      return table(document, shown(document.sections()), options);
    case "sarif":
      return sarif(shown(resultsOf(document)), document.incomplete);
    case "junit":
      return junit(document, shown(resultsOf(document)), document.incomplete);
  }
}

const warningsOf = ({ asOf, incomplete }: Document) => [
  ...(asOf === undefined ? [] : [asOf]),
  ...incomplete.map((sentence) => `INCOMPLETE: ${sentence}`),
];

/**
 * One table, RFC 4180, with line feeds. A cell that a spreadsheet would take for a formula begins with an
 * apostrophe; line breaks inside a cell stay, other control characters are shown as their escapes.
 */
export function csvTable(warnings: string[], columns: string[], rows: string[][]): string {
  return (
    warnings.map((sentence) => `# ${sentence}\n`).join("") +
    stringify([columns, ...rows.map((row) => row.map(sanitizeLines))], { escape_formulas: true })
  );
}

function resultsOf({ title, results }: Document): Results {
  if (results === undefined) throw new UsageError(`${title} has no results for SARIF or JUnit.`);
  return results();
}

/** Changes texts wherever they stand: a cell, a resource's name, a URN, a key's value in JSON. */
function mapTexts<T>(value: T, change: (text: string) => string): T {
  return JSON.parse(JSON.stringify(value), (_key, each: unknown) =>
    typeof each === "string" ? change(each) : each,
  ) as T;
}

/** Before it is laid out: what a table breaks or Markdown escapes is found no more. */
function redacted<T>(value: T, redact: (text: string) => string): T {
  const text = JSON.stringify(value);
  return redact(text) === text ? value : mapTexts(value, redact);
}
