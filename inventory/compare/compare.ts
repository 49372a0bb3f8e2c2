import { DAY_MS, instantOf } from "../../provider/model/instant";
import { isSharedAccount } from "../../provider/model/shared-account";
import { compareText } from "../cli/text";
import { isWorkspaceList, type Source, type SourceRecord } from "../sources/source";
import { addressesIn, type Correlation, correlate, isThere, recordsOf } from "./correlate";
import { type Expectations, isExpected } from "./expectation";
import { COMPARISON_KINDS, type ComparisonFinding, type Place } from "./finding";
import { type ComparedGroups, groupDifference } from "./groups";
import { addition, byHand, onlyByName, type PersonKind, proposalFor } from "./proposal";
import type { Subject } from "./subject";

/** What is compared. */
export interface Compared {
  subjects: readonly Subject[];
  sources: readonly Source[];
  /** Whether anything was given that tells what is declared. */
  knowsDeclared: boolean;
  hasRoster: boolean;
  expected: Expectations;
  /** Whether an e-mail is that of a shared account, beside those that are called like one. */
  isShared: (email: string) => boolean;
  /** The owners and membership admins whose rows an edit may change, asked for by name, folded. */
  named: readonly string[];
  /** The groups that the sources name; undefined: nobody asks for them. */
  groups?: ComparedGroups | undefined;
  /** Whether the listing is proven to be everybody: only then somebody is not in Notion. */
  complete: boolean;
  /** The moment that it is for, in milliseconds since 1970. */
  now: number;
}

export interface Comparison {
  findings: ComparisonFinding[];
  /** Addresses of people that an incomplete listing lacks: they may be in Notion. */
  unproven: string[];
}

/** Pure: how the workspace and the code differ from the sources. */
export function compare(compared: Compared): Comparison {
  const { subjects, sources, expected, complete } = compared;
  const matches = correlate(subjects, sources);
  const emails = new Set(subjects.flatMap(({ kind, addresses }) => (kind === "guest" ? [] : addresses)));
  const unproven: string[] = [];
  const findings: ComparisonFinding[] = [];
  for (const subject of subjects) {
    const theirs = matches.get(subject) ?? [];
    const found = findingOf(subject, theirs, emails, compared) ?? ofGroups(subject, theirs, compared);
    if (found === undefined) continue;
    // People that an incomplete listing lacks may still be there.
    if (!complete && subject.kind === "declared") unproven.push(subject.email);
    else findings.push(found);
  }
  for (const found of absentees(sources, expected, matches, compared)) {
    if (complete) findings.push(found);
    else unproven.push(found.who);
  }
  return {
    findings: findings.sort(
      (a, b) =>
        COMPARISON_KINDS.indexOf(a.kind) - COMPARISON_KINDS.indexOf(b.kind) || compareText(a.who, b.who),
    ),
    unproven: unproven.sort(compareText),
  };
}

function findingOf(
  subject: Subject,
  matches: readonly Correlation[],
  emails: ReadonlySet<string>,
  compared: Compared,
): ComparisonFinding | undefined {
  const kind = kindOf(subject, matches, compared.isShared);
  if (kind === undefined) return undefined;
  const there = matches.find(({ record }) => record.email !== null && isThere(record))?.record.email ?? null;
  return {
    kind,
    who: subject.email,
    name: subject.name ?? matches[0]?.record.name ?? null,
    id: subject.id,
    held: heldBy(subject),
    declared: compared.knowsDeclared ? subject.declaration !== null : null,
    rosterLine: subject.declaration?.line ?? null,
    places: matches.flatMap(placesOf),
    ...sinceOf(matches, compared.now),
    guess: matches.some(isGuess),
    // Nothing is taken from anybody because of a guess.
    ...(["left", "suspended"].includes(kind) && matches.every(isGuess)
      ? byHand("guess")
      : matches.some(contradictsItself)
        ? byHand("contradiction")
        : onlyByName(subject, proposalFor(kind, subject, there, emails, compared), compared.named)),
  };
}

/** The groups of a member about whom there is nothing else to say: what becomes of the others settles their groups. */
function ofGroups(
  subject: Subject,
  matches: readonly Correlation[],
  { groups, knowsDeclared, now }: Compared,
): ComparisonFinding | undefined {
  if (groups === undefined || subject.kind !== "member" || !subject.active) return undefined;
  const difference = groupDifference(subject, matches, groups);
  if (difference === undefined) return undefined;
  const guess = matches.length > 0 && matches.every(isGuess);
  return {
    kind: "groups",
    who: subject.email,
    name: subject.name ?? matches[0]?.record.name ?? null,
    id: subject.id,
    held: heldBy(subject),
    declared: knowsDeclared ? subject.declaration !== null : null,
    rosterLine: subject.declaration?.line ?? null,
    places: matches.flatMap(placesOf),
    ...sinceOf(matches, now),
    guess,
    ...difference,
    ...(guess && { edit: null }),
  };
}

/** The finding about a person in Notion by their status at the sources; undefined: there is none. */
function kindOf(
  subject: Subject,
  matches: readonly Correlation[],
  isShared: Compared["isShared"],
): PersonKind | undefined {
  // Whatever else is known of them, nothing is taken or given because of such a line.
  if (matches.some((match) => contradictsItself(match) || match.another !== undefined)) return "disagree";
  const there = matches.filter(({ record }) => isThere(record));
  const absent = matches.filter(({ record }) => !isThere(record));
  const hasLeft = absent.some(({ record }) => record.status === "left");
  if (subject.kind === "guest") {
    if (there.length > 0 && absent.length > 0) return "disagree";
    if (there.some(({ record }) => !record.isGuest)) return "guest";
    return hasLeft ? "left" : undefined;
  }
  if (matches.length === 0) {
    if (isSharedAccount(subject.email) || isShared(subject.email)) return "shared";
    return subject.declaration === null ? "orphan" : "gone";
  }
  if (there.length > 0 && absent.length > 0) return "disagree";
  if (there.length > 0) return isElsewhere(there) ? "email" : undefined;
  // Who is not in Notion and has left is declared without being anywhere.
  if (subject.kind === "declared") return hasLeft ? "gone" : undefined;
  if (hasLeft) return "left";
  return subject.active ? "suspended" : undefined;
}

/** No source knows the address; who has the same employee number and no address there is known by that. */
function isElsewhere(there: readonly Correlation[]): boolean {
  if (!there.every(isGuess)) return false;
  return there.some(({ by, record }) => record.email !== null || by !== "employee number");
}

const isGuess = ({ by }: Correlation) => by !== "e-mail";
const contradictsItself = ({ record }: Correlation) => record.contradicts;

function heldBy({ kind, role, active }: Subject): string | null {
  if (kind === "declared") return null;
  if (kind === "guest") return "guest";
  if (!active) return "deactivated";
  return role ?? "a member without a role";
}

/** Another account of theirs stands beside the one that they were found by. */
function placesOf({ another, ...match }: Correlation): Place[] {
  return [match, ...(another === undefined ? [] : [{ ...match, record: another }])].map(placeOf);
}

function placeOf({ source, record, by }: Correlation): Place {
  const { line, email, status, statusText, since, end, contradicts } = record;
  return { source, line, email, status, statusText, since, end, contradicts, by };
}

/** Since when somebody is not there any more: the first that a source tells. */
function sinceOf(matches: readonly Correlation[], now: number): Pick<ComparisonFinding, "since" | "days"> {
  const told = matches.flatMap(({ record }) =>
    isThere(record) || record.since === null
      ? []
      : [{ since: record.since, at: instantOf(record.since, "until") }],
  );
  const [first] = told.sort(
    (a, b) => (a.at ?? Number.POSITIVE_INFINITY) - (b.at ?? Number.POSITIVE_INFINITY),
  );
  if (first === undefined) return { since: null, days: null };
  return {
    since: first.since,
    days: first.at === undefined ? null : Math.max(0, Math.floor((now - first.at) / DAY_MS)),
  };
}

/** People who should be in Notion by a rule, and who match nobody there, surely or by a guess. */
function absentees(
  sources: readonly Source[],
  expected: Expectations,
  matches: ReadonlyMap<Subject, Correlation[]>,
  compared: Compared,
): ComparisonFinding[] {
  const here = recordsOf(matches, ({ kind }) => kind !== "declared");
  const declared = recordsOf(matches, ({ kind }) => kind === "declared");
  const lists = sources.filter((source) => !isWorkspaceList(source));
  const found = new Map<string, Correlation[]>();
  for (const record of lists.flatMap(({ records }) => records)) {
    if (record.email === null || record.status !== "active" || !isExpected(record, expected)) continue;
    const everywhere = whereverTheyAre(record, lists);
    if (!everywhere.some((each) => here.has(each.record))) found.set(record.email, everywhere);
  }
  return [...found].map(([email, at]): ComparisonFinding => {
    const contradiction = at.some(contradictsItself);
    const disagree = contradiction || at.some(({ record }) => !isThere(record));
    const isDeclared = at.some(({ record }) => declared.has(record));
    const add = isDeclared ? byHand("expectedDeclared") : addition(email, "expected", compared.hasRoster);
    return {
      kind: disagree ? "disagree" : "expected",
      who: email,
      name: at[0]?.record.name ?? null,
      id: null,
      held: null,
      declared: compared.knowsDeclared ? isDeclared : null,
      rosterLine: null,
      places: at.map(placeOf),
      ...sinceOf(at, compared.now),
      guess: false,
      ...(contradiction ? byHand("contradiction") : disagree ? byHand("disagree") : add),
    };
  });
}

/** The lines of all lists that have one of the addresses. */
function whereverTheyAre(record: SourceRecord, lists: readonly Source[]): Correlation[] {
  const addresses = new Set(addressesIn(record));
  return lists.flatMap(({ name, records }) =>
    records
      .filter((each) => addressesIn(each).some((address) => addresses.has(address)))
      .map((each): Correlation => ({ source: name, record: each, by: "e-mail" })),
  );
}
