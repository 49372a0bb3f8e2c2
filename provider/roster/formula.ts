// A spreadsheet takes such a cell for a formula; exports put an apostrophe before it (RFC 4180 knows none).
const FORMULA = /^[=+\-@\t\r＝＋－＠]/;

/** The cell that stands for a value: with an apostrophe before what a spreadsheet would compute. */
export function escapeFormula(value: string): string {
  return FORMULA.test(value) ? `'${value}` : value;
}

/** The value of a cell: without the apostrophe that keeps it from being a formula. */
export function unescapeFormula(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell;
}
