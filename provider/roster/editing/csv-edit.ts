import { type CsvCell, type CsvRecord, csvRecords, endOfLine } from "../csv-records";
import { escapeFormula, unescapeFormula } from "../formula";
import { filledRecords, namedWidth } from "../spreadsheet";
import { NotEditable } from "./change";
import { Habits } from "./habits";
import { Splices } from "./splices";
import type { Wish } from "./wish";

/**
 * Pure: a roster in CSV after its edit. A column that is not there comes to the end, and every row gets an
 * empty cell for it: the one case in which lines of others change.
 */
export function editCsv(text: string, { sets, removals, additions }: Wish): string {
  const [header, ...rows] = filledRecords(csvRecords(text).records);
  if (header === undefined) throw new NotEditable({ message: "it is empty" });
  const titles = header.cells.map(({ value }) => value);
  const columns = titles.slice(0, namedWidth(titles));
  const added = [...additions.values()].flat();
  const wanted = [...sets.values(), ...added].flatMap((cells) =>
    [...cells].flatMap(([column, value]) => (value === "" ? [] : [column])),
  );
  const newColumns = [...new Set(wanted)].filter((column) => !columns.includes(column));

  const write = writer(columns, header, rows);
  // Columns without a name, which Excel leaves behind, stay the last ones.
  const lastNamed = ({ cells }: CsvRecord) => cells[columns.length - 1]?.end ?? 0;
  const splices = new Splices();
  const lineOf = (cells: ReadonlyMap<string, string>) =>
    [...columns, ...newColumns]
      .map((column, index) => write(column, index, cells.get(column) ?? ""))
      .concat(titles.slice(columns.length))
      .join(",");
  const addAfter = (record: CsvRecord, index: number) => {
    const { start, end } = endOfLine(text, endOf(record));
    for (const cells of additions.get(index) ?? []) {
      splices.insert(end, lineOf(cells) + text.slice(start, end));
    }
  };

  splices.insert(
    lastNamed(header),
    newColumns.map((column) => `,${write(column, 1, column, header.cells[0])}`).join(""),
  );
  addAfter(header, -1);
  for (const [index, record] of rows.entries()) {
    const cells = sets.get(index);
    if (removals.has(index)) {
      splices.delete(record.cells[0]?.start ?? 0, endOfLine(text, endOf(record)).end);
    } else {
      for (const [at, cell] of record.cells.entries()) {
        const value = cells?.get(columns[at] ?? "");
        if (value !== undefined)
          splices.replace(cell.start, cell.end, write(columns[at] ?? "", at, value, cell));
      }
      const row = newColumns.map((column) => `,${write(column, columns.length, cells?.get(column) ?? "")}`);
      splices.insert(lastNamed(record), row.join(""));
    }
    addAfter(record, index);
  }
  return splices.apply(text);
}

const endOf = ({ cells }: CsvRecord) => cells.at(-1)?.end ?? 0;

const inQuotes = (raw: string) => `"${raw.replaceAll('"', '""')}"`;
const isPlain = (raw: string, index: number) =>
  !/[",\r\n]/.test(raw) && !(index === 0 && raw.startsWith("#"));
const kindOf = (raw: string, index: number) =>
  raw === "" ? "empty" : isPlain(raw, index) ? "plain" : "quoted";

/** Writes a cell in the quotes that it has, that the others have, or that it needs. */
function writer(columns: string[], header: CsvRecord, rows: CsvRecord[]) {
  const habits = new Habits<boolean>();
  const noted = new Map<CsvCell, { column: string; style: boolean }>();
  for (const { cells } of [...rows, header]) {
    for (const [index, cell] of cells.entries()) {
      const note = { column: columns[index] ?? "", style: cell.quoted };
      noted.set(cell, note);
      habits.note(note, kindOf(cell.value, index));
    }
  }
  return (column: string, index: number, value: string, old?: CsvCell): string => {
    const raw = escapeFormula(value);
    if (unescapeFormula(raw) !== value) {
      const message = `a CSV cannot hold ${JSON.stringify(value)}; its apostrophe is not read`;
      throw new NotEditable({ column, message });
    }
    const kind = kindOf(raw, index);
    if (old !== undefined && kindOf(old.value, index) === kind) {
      return old.quoted ? inQuotes(raw) : raw;
    }
    const self = old && noted.get(old);
    const quoted = habits.of(column, kind, self) ?? habits.of(column, "plain", self) ?? false;
    return quoted || kind === "quoted" ? inQuotes(raw) : raw;
  };
}
