import { isDeepStrictEqual } from "node:util";
import type { RosterChange } from "../../provider/roster/editing/change";
import { compareText, formatCount } from "../cli/text";
import type { MembershipList } from "../sources/memberships";
import { type Source, STATUSES, type Status } from "../sources/source";
import type { Comparison } from "./compare";
import { COMPARISON_KINDS, type ComparisonFinding, type ComparisonKind } from "./finding";
import type { ComparedGroups } from "./groups";
import { addressesOf, isPrivilegedSubject, type Subject } from "./subject";

/** A source as a report has it: what it was, without who is in it. */
export interface ReportedSource extends Omit<Source, "columns" | "records" | "notes"> {
  people: number;
  /** How many of each status. */
  counts: Record<Status, number>;
}

/** What `compare --format json` prints. */
export interface ComparisonReport {
  kind: "notion-inventory compare";
  version: 1;
  /** The moment that NOTION_AS_OF names; null: the present. */
  asOf: string | null;
  complete: boolean;
  incomplete: string[];
  /** Whether nothing was found. */
  agrees: boolean;
  counts: Record<ComparisonKind, number>;
  sources: ReportedSource[];
  /** Reasons not to believe a source. */
  doubts: string[];
  findings: ComparisonFinding[];
  /** Which groups were compared, and which were not; null: none were asked for. */
  groups: { compared: string[]; onlyAtSources: string[]; onlyInNotion: string[]; twice: string[] } | null;
  /** Lists of memberships. */
  memberships: { file: string; sha256: string }[];
  /** People that an incomplete listing lacks: they may be there. */
  unproven: string[];
}

export function comparisonReport(
  { findings, unproven }: Comparison,
  about: {
    sources: readonly Source[];
    subjects: readonly Subject[];
    /** All findings, those too that the report leaves out: a list is no better because less of it is shown. */
    all: readonly ComparisonFinding[];
    /** The owners and membership admins whose rows an edit may change. */
    named: readonly string[];
    groups: ComparedGroups | undefined;
    memberships: readonly MembershipList[];
    incomplete: string[];
    asOf: string | null;
  },
): ComparisonReport {
  const { sources, subjects, all, named, groups, memberships, incomplete, asOf } = about;
  return {
    kind: "notion-inventory compare",
    version: 1,
    asOf,
    complete: incomplete.length === 0,
    incomplete,
    agrees: findings.length === 0,
    counts: countsBy(
      COMPARISON_KINDS,
      findings.map(({ kind }) => kind),
    ),
    sources: sources.map(reported),
    doubts: [...doubtsAbout(all, subjects, named), ...doubtsAboutGroups(all, groups)],
    findings,
    groups:
      groups === undefined
        ? null
        : {
            compared: [...groups.groups.keys()].sort(compareText),
            onlyAtSources: groups.onlyAtSources,
            onlyInNotion: groups.onlyInNotion,
            twice: groups.twice,
          },
    memberships: memberships.map(({ file, sha256 }) => ({ file, sha256 })),
    unproven,
  };
}

/** Fewer say nothing about a list. */
const DOUBTFUL = 3;

/** What a list says that is the wrong one, cut short, or read by the wrong column. */
const ABSENT: readonly ComparisonKind[] = ["left", "suspended", "gone", "orphan"];

function doubtsAbout(
  findings: readonly ComparisonFinding[],
  subjects: readonly Subject[],
  named: readonly string[],
): string[] {
  const doubts = doubtsAboutMost(findings, subjects);
  return doubts.length > 0 ? doubts : doubtsAboutPrivileged(findings, subjects, named);
}

/** Most of a workspace is never absent from its company at once. */
function doubtsAboutMost(findings: readonly ComparisonFinding[], subjects: readonly Subject[]): string[] {
  const people = subjects.filter(({ kind }) => kind !== "guest").length;
  const absent = findings.filter(({ kind, held }) => ABSENT.includes(kind) && held !== "guest");
  if (absent.length < DOUBTFUL || absent.length * 2 <= people) return [];
  const left = absent.filter(({ kind }) => kind === "left").length;
  const suspended = absent.filter(({ kind }) => kind === "suspended").length;
  const parts = [
    ...(left > 0 ? [`${left} left`] : []),
    ...(suspended > 0 ? [`${suspended} suspended`] : []),
    ...(left + suspended < absent.length ? [`${absent.length - left - suspended} in no source`] : []),
  ];
  return [
    `By these lists ${absent.length} of ${formatCount(people, "person", "people")} are not there any more (${parts.join(", ")}). ` +
      "Is every list whole, of this company, and read by the right columns? No edit removes or lowers anybody until this is settled.",
  ];
}

/** A list that was cut short may still have most people. One of the few who matter most, in no source, tells it. */
function doubtsAboutPrivileged(
  findings: readonly ComparisonFinding[],
  subjects: readonly Subject[],
  named: readonly string[],
): string[] {
  const gone = new Set(findings.flatMap(({ kind, who }) => (kind === "gone" ? [who] : [])));
  const missing = subjects.filter(
    (each) =>
      gone.has(each.email) &&
      isPrivilegedSubject(each) &&
      !addressesOf(each).some((address) => named.includes(address)),
  );
  if (missing.length === 0) return [];
  const who = missing.map(({ email }) => email).join(", ");
  return [
    `${who} ${missing.length === 1 ? "is owner or membership admin" : "are owners or membership admins"} and in no source. ` +
      "Is a list cut short? No edit removes or lowers anybody until this is settled: give the whole list; or name them, " +
      "with --privileged if they should leave, with --shared for a shared account that no list has.",
  ];
}

/** Most people in the groups of a company are never in them by mistake. */
function doubtsAboutGroups(
  findings: readonly ComparisonFinding[],
  compared: ComparedGroups | undefined,
): string[] {
  const all = [...(compared?.groups.values() ?? [])].reduce((sum, { members }) => sum + members.length, 0);
  const going = findings.reduce((sum, { groups }) => sum + (groups?.unmanaged.length ?? 0), 0);
  if (going < DOUBTFUL || going * 2 <= all) return [];
  return [
    `By these lists ${going} of ${formatCount(all, "membership")} of groups are not right. ` +
      "Is every list whole, and read by the right column? No edit takes anybody out of a group until this is settled.",
  ];
}

/**
 * Pure: the edits of the roster that the findings come to, without those that a doubt forbids and those of which
 * two would give one address to two people. Two members with one e-mail have one row, which is edited once, and only
 * if the same is to be done about both.
 */
export function changesOf({ findings, doubts }: ComparisonReport): RosterChange[] {
  const takes = ({ kind, groups }: ComparisonFinding) =>
    ABSENT.includes(kind) || (groups !== undefined && groups.unmanaged.length > 0);
  const changes = findings.flatMap((finding) =>
    finding.edit === null || (takes(finding) && doubts.length > 0) ? [] : [finding.edit],
  );
  const wanted = changes.map(addressAfter);
  const ofRow = Map.groupBy(changes, (change) => (change.kind === "add" ? undefined : change.userName));
  return changes.filter((change, index) => {
    if (change.kind !== "add") {
      const [first, ...others] = ofRow.get(change.userName) ?? [];
      if (first !== change || others.some((each) => !isDeepStrictEqual(each, change))) return false;
    }
    const address = wanted[index];
    if (address === undefined) return true;
    // Two guests who are one employee need one row.
    return change.kind === "add"
      ? wanted.indexOf(address) === index
      : wanted.indexOf(address) === wanted.lastIndexOf(address);
  });
}

/** The address that a change brings into the roster. */
function addressAfter(change: RosterChange): string | undefined {
  return change.kind === "remove" ? undefined : change.fields.userName;
}

function reported({ columns: _, records, notes: __, ...source }: Source): ReportedSource {
  const counts = countsBy(
    STATUSES,
    records.map(({ status }) => status),
  );
  return { ...source, people: records.length, counts };
}

function countsBy<T extends string>(all: readonly T[], found: readonly T[]): Record<T, number> {
  return Object.fromEntries(all.map((each) => [each, found.filter((one) => one === each).length])) as Record<
    T,
    number
  >;
}
