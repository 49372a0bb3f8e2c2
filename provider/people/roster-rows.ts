import { CsvError, parse } from "csv-parse/sync";
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";

/** One person of a roster file as text, and where they stand. */
export interface RosterRow {
  /** Line of the file, from 1. */
  line: number;
  fields: Record<string, string>;
}

/** Rows that could be read, and what was wrong with the others. */
export interface RosterRows {
  /** Every column or field that is named, with the line that names it first, whether it is filled or not. */
  columns: Map<string, number>;
  rows: RosterRow[];
  problems: string[];
}

// A spreadsheet takes such a cell for a formula; exports put an apostrophe before it (RFC 4180 knows none).
const ESCAPED_FORMULA = /^'(?=[=+\-@\t\r＝＋－＠])/;

/** A roster in CSV: a line of column names, a line for each person, `#` for comments. An empty cell is not declared. */
export function csvRows(text: string): RosterRows {
  const columns = new Map<string, number>();
  try {
    const parsed = parse(text, {
      bom: true,
      columns: (header: string[]) => {
        for (const column of header) columns.set(column, 1);
        return header;
      },
      comment: "#",
      comment_no_infix: true,
      info: true,
      skip_empty_lines: true,
    }) as unknown as { record: Record<string, string>; info: { lines: number } }[];
    const rows = parsed.map(({ record, info }) => ({
      line: info.lines,
      fields: Object.fromEntries(
        Object.entries(record).flatMap(([column, value]) =>
          value === "" ? [] : [[column, value.replace(ESCAPED_FORMULA, "")]],
        ),
      ),
    }));
    return { columns, rows, problems: [] };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { columns, rows: [], problems: [`line ${error.lines ?? "?"}: ${error.message}`] };
  }
}

/** A roster in YAML: a list of people, each with a line for a field. */
export function yamlRows(text: string): RosterRows {
  const lines = new LineCounter();
  // Every value is a text here: an employee number keeps its zeros, `no` is a locale and not false.
  const document = parseDocument(text, { lineCounter: lines, schema: "failsafe", uniqueKeys: true });
  const lineOf = (node: unknown) => {
    const range = (node as { range?: [number, number, number] | null } | null)?.range;
    return range ? lines.linePos(range[0]).line : 1;
  };
  const problems = document.errors.map(({ message }) => message.split("\n")[0] ?? message);
  const columns = new Map<string, number>();
  if (problems.length > 0 || document.contents === null) return { columns, rows: [], problems };
  if (!isSeq(document.contents)) {
    return { columns, rows: [], problems: [`line ${lineOf(document.contents)}: a list of people is wanted`] };
  }
  const rows: RosterRow[] = [];
  for (const item of document.contents.items) {
    if (!isMap(item)) {
      problems.push(`line ${lineOf(item)}: a person is a map of fields, such as "userName: ada@example.com"`);
      continue;
    }
    const fields: Record<string, string> = {};
    for (const { key, value } of item.items) {
      const field = isScalar(key) ? String(key.value) : "?";
      if (!columns.has(field)) columns.set(field, lineOf(key));
      if (value === null || (isScalar(value) && (value.value === null || value.value === ""))) continue;
      if (isScalar(value)) fields[field] = String(value.value);
      else problems.push(`line ${lineOf(key)}, field ${field}: a text is wanted`);
    }
    rows.push({ line: lineOf(item), fields });
  }
  return { columns, rows, problems };
}
