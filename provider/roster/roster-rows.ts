import { isMap, isScalar, isSeq } from "yaml";
import { foldEmail } from "../model/email";
import { type CsvRecord, csvRecords } from "./csv-records";
import type { FileProblem } from "./file-text";
import { unescapeFormula } from "./formula";
import { filledRecords, namedWidth, noComment, truthText } from "./spreadsheet";
import { isEmptyScalar, parseYamlText } from "./yaml-text";

/** One person of a roster file as text, and where they stand. */
export interface RosterRow {
  /** Line of the file, from 1. */
  line: number;
  /** The userName folded; "" where there is none. */
  email: string;
  fields: Record<string, string>;
}

/** Rows that could be read, and what was wrong with the others. */
export interface RosterRows {
  /** Every column or field that is named, with the line that names it first, whether it is filled or not. */
  columns: Map<string, number>;
  rows: RosterRow[];
  problems: FileProblem[];
}

const COLUMNS_WANTED = "its first line names the columns, such as userName,role";

/** A roster in CSV: a line of column names, a line for each person, `#` for comments. An empty cell is not declared. */
export function csvRows(text: string): RosterRows {
  const columns = new Map<string, number>();
  const { records: found, comments, problems } = csvRecords(text);
  const [header, ...records] = filledRecords(found);
  if (problems.length > 0) return { columns, rows: [], problems };
  if (header === undefined)
    return { columns, rows: [], problems: [{ message: `it is empty: ${COLUMNS_WANTED}` }] };
  const separator = separatorOf(header);
  if (separator !== undefined) {
    const message = `its cells are set apart by ${separator}; save it with commas`;
    return { columns, rows: [], problems: [{ line: header.line, message }] };
  }
  const titles = header.cells.map(({ value }) => value);
  const names = titles.slice(0, namedWidth(titles));
  for (const name of names) {
    if (columns.has(name)) problems.push(twice("column", name, header.line));
    columns.set(name, header.line);
  }
  problems.push(...comments.flatMap((comment) => noComment(comment) ?? []));
  const rows = records.flatMap(({ line, cells }) => {
    if (cells.length < names.length || cells.slice(names.length).some(({ value }) => value !== "")) {
      const one = cells.length === 1 ? "cell" : "cells";
      problems.push({ line, message: `${cells.length} ${one}, but ${names.length} columns` });
      return [];
    }
    const filled = cells.flatMap(({ value }, index) =>
      value === "" ? [] : [[names[index] ?? "", unescapeFormula(value)]],
    );
    return [rowOf(line, Object.fromEntries(filled))];
  });
  return { columns, rows, problems };
}

function rowOf(line: number, fields: Record<string, string>): RosterRow {
  // Yes and no in small letters, whichever program wrote them.
  if (fields.protect !== undefined) fields.protect = truthText(fields.protect);
  return { line, email: foldEmail(fields.userName ?? ""), fields };
}

const twice = (kind: string, name: string, line: number): FileProblem => ({
  line,
  message: `the ${kind} ${name} is there twice; keep one of the two`,
});

/** Spreadsheets write CSV with semicolons where the comma stands in numbers. */
function separatorOf({ cells }: CsvRecord): string | undefined {
  const [only, second] = cells.map(({ value }) => value);
  if (only === undefined || second !== undefined) return undefined;
  return only.includes(";") ? "semicolons" : only.includes("\t") ? "tabs" : undefined;
}

/** A roster in YAML: a list of people, each with a line for a field. */
export function yamlRows(text: string): RosterRows {
  const { document, lineOf, errors } = parseYamlText(text);
  const problems = errors.map(({ line, message, twice: key }) =>
    key === undefined ? { line, message } : twice("field", key, line),
  );
  const columns = new Map<string, number>();
  if (problems.length > 0) return { columns, rows: [], problems };
  if (document.contents === null) {
    const message = "it is empty; write a list of people, or [] for nobody";
    return { columns, rows: [], problems: [{ message }] };
  }
  if (!isSeq(document.contents)) {
    const problem = { line: lineOf(document.contents), message: "expected a list of people" };
    return { columns, rows: [], problems: [problem] };
  }
  const rows: RosterRow[] = [];
  for (const item of document.contents.items) {
    if (!isMap(item)) {
      const message = 'a person is a map of fields, such as "userName: ada@example.com"';
      problems.push({ line: lineOf(item), message });
      continue;
    }
    const fields: Record<string, string> = {};
    for (const { key, value } of item.items) {
      const field = isScalar(key) ? String(key.value) : "?";
      if (!columns.has(field)) columns.set(field, lineOf(key));
      if (value === null || (isScalar(value) && isEmptyScalar(value))) continue;
      if (isScalar(value)) fields[field] = String(value.value);
      else if (field === "groups" && isSeq(value)) {
        const { names, problem } = namesIn(value.items);
        if (problem === undefined && names.length > 0) fields[field] = names.join("; ");
        else if (problem !== undefined) problems.push({ line: lineOf(key), column: field, message: problem });
      } else problems.push({ line: lineOf(key), column: field, message: "expected a text" });
    }
    rows.push(rowOf(lineOf(item), fields));
  }
  return { columns, rows, problems };
}

/** The names of groups in a list. */
function namesIn(items: readonly unknown[]): { names: string[]; problem?: string } {
  const names = items.map((item) => (isScalar(item) && !isEmptyScalar(item) ? String(item.value) : ""));
  if (names.includes("")) return { names, problem: "a list of names is wanted" };
  const several = names.find((name) => name.includes(";"));
  if (several === undefined) return { names };
  return {
    names,
    problem: `"${several}" has a semicolon, which sets names apart; name the person in \`include\` of the group instead`,
  };
}
