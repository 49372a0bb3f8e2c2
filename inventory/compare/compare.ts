import { DAY_MS, instantOf } from "../../provider/model/instant";
import { LOWEST_ROLE } from "../../provider/model/role";
import { isSharedAccount } from "../../provider/model/shared-account";
import type { RosterChange } from "../../provider/roster/editing/change";
import { compareText } from "../cli/text";
import { isWorkspaceList, type Source, type SourceRecord } from "../sources/source";
import { addressesIn, type Correlation, correlate, isThere, recordsOf } from "./correlate";
import { type Expectations, isExpected } from "./expectation";
import { COMPARISON_KINDS, type ComparisonFinding, type ComparisonKind, type Place } from "./finding";
import type { Remediation } from "./remediations";
import { addressesOf, type Declaration, isPrivilegedSubject, type Subject } from "./subject";

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
    const found = findingOf(subject, matches.get(subject) ?? [], emails, compared);
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

/** A list that is cut short, or a namesake, must cost no owner and no membership admin their row. */
function onlyByName(subject: Subject, remedy: Proposal, named: readonly string[]): Proposal {
  if (remedy.edit === null || remedy.edit.kind === "add" || !isPrivilegedSubject(subject)) return remedy;
  if (addressesOf(subject).some((address) => named.includes(address))) return remedy;
  return { ...byHand(remedy.remediation), onlyByName: true };
}

/** The finding about a person in Notion by their status at the sources; undefined: there is none. */
function kindOf(
  subject: Subject,
  matches: readonly Correlation[],
  isShared: Compared["isShared"],
): ComparisonKind | undefined {
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

type Proposal = Pick<ComparisonFinding, "remediation" | "edit"> & { onlyByName?: true };
const byHand = (remediation: Remediation): Proposal => ({ remediation, edit: null });

/** @param there their address at a source that has them */
function proposalFor(
  kind: ComparisonKind,
  subject: Subject,
  there: string | null,
  emails: ReadonlySet<string>,
  { hasRoster }: Compared,
): Proposal {
  const { declaration } = subject;
  const hasRow = declaration !== null && declaration.line !== null;
  switch (kind) {
    case "left":
      if (subject.kind === "guest") return byHand("leftGuest");
      if (hasRow) return removal(declaration.email, declaration.row, "leftRow");
      return byHand(declaration === null ? "leftUndeclared" : "leftDeclared");
    case "gone":
      return hasRow ? removal(declaration.email, declaration.row, "goneRow") : byHand("goneDeclared");
    case "suspended":
      return lowering(subject);
    case "email":
      if (!hasRow || there === null)
        return byHand(declaration === null ? "emailUndeclared" : "emailDeclared");
      if (emails.has(there)) return byHand("emailTwice");
      return newEmail(declaration, there);
    case "guest":
      if (there === null || emails.has(there)) return byHand("guestMember");
      return addition(there, "guest", hasRoster);
    case "expected":
      return addition(subject.email, "expected", hasRoster);
    default:
      return byHand(kind);
  }
}

/** An id says who it is; without one `formerUserName` does. */
function newEmail({ email, row }: Declaration, there: string): Proposal {
  const edit = { kind: "set", userName: email } as const;
  if (row.id !== undefined)
    return { remediation: "emailRowWithId", edit: { ...edit, fields: { userName: there } } };
  return { remediation: "emailRow", edit: { ...edit, fields: { userName: there, formerUserName: email } } };
}

function removal(
  userName: string,
  row: Readonly<Record<string, string>>,
  remediation: Remediation,
): Proposal {
  const stays = row.protect === "true" || (row.onRemove ?? "remove") !== "remove";
  return stays ? byHand("stays") : { remediation, edit: { kind: "remove", userName } };
}

function addition(userName: string, remediation: Remediation, hasRoster: boolean): Proposal {
  return { remediation, edit: hasRoster ? { kind: "add", fields: { userName } } : null };
}

/** A suspension may end: what they may do is taken, not that they are there. */
function lowering({ declaration, role }: Subject): Proposal {
  if (declaration === null) {
    return byHand(role === LOWEST_ROLE ? "suspendedLowest" : "suspendedUndeclared");
  }
  const { row, line, email } = declaration;
  if ((row.role ?? role) === LOWEST_ROLE) return byHand("suspendedLowest");
  if (line === null) return byHand("suspendedDeclared");
  const timed = ["roleFrom", "roleUntil", "roleThen"].filter((column) => row[column] !== undefined);
  const fields = { role: LOWEST_ROLE, ...Object.fromEntries(timed.map((column) => [column, ""])) };
  const edit: RosterChange = { kind: "set", userName: email, fields };
  return { remediation: "suspendedRow", edit };
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
