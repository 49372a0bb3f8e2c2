import { parse } from "csv-parse/sync";
import { FileError } from "../cli/errors";
import { CELL_OPTIONS, type CellLine, cellLines, type ParsedRecord } from "./cell-lines";

/**
 * Pure: the lines of a CSV file that this program or its page wrote, saved by a spreadsheet or not.
 * @throws {FileError} when it is none, or has not just these columns
 */
export function readCells(file: string, text: string, columns: readonly string[]): CellLine[] {
  let records: ParsedRecord[];
  try {
    records = parse(text, CELL_OPTIONS) as unknown as ParsedRecord[];
  } catch (error) {
    throw new FileError(`${file} cannot be read as CSV: ${(error as Error).message}.`);
  }
  const read = cellLines(records, columns);
  if ("problem" in read) throw new FileError(`${file} ${read.problem}`);
  return read.lines;
}
