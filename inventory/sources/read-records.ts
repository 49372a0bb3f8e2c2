import { quoted } from "../../provider/model/invisible";
import { type CsvRecord, csvRecords } from "../../provider/roster/csv-records";
import { type FileProblem, fileText } from "../../provider/roster/file-text";
import { unescapeFormula } from "../../provider/roster/formula";
import { namedWidth } from "../../provider/roster/spreadsheet";
import { formatCount } from "../cli/text";
import type { DateOrder } from "./dates";
import { type ColumnsByField, columnKey } from "./fields";
import { mapped, type Recognised, recognise } from "./layouts";
import { likelyMap } from "./likely-map";
import { recordOf } from "./record";
import type { Source, SourceRecord } from "./source";
import { type StatusWords, wordKey } from "./status-words";

/** The options about a file that its content does not answer. */
export interface ReadingOptions {
  /** Its columns, whatever they look like; undefined: they are recognised. */
  map: ColumnsByField | undefined;
  /** Its columns, should they not be recognised. */
  otherwise: ColumnsByField | undefined;
  /** What words in the column of the status mean, beside those that are known. */
  words: StatusWords;
  dates: DateOrder | undefined;
  /** The moment that it is read for, in milliseconds since 1970: an end before it has passed. */
  now: number;
}

export type Records = Pick<Source, "layout" | "columns" | "records" | "notes">;

const DELIMITERS = [",", ";", "\t", "|"];
/** As Notion's settings call them. */
const NOTION_ROLES = [
  "workspace owner",
  "owner",
  "membership admin",
  "admin",
  "member",
  "workspace member",
  "restricted member",
  "guest",
];
/** More of them nobody reads. */
const MOST_LINES = 5;

/**
 * Pure: the people of a CSV file, or everything that keeps it from being read, a sentence each. Cells may be set
 * apart by commas, semicolons (as spreadsheets write where the comma stands in numbers), tabs or bars.
 */
export function readRecords(
  bytes: Uint8Array,
  options: ReadingOptions,
): Records | { problems: FileProblem[] } {
  const table = linesOf(bytes);
  if ("problems" in table) return table;
  const { header, rows } = table;
  const columns = columnsOf(header);
  const recognised = whatItIs(columns, options);
  if ("problem" in recognised)
    return { problems: [{ message: notRecognised(recognised.problem, columns, rows) }] };
  const used = new Set(Object.values(recognised.columns).flat());
  const twice = [...used].find((column) => columns.indexOf(column) !== columns.lastIndexOf(column));
  if (twice !== undefined) {
    const message = `the column "${twice}" is there twice; keep one of the two`;
    return { problems: [{ line: header.line, message }] };
  }
  return recordsOf(columns, rows, recognised, options);
}

/** The first line of a file, and the others. */
function linesOf(bytes: Uint8Array): { header: CsvRecord; rows: CsvRecord[] } | { problems: FileProblem[] } {
  const content = fileText(bytes);
  if ("problem" in content) return { problems: [content.problem] };
  const { records: lines, problems } = cellsOf(content.text);
  if (problems.length > 0) return { problems };
  const [header, ...rows] = lines;
  if (header !== undefined && rows.length > 0) return { header, rows };
  const message = "it holds nobody: write a line of column names, then a line for each person";
  return { problems: [{ message }] };
}

/** Pure: a CSV file as its first line, and the cells of the others as texts. */
export function tableOf(
  bytes: Uint8Array,
): { header: CsvRecord; rows: { line: number; values: string[] }[] } | { problems: FileProblem[] } {
  const table = linesOf(bytes);
  if ("problems" in table) return table;
  const rows = table.rows.map(({ line, cells }) => ({
    line,
    values: cells.map(({ value }) => cellText(value)),
  }));
  return { header: table.header, rows };
}

/** The names of the columns. */
export function columnsOf(header: CsvRecord): string[] {
  const titles = header.cells.map(({ value }) => unescapeFormula(value).trim());
  return titles.slice(0, namedWidth(titles));
}

function whatItIs(columns: string[], { map, otherwise }: ReadingOptions): Recognised | { problem: string } {
  if (map !== undefined) return mapped(map, columns);
  const recognised = recognise(columns);
  return "problem" in recognised && otherwise !== undefined ? mapped(otherwise, columns) : recognised;
}

function notRecognised(problem: string, columns: string[], rows: CsvRecord[]): string {
  const cells = rows.map((row) => row.cells.map(({ value }) => cellText(value)));
  return (
    `${problem}. Its columns are ${columns.map((column) => quoted(column)).join(", ")}: ` +
    `say which is which, such as --map ${likelyMap(columns, cells)}`
  );
}

/** The lines of a file, set apart by whatever makes most of its first one. */
function cellsOf(text: string): ReturnType<typeof csvRecords> {
  // A spreadsheet may write what sets cells apart on a line of its own: it is left empty, so that lines keep their number.
  const [mark, told] = /^\uFEFF?sep=([,;\t|])(?=\r|\n)/i.exec(text) ?? [];
  const body = mark === undefined ? text : text.slice(mark.length);
  const first = /^\uFEFF?(?:\s*[\r\n])*[^\r\n]*/.exec(body)?.[0] ?? "";
  const cells = (delimiter: string) =>
    csvRecords(first, { delimiter, comments: false }).records[0]?.cells.length ?? 0;
  const best = DELIMITERS.reduce((most, each) => (cells(each) > cells(most) ? each : most));
  return csvRecords(body, { delimiter: told ?? best, comments: false });
}

function recordsOf(
  columns: string[],
  rows: CsvRecord[],
  recognised: Recognised,
  options: ReadingOptions,
): Records | { problems: FileProblem[] } {
  const problems: FileProblem[] = [];
  const unknown = new Map<string, number[]>();
  const noAddress: number[] = [];
  const records = rows.flatMap(({ line, cells }): SourceRecord[] => {
    const values = cells.map(({ value }) => cellText(value));
    if (values.every((value) => value === "")) return [];
    if (values.length < columns.length || values.slice(columns.length).some((value) => value !== "")) {
      problems.push({
        line,
        message: `${formatCount(values.length, "cell")}, but ${columns.length} columns`,
      });
      return [];
    }
    const filled = new Map(
      columns.flatMap((column, index) => (values[index] ? [[column, values[index]] as const] : [])),
    );
    const read = recordOf(line, filled, recognised, options);
    problems.push(...read.problems.map((message) => ({ line, message })));
    if (read.unknownStatus !== undefined)
      unknown.set(read.unknownStatus, [...(unknown.get(read.unknownStatus) ?? []), line]);
    if (read.record.email === null) noAddress.push(line);
    return [read.record];
  });
  const { layout, words } = recognised;
  problems.push(...unknownWords(unknown, words, options.words));
  if (layout === "notion") problems.push(...unknownRoles(records));
  if (problems.length > 0) return { problems };
  if (records.length === 0) return { problems: [{ message: "it holds nobody: every line is empty" }] };
  const notes =
    noAddress.length === 0
      ? []
      : [
          `${formatCount(noAddress.length, "line")} without an e-mail address (${linesText(noAddress)}): known by number or name alone.`,
        ];
  return { layout, columns, records, notes };
}

/** A dash stands for nothing. */
function cellText(value: string): string {
  const text = unescapeFormula(value).trim();
  return /^[-–—]+$/.test(text) ? "" : text;
}

function unknownWords(unknown: Map<string, number[]>, ...known: StatusWords[]): FileProblem[] {
  const words = [...new Set(known.flatMap((each) => [...each.keys()]))].join(", ");
  return [...unknown].map(([status, lines]) => {
    const word = status === "" ? "an empty status" : `the status ${quoted(status)}`;
    const message =
      `line ${linesText(lines)}: what ${word} means is not known (known are ${words}); ` +
      `say --status "${status}=active", or =pending, =suspended, =left`;
    return { message };
  });
}

/** Any list may have a column called role: whose roles are others than Notion's is not read as Notion's. */
function unknownRoles(records: SourceRecord[]): FileProblem[] {
  const other = records.find(({ role }) => role !== null && !NOTION_ROLES.includes(wordKey(role)));
  if (other === undefined) return [];
  const message =
    `it looks like Notion's list of members, but ${quoted(other.role ?? "")} is no role there; if it is one, ` +
    "say --map with role=COLUMN, if it is another list, with what its columns are";
  return [{ line: other.line, message }];
}

function linesText(lines: number[]): string {
  const more = lines.length > MOST_LINES ? ` and ${lines.length - MOST_LINES} more` : "";
  return lines.slice(0, MOST_LINES).join(", ") + more;
}

/** The value of a line in a column that is named as the file names it, or nearly so; undefined where it has none. */
export function cellOf({ cells }: SourceRecord, column: string): string | undefined {
  const key = columnKey(column);
  return cells.get(column) ?? [...cells].find(([name]) => columnKey(name) === key)?.[1];
}
