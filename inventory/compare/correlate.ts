import { isWorkspaceList, type Source, type SourceRecord, STATUSES } from "../sources/source";
import type { Subject } from "./subject";

/** By what somebody was found at a source. The e-mail (or the address they sign in with) is sure; the rest are guesses. */
export const BASES = ["e-mail", "another address of theirs", "employee number", "name"] as const;
export type Basis = (typeof BASES)[number];

/** Somebody at one source. */
export interface Correlation {
  source: string;
  record: SourceRecord;
  by: Basis;
  /** Another account of theirs at the same source, which is active although this one is not. */
  another?: SourceRecord;
}

/** Whether somebody belongs to the company, or is to. */
export const isThere = ({ status }: SourceRecord): boolean => status === "active" || status === "pending";

/** The people of one source by everything that tells them apart. */
interface Index {
  source: string;
  byAddress: ReadonlyMap<string, SourceRecord>;
  byOther: ReadonlyMap<string, SourceRecord[]>;
  byNumber: ReadonlyMap<string, SourceRecord[]>;
  byName: ReadonlyMap<string, SourceRecord[]>;
}

/**
 * Pure: each of the subjects with where they are at the sources. A guess is made only where it can mean one person
 * alone, at the source and here, and never takes somebody who is here under an address of their own.
 */
export function correlate(
  subjects: readonly Subject[],
  sources: readonly Source[],
): ReadonlyMap<Subject, Correlation[]> {
  const indices = sources.filter((source) => !isWorkspaceList(source)).map(indexOf);
  const sure = new Map(subjects.map((subject) => [subject, sureCorrelations(subject, indices)] as const));
  // A missing person may be the same person as an unmanaged member.
  const isUndeclared = ({ kind, declaration }: Subject) => kind === "member" && declaration === null;
  const isSettled = (subject: Subject) => subject.kind !== "guest" && !isUndeclared(subject);
  const isFree = {
    member: freeOf(sure, ({ kind }) => kind !== "guest"),
    declared: freeOf(sure, isSettled),
    guest: () => true,
  };
  const once = { guests: onceOf(subjects, true), others: onceOf(subjects, false) };
  return new Map(
    [...sure].map(([subject, matches]) => {
      const { kind } = subject;
      const alone = kind === "guest" ? once.guests : once.others;
      const told = matches.map((match) => withAnother(match, indices, isFree[kind]));
      return [subject, [...told, ...guessesFor(subject, matches, indices, isFree[kind], alone)]] as const;
    }),
  );
}

/**
 * A person who marries or comes back may get a new account, and the old one is closed. The employee number, or the name
 * and the address, show that it is theirs. The address alone does not: a manager may read it since they left.
 */
function withAnother(
  match: Correlation,
  indices: readonly Index[],
  isFree: (record: SourceRecord) => boolean,
): Correlation {
  const { record, source } = match;
  const index = indices.find((each) => each.source === source);
  if (index === undefined || isThere(record)) return match;
  const others = (list: readonly SourceRecord[] = []) => list.filter((each) => each !== record);
  const sameNumber = others(index.byNumber.get(record.employeeNumber ?? ""));
  const name = nameKey(record.name);
  const sameAddress = addressesIn(record)
    .flatMap((address) => others(index.byOther.get(address)))
    .filter((each) => name !== null && nameKey(each.name) === name);
  // A number that several have is none of anybody.
  const theirs = [...(sameNumber.length === 1 ? sameNumber : []), ...sameAddress];
  const another = theirs.find((each) => isThere(each) && isFree(each));
  return another === undefined ? match : { ...match, another };
}

/** The lines that some of the subjects were found on. */
export function recordsOf(
  matches: ReadonlyMap<Subject, readonly Correlation[]>,
  isMeant: (subject: Subject) => boolean,
): Set<SourceRecord> {
  const meant = [...matches].filter(([subject]) => isMeant(subject));
  return new Set(meant.flatMap(([, all]) => all.map(({ record }) => record)));
}

/** Tells the lines that are not somebody's own already: found by, or bearing, an address of theirs. */
function freeOf(
  sure: ReadonlyMap<Subject, readonly Correlation[]>,
  isMeant: (subject: Subject) => boolean,
): (record: SourceRecord) => boolean {
  const records = recordsOf(sure, isMeant);
  const owned = new Set([...sure.keys()].filter(isMeant).flatMap(({ addresses }) => addresses));
  return (record) => !records.has(record) && !addressesIn(record).some((address) => owned.has(address));
}

/** How many here have a number or a name: one that is not alone tells nobody apart. */
interface Counts {
  number: ReadonlyMap<string, number>;
  name: ReadonlyMap<string, number>;
}

/** A guest may be somebody who is here as a member, too. */
function onceOf(subjects: readonly Subject[], guests: boolean): Counts {
  const these = subjects.filter(({ kind }) => (kind === "guest") === guests);
  return {
    number: countsOf(these, ({ employeeNumber }) => employeeNumber),
    name: countsOf(these, ({ name }) => nameKey(name)),
  };
}

function guessesFor(
  subject: Subject,
  sure: readonly Correlation[],
  indices: readonly Index[],
  isFree: (record: SourceRecord) => boolean,
  once: Counts,
): Correlation[] {
  const found = new Set(sure.map(({ source }) => source));
  const addresses = [...subject.addresses, ...sure.flatMap(({ record }) => addressesIn(record))];
  const numbers = [subject.employeeNumber, ...sure.map(({ record }) => record.employeeNumber)];
  // A person known to a source by address is not looked up by name in other sources.
  const name = sure.length === 0 ? nameKey(subject.name) : null;
  return indices.flatMap((index): Correlation[] => {
    if (found.has(index.source)) return [];
    const only = (by: Basis, lists: (readonly SourceRecord[] | undefined)[]): Correlation[] => {
      const [record, another] = new Set(lists.flatMap((list) => list ?? []));
      const isOne = record !== undefined && another === undefined && isFree(record);
      return isOne ? [{ source: index.source, record, by }] : [];
    };
    const [guess] = [
      ...only(
        "another address of theirs",
        addresses.map((each) => index.byOther.get(each)),
      ),
      ...only(
        "employee number",
        numbers.flatMap((each) =>
          each !== null && isAlone(each, once.number) ? [index.byNumber.get(each)] : [],
        ),
      ),
      ...(name !== null && isAlone(name, once.name) ? only("name", [index.byName.get(name)]) : []),
    ];
    return guess === undefined ? [] : [guess];
  });
}

const isAlone = (key: string, counts: ReadonlyMap<string, number>) => (counts.get(key) ?? 0) <= 1;

/** By their addresses, and by those that a source which has one of them calls theirs, too. */
function sureCorrelations({ addresses }: Subject, indices: readonly Index[]): Correlation[] {
  const known = new Set(addresses);
  const matches = new Map<string, Correlation>();
  for (const _ of indices) {
    for (const { source, byAddress } of indices) {
      if (matches.has(source)) continue;
      const record = [...known].map((address) => byAddress.get(address)).find((each) => each !== undefined);
      if (record === undefined) continue;
      matches.set(source, { source, record, by: "e-mail" });
      for (const address of addressesIn(record)) known.add(address);
    }
  }
  return indices.flatMap(({ source }) => matches.get(source) ?? []);
}

/** The addresses that are somebody's now. */
export function addressesIn({ email, login }: SourceRecord): string[] {
  return [email, login].filter((address) => address !== null);
}

function indexOf({ name, records }: Source): Index {
  const standsFor = onePerAddress(records);
  const lines = records.map((line) => ({ line, person: standsFor(line) }));
  const byAddress = new Map<string, SourceRecord>();
  // An e-mail comes before what somebody else signs in with.
  for (const { line, person } of lines) if (line.email !== null) byAddress.set(line.email, person);
  for (const { line, person } of lines)
    if (line.login !== null && !byAddress.has(line.login)) byAddress.set(line.login, person);
  return {
    source: name,
    byAddress,
    byOther: grouped(lines, ({ otherEmails }) => otherEmails),
    byNumber: grouped(lines, ({ employeeNumber }) => [employeeNumber]),
    byName: grouped(lines, (record) => [nameKey(record.name)]),
  };
}

/** A person who came back is twice in a list of HR: the most active line counts. */
function onePerAddress(records: readonly SourceRecord[]): (record: SourceRecord) => SourceRecord {
  const best = new Map<string, SourceRecord>();
  for (const record of records) {
    const before = record.email === null ? undefined : best.get(record.email);
    if (record.email === null || (before !== undefined && !isMore(record, before))) continue;
    best.set(record.email, record);
  }
  return (record) => best.get(record.email ?? "") ?? record;
}

const isMore = (one: SourceRecord, other: SourceRecord) => absence(one) < absence(other);

/** A line that contradicts itself counts less than one that says somebody is there, and more than one by which they left. */
function absence({ status, contradicts }: SourceRecord): number {
  return contradicts ? STATUSES.length - 1.5 : STATUSES.indexOf(status);
}

function grouped(
  lines: readonly { line: SourceRecord; person: SourceRecord }[],
  keysOf: (line: SourceRecord) => readonly (string | null)[],
): Map<string, SourceRecord[]> {
  const groups = new Map<string, SourceRecord[]>();
  for (const { line, person } of lines) {
    for (const key of keysOf(line)) {
      const group = groups.get(key ?? "");
      if (key === null || group?.includes(person)) continue;
      if (group === undefined) groups.set(key, [person]);
      else group.push(person);
    }
  }
  return groups;
}

function countsOf(
  subjects: readonly Subject[],
  keyOf: (subject: Subject) => string | null,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const subject of subjects) {
    const key = keyOf(subject);
    if (key !== null) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** `Osei, Ada` and `Ada Oséi` are one name; a single word is none that tells anybody apart. */
export function nameKey(name: string | null): string | null {
  const words = (name ?? "")
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
  return words.length < 2 ? null : words.sort().join(" ");
}
