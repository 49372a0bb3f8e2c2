import type { CsvRecord } from "./csv-records";

/** How a spreadsheet writes yes and no when it saves a CSV: in its own language, most of them in capitals. */
export const TRUE_WORDS = ["true", "wahr", "vrai", "verdadero", "verdadeiro", "vero", "waar", "prawda"];
export const FALSE_WORDS = ["false", "falsch", "faux", "falso", "onwaar", "fałsz"];

/** `true` or `false` for a word that means it; any other text as it is. */
export function truthText(cell: string): string {
  const word = cell.toLowerCase();
  if (TRUE_WORDS.includes(word)) return "true";
  return FALSE_WORDS.includes(word) ? "false" : cell;
}

/** Whether Excel shortened a long number, as it shows and saves one: `1.23E+11`. Which digits it had is lost. */
export function isShortenedNumber(cell: string): boolean {
  return /^-?\d(?:[.,]\d+)?E[+-]\d{2,3}$/i.test(cell);
}

/** What to do about one. */
export const SHORTENED =
  "is a number that Excel shortened: its digits are lost. Make the column a text in Excel, fill it again, and save";

/** The records of a file without empty ones, which Excel writes for rows that were cleared. */
export function filledRecords(records: readonly CsvRecord[]): CsvRecord[] {
  return records.filter(({ cells }) => cells.some(({ value }) => value !== ""));
}

/** How many columns have a name, up to the last that has one: Excel writes cleared columns as empty cells behind it. */
export function namedWidth(names: readonly string[]): number {
  return names.findLastIndex((name) => name !== "") + 1;
}
