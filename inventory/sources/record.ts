import { emailOfDeleted, foldEmail, isEmail } from "../../provider/model/email";
import { instantOf } from "../../provider/model/instant";
import { quoted, withoutInvisible } from "../../provider/model/invisible";
import { lostValue } from "../../provider/roster/spreadsheet";
import { type DateOrder, isoDate, standsForNoDate } from "./dates";
import type { Field } from "./fields";
import type { Recognised } from "./layouts";
import type { SourceRecord, Status } from "./source";
import { type StatusWords, wordKey } from "./status-words";

/** What a line says of somebody. */
interface ReadLine {
  record: SourceRecord;
  /** What is wrong with it, a clause each. */
  problems: string[];
  /** Its status, where nothing tells what it means. */
  unknownStatus: string | undefined;
}

/**
 * Pure: one line of a list as a person.
 * @param filled every filled cell, by the name of its column
 * @param options.words what words of a status mean, beside those of the layout
 */
export function recordOf(
  line: number,
  filled: ReadonlyMap<string, string>,
  { columns: fields, words }: Recognised,
  options: { words: StatusWords; dates: DateOrder | undefined; now: number },
): ReadLine {
  const all = (field: Field) => (fields[field] ?? []).flatMap((column) => filled.get(column) ?? []);
  const first = (field: Field) => all(field)[0] ?? null;
  const [email = null, login = null] = new Set(
    [firstAddress(all("email")), firstAddress(all("login"))].filter((each) => each !== undefined),
  );
  const others = ["email", "login", "other"]
    .flatMap((field) => all(field as Field))
    .flatMap(addressesIn)
    .filter((each) => each !== email && each !== login);

  const status = first("status");
  const told =
    fields.status === undefined
      ? undefined
      : (options.words.get(wordKey(status ?? "")) ?? words.get(wordKey(status ?? "")));
  const ends = datesOf(all("end"), options.dates);
  const deletions = datesOf(all("deleted"), options.dates);
  const deleted = earliest(deletions.dates);
  // The first that comes: who is deleted today has left, whatever day HR had in mind.
  const end = earliest([...ends.dates, ...deletions.dates]);
  const isDeleted =
    isPast(deleted, options.now) ||
    [...all("email"), ...all("login")].some((cell) => emailOfDeleted(cell) !== undefined);
  const hasEnded = isPast(end, options.now);
  const since = first("since");
  return {
    record: {
      line,
      email,
      login,
      otherEmails: [...new Set(others)],
      name: first("name") ?? ([...all("givenName"), ...all("familyName")].join(" ") || null),
      status: isDeleted ? "left" : statusBy(told ?? "active", end, options.now),
      statusText: status,
      since: hasEnded ? end : sinceOf(since, options.dates),
      end,
      contradicts: !isDeleted && contradicts(told, end, options.now),
      manager: first("manager"),
      department: first("department"),
      employeeNumber: first("employeeNumber"),
      role: first("role"),
      isGuest: [...all("userType"), ...all("role")].some((cell) => wordKey(cell) === "guest"),
      cells: filled,
    },
    problems: [
      ...[...ends.unread, ...deletions.unread].map(noDate),
      ...Object.values(fields).flatMap((columns) =>
        columns.flatMap((column) => problemsOf(column, filled.get(column) ?? "")),
      ),
    ],
    unknownStatus: fields.status !== undefined && told === undefined ? (status ?? "") : undefined,
  };
}

/** What keeps a cell from being read as what it was. */
function problemsOf(column: string, cell: string): string[] {
  const lost = lostValue(cell);
  if (lost !== undefined) return [`column "${column}": "${cell}" ${lost}`];
  const bare = withoutInvisible(cell);
  // Read as no address at all, it would make a known person unknown.
  const isHidden = bare !== cell && isEmail(bare);
  return isHidden ? [`column "${column}": ${quoted(cell)} is no e-mail address`] : [];
}

const firstAddress = (cells: readonly string[]) => cells.flatMap(addressesIn)[0];

/** Every address of a cell, also where it has a name beside it or is a link: `Ada Lovelace <ada@example.com>`. */
export function addressesIn(cell: string): string[] {
  return cell
    .split(/[\s,;|<>]+|\+(?=(?:smtp|sip):)/i)
    .map(addressOf)
    .filter((each) => each !== undefined);
}

/** `SMTP:ada@example.com` is how a directory marks a mailbox; who signs in as a guest there has no address of it. */
function addressOf(cell: string): string | undefined {
  const text = cell.replace(/^(smtp|sip|mailto):/i, "");
  const address = emailOfDeleted(text) ?? text;
  return isEmail(address) && !/#ext#/i.test(address) ? foldEmail(address) : undefined;
}

function datesOf(cells: readonly string[], order: DateOrder | undefined) {
  const dates: string[] = [];
  const unread: string[] = [];
  for (const cell of cells.filter((each) => !standsForNoDate(each))) {
    const date = isoDate(cell, order);
    if (date === undefined) unread.push(cell);
    else dates.push(date);
  }
  return { dates, unread };
}

function earliest(dates: readonly string[]): string | null {
  const at = (date: string) => instantOf(date, "until") ?? 0;
  return [...dates].sort((a, b) => at(a) - at(b))[0] ?? null;
}

/** A form of its own is kept as it stands. */
function sinceOf(text: string | null, order: DateOrder | undefined): string | null {
  if (text === null || standsForNoDate(text)) return null;
  return isoDate(text, order) ?? text;
}

/** An end that is to come is not there yet, whatever the status says; one that has passed ends it. */
function statusBy(told: Status, end: string | null, now: number): Status {
  if (end === null) return told;
  if (isPast(end, now)) return "left";
  return told === "left" ? "active" : told;
}

/** Somebody who came back, or whose end was moved, and one of the two cells was forgotten: which, nobody here knows. */
function contradicts(told: Status | undefined, end: string | null, now: number): boolean {
  if (end === null || told === undefined) return false;
  return isPast(end, now) ? told === "active" || told === "pending" : told === "left";
}

function isPast(end: string | null, now: number): boolean {
  return end !== null && (instantOf(end, "until") ?? Number.POSITIVE_INFINITY) <= now;
}

function noDate(text: string): string {
  return /^\d{1,2}[/-]\d{1,2}[/-]\d{4}/.test(text)
    ? `"${text}" can be read in two ways: say --dates mdy (month first) or --dates dmy (day first)`
    : `${quoted(text)} is no date that is known, such as 2026-12-04`;
}
