import { foldEmail, isEmail } from "../../member/email";
import { instantOf } from "../../member/instant";
import { type CsvRecord, csvRecords } from "../../people/csv-records";
import { fileText } from "../../people/file-text";
import { unescapeFormula } from "../../people/formula";
import { counted } from "../console/text";
import { type DateOrder, isoDate } from "./dates";
import { type ColumnsByField, columnKey, type Field } from "./fields";
import { mapped, type Recognised, recognise } from "./layouts";
import type { Source, SourceRecord, Standing } from "./source";
import { type StandingWords, wordKey } from "./standing-words";

/** What has to be told of a file that it does not tell itself. */
export interface ReadingOptions {
  /** Its columns, whatever they look like; undefined: they are recognised. */
  map: ColumnsByField | undefined;
  /** Its columns, should they not be recognised. */
  otherwise: ColumnsByField | undefined;
  /** What words in the column of the status mean, beside those that are known. */
  words: StandingWords;
  dates: DateOrder | undefined;
  /** The moment that it is read for, in milliseconds since 1970: an end before it has passed. */
  now: number;
}

export type Records = Pick<Source, "layout" | "columns" | "records" | "notes">;

const DELIMITERS = [",", ";", "\t"];
/** As Notion's settings call them. */
const NOTION_ROLES = [
  "workspace owner",
  "owner",
  "membership admin",
  "admin",
  "member",
  "workspace member",
  "restricted member",
  "guest",
];
/** More of them nobody reads. */
const MOST_LINES = 5;

/**
 * Pure: the people of a CSV file, or everything that keeps it from being read, a sentence each. Cells may be set
 * apart by commas, semicolons (as spreadsheets write where the comma stands in numbers) or tabs.
 */
export function readRecords(bytes: Uint8Array, options: ReadingOptions): Records | { problems: string[] } {
  const content = fileText(bytes);
  if ("problem" in content) return { problems: [content.problem] };
  const { records: lines, problems } = cellsOf(content.text);
  if (problems.length > 0) return { problems };
  const [header, ...rows] = lines;
  if (header === undefined || rows.length === 0) {
    return { problems: ["it holds nobody: a line of column names and a line for each person are wanted"] };
  }
  const columns = header.cells.map(({ value }) => unescapeFormula(value).trim());
  const recognised = whatItIs(columns, options);
  if ("problem" in recognised) return { problems: [notRecognised(recognised.problem, columns)] };
  const used = new Set(Object.values(recognised.columns).flat());
  const twice = [...used].find((column) => columns.indexOf(column) !== columns.lastIndexOf(column));
  if (twice !== undefined) {
    return { problems: [`line ${header.line}: the column "${twice}" stands twice; keep one of the two`] };
  }
  return recordsOf(columns, rows, recognised, options);
}

function whatItIs(columns: string[], { map, otherwise }: ReadingOptions): Recognised | { problem: string } {
  if (map !== undefined) return mapped(map, columns);
  const recognised = recognise(columns);
  return "problem" in recognised && otherwise !== undefined ? mapped(otherwise, columns) : recognised;
}

function notRecognised(problem: string, columns: string[]): string {
  return (
    `${problem}. Its columns are ${columns.map((column) => `"${column}"`).join(", ")}: ` +
    `say which is which, such as --map "email=${columns[0] ?? "Work Email"},status=…,end=…"`
  );
}

/** The lines of a file, set apart by whatever makes most of its first one. */
function cellsOf(text: string): { records: CsvRecord[]; problems: string[] } {
  // A spreadsheet may write what sets cells apart on a line of its own: it is left empty, so that lines keep their number.
  const [mark, told] = /^\uFEFF?sep=([,;\t])(?=\r|\n)/i.exec(text) ?? [];
  const body = mark === undefined ? text : text.slice(mark.length);
  const first = /^\uFEFF?(?:\s*[\r\n])*[^\r\n]*/.exec(body)?.[0] ?? "";
  const cells = (delimiter: string) =>
    csvRecords(first, { delimiter, comments: false }).records[0]?.cells.length ?? 0;
  const best = DELIMITERS.reduce((most, each) => (cells(each) > cells(most) ? each : most));
  return csvRecords(body, { delimiter: told ?? best, comments: false });
}

function recordsOf(
  columns: string[],
  rows: CsvRecord[],
  { layout, columns: fields, words }: Recognised,
  options: ReadingOptions,
): Records | { problems: string[] } {
  const problems: string[] = [];
  const unknown = new Map<string, number[]>();
  const noAddress: number[] = [];
  const records = rows.flatMap(({ line, cells }): SourceRecord[] => {
    const values = cells.map(({ value }) => cellText(value));
    if (values.every((value) => value === "")) return [];
    if (values.length < columns.length || values.slice(columns.length).some((value) => value !== "")) {
      problems.push(`line ${line}: ${counted(values.length, "cell")}, but ${columns.length} columns`);
      return [];
    }
    const filled = new Map(
      columns.flatMap((column, index) => (values[index] ? [[column, values[index]] as const] : [])),
    );
    const all = (field: Field) => (fields[field] ?? []).flatMap((column) => filled.get(column) ?? []);
    const first = (field: Field) => all(field)[0] ?? null;
    const email =
      all("email")
        .map(addressOf)
        .find((each) => each !== undefined) ?? null;
    if (email === null) noAddress.push(line);
    const login =
      all("login")
        .map(addressOf)
        .find((each) => each !== undefined && each !== email) ?? null;
    const others = all("other")
      .flatMap((cell) => cell.split(/[\s,;|]+|\+(?=(?:smtp|sip):)/i))
      .map(addressOf);
    const otherEmails = others.filter((each) => each !== undefined && each !== email && each !== login);

    const status = first("status");
    const told =
      fields.status === undefined
        ? "active"
        : (options.words.get(wordKey(status ?? "")) ?? words.get(wordKey(status ?? "")));
    if (told === undefined) unknown.set(status ?? "", [...(unknown.get(status ?? "") ?? []), line]);
    const ends = all("end").map((text) => isoDate(text, options.dates) ?? { text });
    for (const end of ends) if (typeof end !== "string") problems.push(noDate(line, end.text));
    // The first that comes: who is deleted today has left, whatever day HR had in mind.
    const end = ends.filter((each) => typeof each === "string").sort(byInstant)[0] ?? null;
    const since = first("since");
    const standing = standingBy(told ?? "active", end, options.now);
    const hasEnded = end !== null && isPast(end, options.now);
    return [
      {
        line,
        email,
        login,
        otherEmails: [...new Set(otherEmails)] as string[],
        name: first("name") ?? ([...all("givenName"), ...all("familyName")].join(" ") || null),
        standing,
        status,
        since: hasEnded ? end : since === null ? null : (isoDate(since, options.dates) ?? since),
        end,
        manager: first("manager"),
        department: first("department"),
        employeeNumber: first("employeeNumber"),
        role: first("role"),
        isGuest: [...all("userType"), ...all("role")].some((cell) => wordKey(cell) === "guest"),
        cells: filled,
      },
    ];
  });
  problems.push(...unknownWords(unknown, words, options.words));
  if (layout === "notion") problems.push(...unknownRoles(records));
  if (problems.length > 0) return { problems };
  if (records.length === 0) return { problems: ["it holds nobody: every line is empty"] };
  const notes =
    noAddress.length === 0
      ? []
      : [
          `${counted(noAddress.length, "line")} without an e-mail address (${linesText(noAddress)}): known by number or name alone.`,
        ];
  return { layout, columns, records, notes };
}

/** A dash stands for nothing. */
function cellText(value: string): string {
  const text = unescapeFormula(value).trim();
  return /^[-–—]+$/.test(text) ? "" : text;
}

/** `SMTP:ada@example.com` is how a directory marks a mailbox; who signs in as a guest there has no address of it. */
function addressOf(cell: string): string | undefined {
  const address = cell.replace(/^(smtp|sip):/i, "");
  return isEmail(address) && !/#ext#/i.test(address) ? foldEmail(address) : undefined;
}

/** An end that is to come is not there yet, whatever the status says; one that has passed ends it. */
function standingBy(told: Standing, end: string | null, now: number): Standing {
  if (end === null) return told;
  if (isPast(end, now)) return "left";
  return told === "left" ? "active" : told;
}

const isPast = (end: string, now: number) => (instantOf(end, "until") ?? Number.POSITIVE_INFINITY) <= now;
const byInstant = (a: string, b: string) => (instantOf(a, "until") ?? 0) - (instantOf(b, "until") ?? 0);

function noDate(line: number, text: string): string {
  const order = /^\d{1,2}[/-]\d{1,2}[/-]\d{4}/.test(text)
    ? `"${text}" can be read in two ways: say --dates mdy (month first) or --dates dmy (day first)`
    : `"${text}" is no date that is known, such as 2026-12-04`;
  return `line ${line}: ${order}`;
}

function unknownWords(unknown: Map<string, number[]>, ...known: StandingWords[]): string[] {
  const words = [...new Set(known.flatMap((each) => [...each.keys()]))].join(", ");
  return [...unknown].map(([status, lines]) => {
    const word = status === "" ? "an empty status" : `the status "${status}"`;
    return (
      `line ${linesText(lines)}: what ${word} means is not known (known are ${words}); ` +
      `say --status "${status}=active", or =pending, =suspended, =left`
    );
  });
}

/** Any list may have a column called role: whose roles are others than Notion's is not read as Notion's. */
function unknownRoles(records: SourceRecord[]): string[] {
  const other = records.find(({ role }) => role !== null && !NOTION_ROLES.includes(wordKey(role)));
  if (other === undefined) return [];
  return [
    `line ${other.line}: it looks like Notion's list of members, but "${other.role}" is no role there; if it is one, ` +
      "say --map with role=COLUMN, if it is another list, with what its columns are",
  ];
}

function linesText(lines: number[]): string {
  const more = lines.length > MOST_LINES ? ` and ${lines.length - MOST_LINES} more` : "";
  return lines.slice(0, MOST_LINES).join(", ") + more;
}

/** The value of a line in a column that is named as the file names it, or nearly so; undefined where it has none. */
export function cellOf({ cells }: SourceRecord, column: string): string | undefined {
  const key = columnKey(column);
  return cells.get(column) ?? [...cells].find(([name]) => columnKey(name) === key)?.[1];
}
