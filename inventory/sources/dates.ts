import { instantOf, isRealYear } from "../../provider/model/instant";

/** What 11/12/2026 means: month first, or day first. */
export type DateOrder = "mdy" | "dmy";

const TIME = String.raw`(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([AaPp]\.?[Mm]\.?)?\s*(?:UTC|GMT|Z)?)?`;
const YEAR_FIRST = new RegExp(String.raw`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})${TIME}$`);
const DOTTED = new RegExp(String.raw`^(\d{1,2})\.(\d{1,2})\.(\d{4})${TIME}$`);
const SLASHED = new RegExp(String.raw`^(\d{1,2})[/-](\d{1,2})[/-](\d{4})${TIME}$`);

/**
 * A date as exports write it, as ISO 8601: a date alone, or a date-time; one without an offset is taken as UTC, as
 * days are what counts. undefined where it is none, or could be two: 11/12/2026 without an order.
 */
export function isoDate(text: string, order: DateOrder | undefined): string | undefined {
  const trimmed = text.trim();
  if (instantOf(trimmed, "from") !== undefined) return trimmed;
  const [, first = "", second = "", third = "", ...time] = YEAR_FIRST.exec(trimmed) ?? [];
  if (first !== "") return whole(first, second, third, time);
  const [, day = "", month = "", year = "", ...dottedTime] = DOTTED.exec(trimmed) ?? [];
  if (day !== "") return whole(year, month, day, dottedTime);
  const [, a = "", b = "", slashedYear = "", ...slashedTime] = SLASHED.exec(trimmed) ?? [];
  if (a === "" || order === undefined) return undefined;
  return order === "mdy" ? whole(slashedYear, a, b, slashedTime) : whole(slashedYear, b, a, slashedTime);
}

/**
 * Whether a text is a date that systems write where there is none: `0001-01-01`, `1/0/1900`, `00.00.0000`,
 * `9999-12-31`. Which of its numbers is the month is no matter.
 */
export function standsForNoDate(text: string): boolean {
  const [, first, last] =
    /^(?:(\d{4})[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}))(?=$|[T ,])/.exec(text.trim()) ?? [];
  const year = first ?? last;
  return year !== undefined && !isRealYear(Number(year));
}

/** What databases and spreadsheets write beside a date alone. Read as a moment, it would cut off somebody's last day. */
const NO_TIME = "00:00:00";

function whole(
  year: string,
  month: string,
  day: string,
  [hour, minute = "", second = "00", half]: (string | undefined)[],
): string | undefined {
  const two = (digits: string | number) => String(digits).padStart(2, "0");
  const date = `${year}-${two(month)}-${two(day)}`;
  const clock = hour === undefined ? NO_TIME : `${two(inDay(hour, half))}:${minute}:${second}`;
  const text = clock === NO_TIME ? date : `${date}T${clock}Z`;
  return instantOf(text, "from") === undefined ? undefined : text;
}

/** 12 AM is the first hour of the day. */
function inDay(hour: string, half: string | undefined): number {
  if (half === undefined) return Number(hour);
  return (Number(hour) % 12) + (/^p/i.test(half) ? 12 : 0);
}

/** The day that a file's name tells, as in `okta-2026-11-20.csv` or `users_20261120.csv`. */
export function dateInName(name: string): string | undefined {
  const [, year, month, day] = /(?<!\d)(20\d\d)-?(\d\d)-?(\d\d)(?!\d)/.exec(name) ?? [];
  const date = `${year}-${month}-${day}`;
  return year !== undefined && instantOf(date, "from") !== undefined ? date : undefined;
}
