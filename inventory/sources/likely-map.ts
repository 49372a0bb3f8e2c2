import { emailOfDeleted, isEmail } from "../../provider/model/email";
import { isoDate } from "./dates";
import { columnKey } from "./fields";
import { COMMON, wordKey } from "./status-words";

/** Titles of a column that says when somebody leaves, as other dates (of birth, of hire) are dates, too. */
const END = /end|leav|left|last|exit|term|austritt|letzt|fin|sortie|baja/;
/** Titles of the address of work: a list may have a private one. */
const PRIVATE = /home|private|personal|secondary|recovery|privat|manager|supervisor|vorgesetzt/;

/**
 * Pure: the most likely value of `--map` for a list, in quotes, for a message. The content of a column decides, not its
 * place: a copied proposal must not map a first name as an address.
 * @param rows the cells of each line
 */
export function likelyMap(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const cellsOf = (index: number) => rows.map((row) => row[index] ?? "").filter((cell) => cell !== "");
  const holding = (test: (cell: string) => boolean) =>
    columns.filter((column, index) => {
      const cells = cellsOf(index);
      return column !== "" && cells.length > 0 && cells.filter(test).length * 2 > cells.length;
    });
  const emails = holding((cell) => isEmail(cell) || emailOfDeleted(cell) !== undefined);
  const email = emails.find((column) => !PRIVATE.test(columnKey(column))) ?? emails[0];
  const [status] = holding((cell) => COMMON.has(wordKey(cell)));
  const dates = holding((cell) => isoDate(cell, "mdy") !== undefined || isoDate(cell, "dmy") !== undefined);
  const end = dates.find((column) => END.test(columnKey(column)));
  const value = `email=${inMap(email)},status=${inMap(status)},end=${inMap(end)}`;
  return value.includes('"') ? `'${value}'` : `"${value}"`;
}

/** A title with a comma or an equals sign stands in quotes. One that a shell would act on is not proposed. */
function inMap(column: string | undefined): string {
  if (column === undefined || /["'$`\\!\p{C}]/u.test(column)) return "…";
  return /[,=]/.test(column) ? `"${column}"` : column;
}
