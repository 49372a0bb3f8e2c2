import { unescapeFormula } from "../../provider/roster/formula";

/** A line of a CSV file of this program: its cells by column, without the apostrophes that keep them from being formulas. */
export interface CellLine {
  /** From 1. */
  line: number;
  cells: Readonly<Record<string, string>>;
}

/** A record as csv-parse has it with these options, here and in the browser. */
export interface ParsedRecord {
  record: string[];
  info: { lines: number };
}

export const CELL_OPTIONS = {
  bom: true,
  relax_column_count: true,
  skip_empty_lines: true,
  info: true,
} as const;

/** Pure: the lines below the header, or a clause that says which of the columns is not there, or there twice. */
export function cellLines(
  [header, ...lines]: readonly ParsedRecord[],
  columns: readonly string[],
): { lines: CellLine[] } | { problem: string } {
  const names = header?.record ?? [];
  const lacking = columns.filter((column) => !names.includes(column));
  if (lacking.length > 0) {
    const semicolons =
      names.length === 1 && names[0]?.includes(";")
        ? " Its cells are set apart by semicolons: save it with commas."
        : "";
    return { problem: `has no column ${lacking.map((each) => `"${each}"`).join(", ")}.${semicolons}` };
  }
  const twice = columns.find((column) => names.indexOf(column) !== names.lastIndexOf(column));
  if (twice !== undefined) return { problem: `has the column "${twice}" twice: keep one of the two.` };
  return {
    lines: lines.map(({ record, info }) => ({
      line: info.lines,
      cells: Object.fromEntries(names.map((name, index) => [name, unescapeFormula(record[index] ?? "")])),
    })),
  };
}
