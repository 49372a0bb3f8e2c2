import { CsvError, parse } from "csv-parse/sync";
import type { FileProblem } from "./file-text";

/** A cell of a CSV file: its value, and where it stands in the text. */
export interface CsvCell {
  value: string;
  quoted: boolean;
  start: number;
  end: number;
}

/** A line of cells; with a line break in a quoted cell it takes several lines of the file. */
export interface CsvRecord {
  /** Line of the file where it begins, from 1. */
  line: number;
  /** At least one. */
  cells: CsvCell[];
}

/** A line that begins with `#`. */
export interface CsvComment {
  /** Line of the file, from 1. */
  line: number;
  text: string;
}

interface CsvContent {
  records: CsvRecord[];
  comments: CsvComment[];
  problems: FileProblem[];
}

/** How a file sets its cells apart. */
export interface CsvDialect {
  /** One character; default: a comma. */
  delimiter?: string;
  /** Whether a line that begins with `#` is a comment, as in a roster; default: true. */
  comments?: boolean;
}

const LINE_END = /\r\n|\n|\r/;
const OPTIONS = {
  bom: true,
  comment_no_infix: true,
  record_delimiter: ["\r\n", "\n", "\r"],
  relax_column_count: true,
  skip_empty_lines: true,
};
const QUOTES = {
  CSV_QUOTE_NOT_CLOSED: "a quote opens a cell and none closes it",
  CSV_INVALID_CLOSING_QUOTE: "something follows a closing quote; a quote inside of a cell is written twice",
  INVALID_OPENING_QUOTE:
    "a quote in the middle of a cell; put the cell in quotes and write those inside twice",
};

/**
 * The records of a CSV file, its comments (lines that begin with `#`) apart, without blank lines. What a cell is
 * says csv-parse; where it stands follows from that, and is held against the text.
 */
export function csvRecords(text: string, { delimiter = ",", comments = true }: CsvDialect = {}): CsvContent {
  const options = { ...OPTIONS, delimiter, comment: comments ? "#" : null };
  try {
    const rows = parse(text, {
      ...options,
      cast: (value, { quoting }) => ({ value, quoted: quoting }),
    }) as unknown as Pick<CsvCell, "value" | "quoted">[][];
    return located(text, rows, { delimiter, comments });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return {
      records: [],
      comments: [],
      problems: [
        { line: lineOf(text, options), message: QUOTES[error.code as keyof typeof QUOTES] ?? error.message },
      ],
    };
  }
}

function located(
  text: string,
  rows: Pick<CsvCell, "value" | "quoted">[][],
  { delimiter, comments: hasComments }: Required<CsvDialect>,
): CsvContent {
  const records: CsvRecord[] = [];
  const comments: CsvComment[] = [];
  const lines = lineCounter(text);
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  const passOver = () => {
    const next = afterPassedOver(text, at, hasComments);
    for (const { start, text: comment } of next.comments)
      comments.push({ line: lines(start), text: comment });
    at = next.at;
  };
  for (const row of rows) {
    passOver();
    const line = lines(at);
    const cells: CsvCell[] = [];
    for (const { value, quoted } of row) {
      const start = at + (cells.length > 0 ? 1 : 0);
      const raw = quoted ? `"${value.replaceAll('"', '""')}"` : value;
      const whole = cells.length > 0 ? delimiter + raw : raw;
      if (!text.startsWith(whole, at)) {
        return afterClosingQuote(line);
      }
      at += whole.length;
      cells.push({ value, quoted, start, end: at });
    }
    records.push({ line, cells });
    const rest = endOfLine(text, at);
    if (rest.start !== at) return afterClosingQuote(line);
    at = rest.end;
  }
  passOver();
  return { records, comments, problems: [] };
}

const afterClosingQuote = (line: number): CsvContent => ({
  records: [],
  comments: [],
  problems: [{ line, message: QUOTES.CSV_INVALID_CLOSING_QUOTE }],
});

/** Where the next record begins, behind comments and blank lines, and those comments. */
function afterPassedOver(text: string, from: number, hasComments: boolean) {
  const comments: { start: number; text: string }[] = [];
  let at = from;
  while (at < text.length) {
    const { start, end } = endOfLine(text, at);
    if (start > at) {
      if (!hasComments || text[at] !== "#") break;
      comments.push({ start: at, text: text.slice(at, start) });
    }
    at = end;
  }
  return { at, comments };
}

/** The next line end from there on: where it starts and where the next line does. */
export function endOfLine(text: string, from: number): { start: number; end: number } {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === "\r" && text[at + 1] === "\n") return { start: at, end: at + 2 };
    if (text[at] === "\n" || text[at] === "\r") return { start: at, end: at + 1 };
  }
  return { start: text.length, end: text.length };
}

/** Lines of rising positions, each part of the text counted once. */
function lineCounter(text: string): (at: number) => number {
  let counted = 0;
  let line = 1;
  return (at) => {
    line += text.slice(counted, at).split(LINE_END).length - 1;
    counted = at;
    return line;
  };
}

/** csv-parse counts a CRLF inside of quotes twice, so that the line of its error is taken from the text without. */
function lineOf(text: string, options: typeof OPTIONS): number | undefined {
  try {
    parse(text.replace(/\r\n?/g, "\n"), options);
  } catch (error) {
    if (error instanceof CsvError) return error.lines as number | undefined;
  }
  return undefined;
}
