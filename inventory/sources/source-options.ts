import { basename, extname } from "node:path";
import { csvRecords } from "../../provider/roster/csv-records";
import { UsageError } from "../cli/errors";
import { type ColumnsByField, FIELDS, type Field } from "./fields";
import { STATUSES, type Status } from "./source";
import { type StatusWords, wordKey } from "./status-words";

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}_.-]*$/u;

/** A file that `--with` names. */
export interface NamedFile {
  name: string;
  file: string;
}

/**
 * Pure: `okta=people.csv`, or a file alone, which is called by its own name without a date.
 * @throws {UsageError} when two have one name
 */
export function namedFiles(values: readonly string[]): NamedFile[] {
  const files = values.map((value): NamedFile => {
    const at = value.indexOf("=");
    const name = value.slice(0, Math.max(at, 0));
    if (NAME.test(name)) return { name, file: value.slice(at + 1) };
    const own = basename(value, extname(value));
    return { name: own.replace(/[-_. ]*20\d\d-?\d\d-?\d\d.*$/, "") || own, file: value };
  });
  for (const { name, file } of files) {
    if (file === "") throw new UsageError(`--with ${name}= names no file.`);
    if (files.filter((each) => each.name === name).length > 1) {
      throw new UsageError(
        `Two sources are called ${name}: say --with NAME=${file}, with another name for each.`,
      );
    }
  }
  return files;
}

/** Values of an option that may be for one source, by its name, or for all. */
export interface BySource<T> {
  all: T | undefined;
  named: ReadonlyMap<string, T>;
}

/** What an option says for one source. */
export function forSource<T>(values: BySource<T>, name: string): T | undefined {
  return values.named.get(name) ?? values.all;
}

/**
 * Pure: `email=Work Email,end="Last day, of work"` for every source that is not known by its columns, or with
 * `hr:` before it for that one alone.
 * @throws {UsageError} saying what is allowed
 */
export function parseMaps(values: readonly string[], names: readonly string[]): BySource<ColumnsByField> {
  const maps = new Map<string | undefined, Partial<Record<Field, string[]>>>();
  for (const value of values) {
    const { name, rest } = prefixed(value, names);
    const map = maps.get(name) ?? {};
    for (const { key, text } of pairs("--map", rest)) {
      const field = FIELDS.find((each) => each === key);
      if (field === undefined || text === "") {
        throw new UsageError(
          `--map wants field=column, with a field of ${FIELDS.join(", ")}, not "${key}=${text}".`,
        );
      }
      map[field] = [...(map[field] ?? []), text];
    }
    maps.set(name, map);
  }
  const result = { all: maps.get(undefined), named: new Map<string, ColumnsByField>() };
  for (const [name, map] of maps) if (name !== undefined) result.named.set(name, map);
  for (const map of maps.values()) {
    if (map.email === undefined && map.login === undefined) {
      throw new UsageError("--map does not say where the e-mail address is: add email=COLUMN.");
    }
  }
  return result;
}

/** Pure: `On leave=active,Beendet=left`: what words of a status mean. @throws {UsageError} */
export function parseWords(values: readonly string[]): StatusWords {
  const words = new Map<string, Status>();
  for (const { key, text } of values.flatMap((value) => pairs("--status", value))) {
    const status = STATUSES.find((each) => each === text);
    if (status === undefined) {
      throw new UsageError(`--status wants word=${STATUSES.join(" or =")}, not "${key}=${text}".`);
    }
    words.set(wordKey(key), status);
  }
  return words;
}

/** Pure: `2026-11-20`, or with `hr=` before it for that source alone. @throws {UsageError} when a name is not known */
export function parseDated(values: readonly string[], names: readonly string[]): BySource<string> {
  const named = new Map<string, string>();
  let all: string | undefined;
  for (const value of values) {
    const [first = "", second] = value.split("=", 2);
    if (second === undefined) all = first;
    else if (names.includes(first)) named.set(first, second);
    else throw unknownName("--dated", first, names);
  }
  return { all, named };
}

function prefixed(value: string, names: readonly string[]): { name: string | undefined; rest: string } {
  const [, name, rest = ""] = /^([^:=,"]+):(.*)$/su.exec(value) ?? [];
  if (name === undefined) return { name, rest: value };
  if (!names.includes(name)) throw unknownName("--map", name, names);
  return { name, rest };
}

function unknownName(option: string, name: string, names: readonly string[]): UsageError {
  return new UsageError(`${option} names the source ${name}; there are ${names.join(", ")}.`);
}

/** `a=b,c="d, e"`; a cell in quotes may hold the `=`, too. */
function pairs(option: string, value: string): { key: string; text: string }[] {
  const quoted = value.replace(/(^|,)([^",=]*=)"/gu, '$1"$2');
  const { records, problems } = csvRecords(quoted, { comments: false });
  if (problems.length > 0 || records.length > 1) {
    throw new UsageError(`${option} ${value} cannot be read: it wants name=value, set apart by commas.`);
  }
  return (records[0]?.cells ?? []).map(({ value: cell }) => {
    const at = cell.indexOf("=");
    if (at < 0) throw new UsageError(`${option} wants name=value, not "${cell}".`);
    return { key: cell.slice(0, at).trim(), text: cell.slice(at + 1).trim() };
  });
}
