import { isEmail } from "../model/email";
import { type CsvComment, type CsvRecord, csvRecords } from "./csv-records";
import type { FileProblem } from "./file-text";

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

/** Why a line that begins with `#` may be no comment; undefined where it is one. */
export function noComment({ line, text }: CsvComment): FileProblem | undefined {
  const error = ERRORS.find((each) => text === each || text.startsWith(`${each},`));
  if (error !== undefined) return { line, message: `"${error}" ${lostValue(error)}` };
  if (/^#\s/.test(text)) return undefined;
  const { records } = csvRecords(text.slice(1), { comments: false });
  const holdsAddress = records.some(({ cells }) => cells.some(({ value }) => isEmail(value)));
  const message =
    'begins with # and holds an e-mail address. For a comment write "# " at its start. ' +
    "For a person whose address begins with # put the address in quotes";
  return holdsAddress ? { line, message } : undefined;
}

/** The records of a file without empty ones, which Excel writes for rows that were cleared. */
export function filledRecords(records: readonly CsvRecord[]): CsvRecord[] {
  return records.filter(({ cells }) => cells.some(({ value }) => value !== ""));
}

/** How many columns have a name, up to the last that has one: Excel writes cleared columns as empty cells behind it. */
export function namedWidth(names: readonly string[]): number {
  return names.findLastIndex((name) => name !== "") + 1;
}
