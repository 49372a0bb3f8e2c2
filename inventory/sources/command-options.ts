import { type Command, Option } from "commander";
import type { Io } from "../cli/io";
import { collect, parseDuration } from "../options";
import type { DateOrder } from "./dates";
import { readSources } from "./read-sources";
import type { Source } from "./source";
import { namedFiles, parseDated, parseMaps, parseWords } from "./source-options";

/** Which lists of people a command is given, and how they are read. */
export interface SourceOptions {
  with?: string[];
  map?: string[];
  status?: string[];
  dates?: DateOrder;
  dated?: string[];
  /** In milliseconds. */
  maxAge?: number;
}

export function addSourceOptions(command: Command): Command {
  return command
    .option(
      "--with <[name=]file>",
      "a list of people: the CSV export of Okta, Entra ID, Google Workspace, HR, or Notion's own members (repeatable)",
      collect,
    )
    .option(
      "--map <[name:]field=column,…>",
      "the columns of a list that is not known: email, status, end and others (repeatable)",
      collect,
    )
    .option(
      "--status <word=status,…>",
      "what a word in a list's status means: active, pending, suspended or left (repeatable)",
      collect,
    )
    .addOption(
      new Option("--dates <order>", "how to read 11/12/2026: month first or day first").choices([
        "mdy",
        "dmy",
      ]),
    )
    .option(
      "--dated <[name=]date>",
      "the date of a list; default: the date in its file's name, else the file's time (repeatable)",
      collect,
    )
    .option("--max-age <duration>", "refuse a list that is older, such as 2d, 36h or 1w", parseDuration);
}

/**
 * Reads the lists that the options name.
 * @param now the moment that they are read for: an end before it has passed
 * @throws {UsageError} and {FileError}
 */
export function sourcesOf(options: SourceOptions, io: Io, now: number): Source[] {
  const files = namedFiles(options.with ?? []);
  const names = files.map(({ name }) => name);
  return readSources(io, {
    files,
    maps: parseMaps(options.map ?? [], names),
    words: parseWords(options.status ?? []),
    dates: options.dates,
    dated: parseDated(options.dated ?? [], names),
    maxAgeMs: options.maxAge,
    now,
    present: io.now,
  });
}
