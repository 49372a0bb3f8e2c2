import { styleText } from "node:util";
import Table from "cli-table3";
import { sanitize } from "../cli/text";
import type { Document, Section } from "./document";

const NO_LINES = Object.fromEntries(
  ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"]
    .concat(["left", "left-mid", "mid", "mid-mid", "right", "right-mid", "middle"])
    .map((place) => [place, ""]),
);
const GAP = 2;
/** The last column gets at least this much, however long the ones before it are. */
const MIN_LAST_WIDTH = 30;
/** No e-mail is longer (RFC 5321 section 4.5.3.1.3); a name that is would make every row as wide as itself. */
const MAX_CELL_CHARACTERS = 254;
/** cli-table3 takes time and memory that grow with the square of the rows, and of a cell's lines. */
const ROWS_AT_ONCE = 50;
const CELL_CHARACTERS_AT_ONCE = 2_000;

/** A report for people: columns of text without lines, so that it can be piped and copied. */
export function table(
  document: Document,
  sections: Section[],
  { width, color }: { width: number; color: boolean },
): string {
  const style = (styles: Parameters<typeof styleText>[0], text: string) =>
    color ? styleText(styles, text, { validateStream: false }) : text;
  const heading = (text: string) => style("bold", text);
  const parts = [
    ...(document.asOf === undefined ? [] : [style(["bold", "yellow"], sanitize(document.asOf))]),
    ...document.incomplete.map((sentence) => style(["bold", "yellow"], `INCOMPLETE: ${sanitize(sentence)}`)),
    ...sections.map((section) => sectionText(section, width, heading)),
    sanitize(document.summary),
  ];
  return `${parts.join("\n\n")}\n`;
}

function sectionText(section: Section, width: number, heading: (text: string) => string): string {
  const head = heading(`${section.title} (${section.rows.length})`);
  const advice = section.advice === undefined ? [] : [section.advice];
  if (section.rows.length === 0) return [head, ...advice].join("\n");
  const rows = section.rows.map((row) => row.map(sanitize).map(cut)).flatMap(splitLastCell);
  const headings = section.columns.map(sanitize);
  const widths = columnWidths(headings, rows);
  const before = widths.slice(0, -1).reduce((sum, each) => sum + each, 0);
  const last = Math.min(widths.at(-1) ?? 0, Math.max(width - before, MIN_LAST_WIDTH));
  const colWidths = [...widths.slice(0, -1), last];
  const lines = linesOf([headings, ...rows], colWidths);
  const [columns = "", ...body] = lines.map((line) => line.trimEnd());
  return [head, ...advice, "", heading(columns), ...body].join("\n");
}

/** A cell that leaves room for the others; the last one has lines as many as it needs. */
function cut(cell: string, index: number, { length }: string[]): string {
  if (index === length - 1 || cell.length <= MAX_CELL_CHARACTERS) return cell;
  return `${cell.slice(0, MAX_CELL_CHARACTERS - 1).replace(/\p{Surrogate}$/u, "")}…`;
}

/** A row with a long list in its last cell as several rows. */
function splitLastCell(row: string[]): string[][] {
  const last = row.at(-1) ?? "";
  if (last.length <= CELL_CHARACTERS_AT_ONCE) return [row];
  const pieces: string[] = [];
  for (const word of last.split(" ")) {
    const piece = pieces.at(-1);
    if (piece === undefined || piece.length + word.length >= CELL_CHARACTERS_AT_ONCE) pieces.push(word);
    else pieces[pieces.length - 1] = `${piece} ${word}`;
  }
  return pieces.map((piece, index) => [
    ...(index === 0 ? row.slice(0, -1) : row.slice(1).map(() => "")),
    piece,
  ]);
}

/** Whether each letter of the row takes one place. */
const isPlain = (row: string[]) => row.every((cell) => /^[\x20-\x7e]*$/.test(cell));

/** The rows on lines; the printer is asked where there is something to wrap or measure: most rows have nothing. */
function linesOf(rows: string[][], colWidths: number[]): string[] {
  const lines: string[] = [];
  let asked: string[][] = [];
  const ask = () => {
    for (const chunk of chunksOf(asked)) lines.push(...lay(chunk, { colWidths }));
    asked = [];
  };
  for (const row of rows) {
    if (isPlain(row) && row.every((cell, index) => cell.length + GAP <= (colWidths[index] ?? 0))) {
      ask();
      lines.push(row.map((cell, index) => cell.padEnd(colWidths[index] ?? 0)).join(""));
    } else asked.push(row);
  }
  ask();
  return lines;
}

/** How wide each column would like to be, the gap included. */
function columnWidths(columns: string[], rows: string[][]): number[] {
  const lengths = [columns, ...rows.filter(isPlain)].map((row) => row.map((cell) => cell.length + GAP));
  // How wide other letters are (an ideograph takes two places) the table printer knows: a heading that it
  // has padded is as long as its column is wide.
  const separator = "\u0000";
  const printed = chunksOf(rows.filter((row) => !isPlain(row))).map((chunk) => {
    const [headings = ""] = lay([columns, ...chunk], { chars: { ...NO_LINES, middle: separator } });
    return headings.split(separator).map((heading) => heading.length);
  });
  return [...lengths, ...printed].reduce((widest, each) =>
    widest.map((width, index) => Math.max(width, each[index] ?? 0)),
  );
}

function chunksOf(rows: string[][]): string[][][] {
  const chunks: string[][][] = [];
  for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
    chunks.push(rows.slice(start, start + ROWS_AT_ONCE));
  }
  return chunks;
}

function lay(rows: string[][], options: Partial<Table.TableConstructorOptions>): string[] {
  const cells = new Table({
    chars: NO_LINES,
    style: { head: [], border: [], "padding-left": 0, "padding-right": GAP },
    wordWrap: options.colWidths !== undefined,
    ...options,
  });
  cells.push(...rows);
  return cells.toString().split("\n");
}
