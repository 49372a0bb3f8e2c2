import { stringify } from "csv-stringify/sync";
import { maskEmails, visibleLines } from "../console/text";
import type { Document } from "./document";
import { markdown } from "./markdown";
import { table } from "./table";

export const FORMATS = ["table", "json", "csv", "markdown"] as const;
export type Format = (typeof FORMATS)[number];

export interface FormatOptions {
  /** Show of e-mail addresses only the first letter and the domain. */
  mask: boolean;
  /** Room for a table, in characters. */
  width: number;
  /** Whether headings may be set off by terminal escapes. */
  color: boolean;
}

/** A report as text, ending in a line break. */
export function formatDocument(document: Document, format: Format, options: FormatOptions): string {
  const masked = <T>(value: T): T => (options.mask ? maskAll(value) : value);
  switch (format) {
    case "json":
      return `${visibleLines(JSON.stringify(masked(document.json), null, 2))}\n`;
    case "csv": {
      const { columns, rows } = masked(document.flat());
      return csvTable(warningsOf(document), columns, rows);
    }
    case "markdown":
      return markdown(document, masked(document.sections()));
    case "table":
      return table(document, masked(document.sections()), options);
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
    stringify([columns, ...rows.map((row) => row.map(visibleLines))], { escape_formulas: true })
  );
}

/** Masks wherever an address stands: a cell, a resource's name, a URN, a key's value in JSON. */
function maskAll<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_key, each: unknown) =>
    typeof each === "string" ? maskEmails(each) : each,
  ) as T;
}
