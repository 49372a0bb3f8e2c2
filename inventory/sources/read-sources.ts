import { basename } from "node:path";
import { DAY_MS, instantOf, instantWords, spanWords } from "../../provider/model/instant";
import { formatProblem } from "../../provider/roster/file-text";
import { FileError } from "../cli/errors";
import { type Io, modifiedAt, readBytes, sha256 } from "../cli/io";
import { type DateOrder, dateInName } from "./dates";
import type { ColumnsByField } from "./fields";
import { readRecords } from "./read-records";
import type { Source } from "./source";
import { type BySource, forSource, type NamedFile } from "./source-options";
import type { StatusWords } from "./status-words";

/** How the files of a command line are read. */
export interface SourcesOptions {
  files: readonly NamedFile[];
  maps: BySource<ColumnsByField>;
  words: StatusWords;
  dates: DateOrder | undefined;
  /** What day or moment a list is of, where neither its name nor its time tells. */
  dated: BySource<string>;
  /** How old a list may be, in milliseconds; undefined: as old as it likes. */
  maxAgeMs: number | undefined;
  /** The moment that they are read for, in milliseconds since 1970: an end before it has passed. */
  now: number;
  /** The present: how old a list is counts from it. */
  present: number;
}

/** Reads lists of people. @throws {FileError} with everything that is wrong with the first that is not usable */
export function readSources(io: Io, options: SourcesOptions): Source[] {
  return options.files.map((named) => {
    return sourceOf(named, readBytes(io, named.file), modifiedAt(io, named.file), options);
  });
}

/**
 * Pure: a list of people from the bytes of its file.
 * @param modified when the file was written last, in milliseconds since 1970
 * @throws {FileError} with everything that is wrong with it
 */
export function sourceOf(
  { name, file }: NamedFile,
  bytes: Uint8Array,
  modified: number,
  { maps, words, dates, dated, maxAgeMs, now, present }: Omit<SourcesOptions, "files">,
): Source {
  const when = dateOf(file, modified, forSource(dated, name));
  refuseDate(file, when.date, present, maxAgeMs);
  const read = readRecords(bytes, { words, dates, now, map: maps.named.get(name), otherwise: maps.all });
  if ("problems" in read) {
    throw new FileError(
      `${file} cannot be compared with:`,
      read.problems.map((each) => formatProblem(file, each)),
    );
  }
  return { name, file, ...when, sha256: sha256(bytes), ...read };
}

/** The day in a name is what its writer meant; a file's time may be that of a download or a checkout. */
function dateOf(file: string, modified: number, told: string | undefined): Pick<Source, "date" | "dateFrom"> {
  if (told !== undefined) return { date: told, dateFrom: "--dated" };
  const named = dateInName(basename(file));
  if (named !== undefined) return { date: named, dateFrom: "the file's name" };
  return { date: new Date(modified).toISOString(), dateFrom: "the file's time" };
}

function refuseDate(file: string, date: string, present: number, maxAgeMs: number | undefined): void {
  const from = instantOf(date, "from");
  if (from === undefined) {
    throw new FileError(
      `${file} is dated "${date}", which is no date such as 2026-11-20. Say it with --dated.`,
    );
  }
  // A day ahead there may be where the list was made.
  if (from > present + DAY_MS) {
    throw new FileError(`${file} is of ${date}, which is yet to come. Say what day it is of with --dated.`);
  }
  if (maxAgeMs !== undefined && present - from > maxAgeMs) {
    throw new FileError(
      `${file} is of ${instantWords(from)}, ${spanWords(present - from)} ago: older than --max-age allows. Export it anew.`,
    );
  }
}
