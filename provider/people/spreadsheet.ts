import type { CsvRecord } from "./csv-records";

/** How a spreadsheet writes yes and no when it saves a CSV: in its own language, most of them in capitals. */
export const TRUE_WORDS = [
  ...["true", "wahr", "vrai", "verdadero", "verdadeiro", "vero", "waar", "prawda", "pravda", "igaz"],
  ...["sant", "sann", "sand", "tosi", "doğru", "истина"],
];
export const FALSE_WORDS = [
  ...["false", "falsch", "faux", "falso", "onwaar", "fałsz", "nepravda", "hamis"],
  ...["falskt", "falsk", "usann", "epätosi", "yanliş", "ложь"],
];

/** `true` or `false` for a word that means it; any other text as it is. */
export function truthText(cell: string): string {
  const word = cell.toLowerCase();
  if (TRUE_WORDS.includes(word)) return "true";
  return FALSE_WORDS.includes(word) ? "false" : cell;
}

/** What spreadsheets save in place of a value that they cannot compute. */
const ERRORS = ["#N/A", "#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!"];

/** Why a cell is not what was typed, as a clause that follows it; undefined where it may be. */
export function lostValue(cell: string): string | undefined {
  if (/^-?\d(?:[.,]\d+)?E[+-]\d{2,3}$/i.test(cell)) {
    return "is a number that Excel shortened: its digits are lost. Make the column a text in Excel, fill it again, and save";
  }
  if (/^#{3,}$/.test(cell)) {
    return "is what a spreadsheet saves where a column is too narrow: make it wider, and save again";
  }
  return ERRORS.includes(cell)
    ? "is an error of a spreadsheet in place of a value: correct the cell, and save again"
    : undefined;
}

/** The line of each such error that begins a line of a roster, where it would be read as a comment. */
export function errorsReadAsComments(text: string): { line: number; cell: string }[] {
  return text.split(/\r\n|\n|\r/).flatMap((written, index) => {
    const cell = ERRORS.find((error) => written === error || written.startsWith(`${error},`));
    return cell === undefined ? [] : [{ line: index + 1, cell }];
  });
}

/** The records of a file without empty ones, which Excel writes for rows that were cleared. */
export function filledRecords(records: readonly CsvRecord[]): CsvRecord[] {
  return records.filter(({ cells }) => cells.some(({ value }) => value !== ""));
}

/** How many columns have a name, up to the last that has one: Excel writes cleared columns as empty cells behind it. */
export function namedWidth(names: readonly string[]): number {
  return names.findLastIndex((name) => name !== "") + 1;
}
