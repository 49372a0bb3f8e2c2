import { extname } from "node:path";
import { type Io, note, redact, writeWhole } from "../cli/io";
import type { Document } from "./document";
import { type Format, formatDocument } from "./format";

export interface OutputOptions {
  /** Default: by the ending of `output`, else a table on a terminal and JSON elsewhere. */
  format?: Format;
  /** A file; default: stdout. */
  output?: string;
  mask: boolean;
}

const BY_ENDING: Record<string, Format> = {
  ".json": "json",
  ".csv": "csv",
  ".md": "markdown",
  ".txt": "table",
  ".sarif": "sarif",
  ".xml": "junit",
};
/** A table that is not for a terminal: the same bytes wherever it is written. */
const DEFAULT_WIDTH = 120;

/** Endings of formats that this program does not write: a file would hold something else than its name says. */
const OTHER_FORMATS = /\.(?:xlsx?|xlsm|xlsb|ods|numbers|tsv|pdf|docx?|odt|html?)$/i;

/** Why a report is not written to a file of this name, a sentence; undefined where it may be. */
export function refusedName(file: string): string | undefined {
  if (!OTHER_FORMATS.test(file)) return undefined;
  return `Its ending names a format that is not written here. A spreadsheet opens .csv; known are ${Object.keys(BY_ENDING).join(", ")}.`;
}

/** Prints a report, or writes it to a file. */
export function printDocument(io: Io, document: Document, { format, output, mask }: OutputOptions): void {
  const onTerminal = output === undefined && io.stdout.isTTY;
  const chosen = format ?? BY_ENDING[extname(output ?? "").toLowerCase()] ?? (onTerminal ? "table" : "json");
  const text = formatDocument(document, chosen, {
    mask,
    width: (onTerminal ? io.stdout.columns : undefined) ?? DEFAULT_WIDTH,
    redact: (each) => redact(io, each),
    color: onTerminal && !io.env.NO_COLOR && io.env.TERM !== "dumb",
  });
  printText(io, text, output);
  for (const sentence of document.incomplete) note(io, `INCOMPLETE: ${sentence}`);
}

/** Prints a text, or writes it to a file. */
export function printText(io: Io, text: string, output: string | undefined): void {
  if (output === undefined) io.stdout.write(text);
  else writeWhole(io, [{ file: output, text }]);
}
