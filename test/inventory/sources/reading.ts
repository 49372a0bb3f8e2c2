import { type ReadingOptions, readRecords } from "../../../inventory/sources/read-records";
import type { SourceRecord } from "../../../inventory/sources/source";
import { formatProblem } from "../../../provider/roster/file-text";

export const NOW = Date.parse("2026-11-20T12:00:00Z");

function read(text: string | Uint8Array, options: Partial<ReadingOptions> = {}) {
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  return readRecords(bytes, {
    map: undefined,
    otherwise: undefined,
    words: new Map(),
    dates: undefined,
    now: NOW,
    ...options,
  });
}

/** A list that can be used. */
export function list(text: string, options: Partial<ReadingOptions> = {}) {
  const result = read(text, options);
  if ("problems" in result) throw new Error(result.problems.map(({ message }) => message).join("\n"));
  return result;
}

/** What keeps one from being used. */
export function problems(text: string | Uint8Array, options: Partial<ReadingOptions> = {}): string[] {
  const result = read(text, options);
  return "problems" in result
    ? result.problems.map((each) => formatProblem("list", each).slice("list, ".length))
    : [];
}

/** A line in short. */
export const brief = ({ line, email, status, since }: SourceRecord) =>
  `${line} ${email} ${status}${since === null ? "" : ` since ${since}`}`;
