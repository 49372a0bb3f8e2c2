import { parse } from "csv-parse/sync";
import { unescapeFormula } from "../../people/formula";
import { FileError } from "../console/errors";

/** A line of a CSV file of this program: its cells by column, without the apostrophes that keep them from being formulas. */
export interface CellLine {
  /** From 1. */
  line: number;
  cells: Readonly<Record<string, string>>;
}

/**
 * Pure: the lines of a CSV file that this program or its page wrote, saved by a spreadsheet or not.
 * @throws {FileError} when it is none, or has not just these columns
 */
export function readCells(file: string, text: string, columns: readonly string[]): CellLine[] {
  let records: { record: string[]; info: { lines: number } }[];
  try {
    records = parse(text, {
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      info: true,
    }) as never;
  } catch (error) {
    throw new FileError(`${file} cannot be read as CSV: ${(error as Error).message}.`);
  }
  const [header, ...lines] = records;
  const names = header?.record ?? [];
  const lacking = columns.filter((column) => !names.includes(column));
  if (lacking.length > 0) {
    const semicolons =
      names.length === 1 && names[0]?.includes(";")
        ? " Its cells are set apart by semicolons: save it with commas."
        : "";
    throw new FileError(
      `${file} has no column ${lacking.map((each) => `"${each}"`).join(", ")}.${semicolons}`,
    );
  }
  return lines.map(({ record, info }) => ({
    line: info.lines,
    cells: Object.fromEntries(names.map((name, index) => [name, unescapeFormula(record[index] ?? "")])),
  }));
}
