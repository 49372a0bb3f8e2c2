import { z } from "zod";
import { quoted } from "./invisible";

/** Whether a text stands for the begin or the end of a time: a date alone means its first or its last moment. */
export type Edge = "from" | "until";

/** In milliseconds. */
export const DAY_MS = 86_400_000;

const dateTime = z.iso.datetime({ offset: true });
const localDateTime = z.iso.datetime({ local: true });
const date = z.iso.date();

/**
 * Whether a year can be meant. Systems write a date for none: the zero of a clock (0001, 1601, 1900, 1970) or the last
 * that they know (4712, 9999). Read as an end, the first would take everybody out.
 */
export function isRealYear(year: number): boolean {
  return year > 1970 && year < 3000;
}

/**
 * The instant that a text means, in milliseconds since 1970: RFC 3339 with an offset, or a date alone, which is meant
 * in UTC from its first (`from`) or through its last moment (`until`). undefined for anything else, and for a date
 * that stands for none.
 */
export function instantOf(text: string, edge: Edge): number | undefined {
  const at = parsed(text);
  if (at === undefined || !isRealYear(new Date(at).getUTCFullYear())) return undefined;
  return at + (edge === "until" && date.safeParse(text).success ? DAY_MS : 0);
}

function parsed(text: string): number | undefined {
  // Asked of thousands of people, most of whom have no such time: what cannot be one costs nothing.
  if (!/^\d{4}-/.test(text)) return undefined;
  if (date.safeParse(text).success) return Date.parse(`${text}T00:00:00Z`);
  return dateTime.safeParse(text).success ? Date.parse(text) : undefined;
}

/** Why a text is no instant, as a clause that follows its name; undefined where it is one. */
export function whyNoInstant(text: string): string | undefined {
  if (instantOf(text, "from") !== undefined) return undefined;
  if (parsed(text) !== undefined)
    return `"${text}" is what systems write where there is no date: leave it out if there is none`;
  if (localDateTime.safeParse(text).success) {
    return (
      `"${text}" does not say in which zone: write ${text}Z if it is meant in UTC, ` +
      `or the offset of the zone that is meant, such as ${text}+01:00`
    );
  }
  return `must be a date such as 2026-12-04 or a date-time with an offset such as 2026-12-04T18:00:00Z, not ${quoted(text)}`;
}

/** An instant as people read it: to the minute, in UTC. */
export function instantWords(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** When an end is, as people read it: a date alone is through its last moment. */
export function endWords(until: string): string {
  if (date.safeParse(until).success) return `at the end of ${until} UTC`;
  const at = instantOf(until, "until");
  return at === undefined ? until : instantWords(at);
}

const DURATION_UNITS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: DAY_MS,
  w: 7 * DAY_MS,
};

/** The form of a duration, for errors and help. */
export const DURATION_WANTED = "a number of minutes, hours, days or weeks, such as 90m, 36h, 14d or 2w";

/** Milliseconds of `90m`, `36h`, `2d` or `1w`; undefined where a text is no duration. */
export function durationOf(text: string): number | undefined {
  const [, count, unit = ""] = /^(\d{1,5})([mhdw])$/.exec(text.trim()) ?? [];
  return count === undefined ? undefined : Number(count) * (DURATION_UNITS[unit] ?? 0);
}

/** From how many milliseconds on a span is told in a unit, and how many the unit has. */
const UNITS = [
  { from: 2 * DAY_MS, ms: DAY_MS, name: "day" },
  { from: 2 * 3_600_000, ms: 3_600_000, name: "hour" },
  { from: 60_000, ms: 60_000, name: "minute" },
];

/** How long from one instant to another: in days, below two days in hours, below two hours in minutes. */
export function spanWords(ms: number): string {
  const span = Math.abs(ms);
  const unit = UNITS.find(({ from }) => span >= from);
  if (unit === undefined) return "less than a minute";
  const count = Math.round(span / unit.ms);
  return `${count} ${unit.name}${count === 1 ? "" : "s"}`;
}
