import { emailMatcher } from "../model/email";
import { endWords } from "../model/instant";
import { isPrivileged } from "../model/role";
import type { DeclaredPerson } from "../state/person";
import { actsOnUnmanaged, isActedOn } from "../state/workspace";
import type { Applied, Declaration, UnmanagedMember } from "../state/world";
import type { Elsewhere } from "./elsewhere";
import { carriedOut } from "./email-changes";
import { counted, firstNames } from "./sentence";
import type { Departure } from "./step";
import { membershipPhase } from "./times";

/** A member that the program does not declare at this moment. */
export interface Unmanaged extends UnmanagedMember {
  email: string;
  /** Their row, where they are declared and outside of their time. */
  outside: DeclaredPerson | undefined;
}

/**
 * Pure: the members that the program does not name, under any of their addresses or by their id, and does not except.
 * A person outside of their time is one of them.
 */
export function unmanagedOf(
  applied: Applied,
  { people, except = [] }: Declaration,
  now: number,
  elsewhere: Elsewhere,
): Unmanaged[] {
  const ids = Object.values(people).flatMap(({ id }) => id ?? []);
  const isOutsideTime = (person: DeclaredPerson) => membershipPhase(person, now) !== "during";
  const formers = Object.entries(people).flatMap(([email, person]): [string, DeclaredPerson][] => {
    const { formerUserName: former } = person;
    return former === undefined || carriedOut(applied, email, former) !== undefined ? [] : [[former, person]];
  });
  const named = {
    emails: new Set(formers.flatMap(([former, person]) => (isOutsideTime(person) ? [] : [former]))),
    ids: new Set([...ids, ...Object.values(applied.ids)]),
  };
  const outsideByFormer = new Map(formers.filter(([, person]) => isOutsideTime(person)));
  // An account with the e-mail of a declared person who is gone may be theirs; a row outside of its time declares nobody.
  const mayBeOf = (email: string, isOutside: boolean) => {
    const gone = Object.hasOwn(applied.gone ?? {}, email) ? applied.gone?.[email] : undefined;
    if (gone === undefined || !named.ids.has(gone)) return false;
    return !isOutside || people[email]?.id !== gone;
  };
  const isExcepted = emailMatcher(except);
  return Object.entries(applied.unmanaged ?? {}).flatMap(([email, unmanagedMember]) => {
    const row = Object.hasOwn(people, email) ? people[email] : undefined;
    const isOutside = row !== undefined && isOutsideTime(row);
    const isNamed =
      (!isOutside && (row !== undefined || named.ids.has(unmanagedMember.id))) ||
      named.emails.has(email) ||
      mayBeOf(email, isOutside) ||
      elsewhere.emails.has(email) ||
      elsewhere.ids.has(unmanagedMember.id) ||
      elsewhere.known.has(unmanagedMember.id) ||
      isExcepted(email);
    return isNamed
      ? []
      : [{ ...unmanagedMember, email, outside: isOutside ? row : outsideByFormer.get(email) }];
  });
}

/** What happens to unmanaged members, if the program restricts or removes them: nothing before a run has named them. */
export function unmanagedDepartures(
  applied: Applied,
  declared: Declaration,
  now: number,
  elsewhere: Elsewhere,
): Departure[] {
  const { undeclared } = declared;
  if (undeclared === undefined || !actsOnUnmanaged(undeclared)) return [];
  if (isAnybodyUnknown(elsewhere)) return [];
  return unmanagedOf(applied, declared, now, elsewhere).flatMap(({ email, role, unseen, outside }) => {
    if (unseen === true || !isActedOn(undeclared, role)) return [];
    const ended =
      outside?.until === undefined || membershipPhase(outside, now) !== "after"
        ? undefined
        : { at: outside.until, reason: outside.reason, promised: false };
    return [
      {
        kind: undeclared === "restrict" ? ("demote" as const) : ("remove" as const),
        email,
        role,
        unmanaged: true,
        ...(ended && { ended }),
      },
    ];
  });
}

/** Who is named one by one, at most; the rest is counted. */
const MOST_NAMED = 50;

/**
 * Pure: the lines that name unmanaged members: those that the next run would remove or restrict, all of them with
 * `report`, and in any mode those who are there outside of their time.
 */
export function unmanagedLines(
  applied: Applied,
  declared: Declaration,
  now: number,
  elsewhere: Elsewhere,
): string[] {
  const { undeclared = "ignore" } = declared;
  const acts = actsOnUnmanaged(undeclared);
  const all = unmanagedOf(applied, declared, now, elsewhere);
  // Every unmanaged member that the next run may change is named: no run changes a member that none has named.
  const told = acts
    ? all.filter((each) => isNamedFirst(each, undeclared))
    : all.filter(({ outside }) => undeclared === "report" || outside !== undefined);
  const most = acts ? told.length : MOST_NAMED;
  const lines = told.slice(0, most).map(({ email, role, outside }) => {
    const then = acts
      ? `; the next run ${undeclared === "remove" ? "removes them" : "makes them restricted_member"} unless it declares them`
      : "";
    const why = outside === undefined ? "not declared" : outsideWords(outside, now);
    return `? ${email} is in the workspace${role ? ` as ${role}` : ""} and ${why}${then}`;
  });
  if (told.length > most) lines.push(`… and ${told.length - most} more who are not declared`);
  const waiting = isAnybodyUnknown(elsewhere)
    ? all.filter(({ unseen, role }) => acts && unseen !== true && isActedOn(undeclared, role))
    : [];
  return waiting.length === 0 ? lines : [...lines, leftAloneWords(waiting.length, elsewhere)];
}

/** Whether the member of a role assignment is not known yet: it may be any unmanaged member. */
const isAnybodyUnknown = ({ unknownAssignments = [] }: Elsewhere) => unknownAssignments.length > 0;

function leftAloneWords(count: number, { unknownAssignments = [] }: Elsewhere): string {
  const names = unknownAssignments.map((name) => `"${name}"`).join(", ");
  return (
    `? ${counted(count, "unmanaged member stays", "unmanaged members stay")} in this run: it is not known yet which member ${names} is for. ` +
    "Write that member's id as a text, take it from `workspace.idOf(…)`, or declare the member in the workspace."
  );
}

/** Why a declared person is not managed at this moment. */
function outsideWords(person: DeclaredPerson, now: number): string {
  const { from, until } = person;
  return until !== undefined && membershipPhase(person, now) === "after"
    ? `their access expired ${endWords(until)}`
    : `their access begins ${from}`;
}

/** Whether a line must name a member before the next run may act on them. */
function isNamedFirst({ unseen, role }: UnmanagedMember, undeclared: Declaration["undeclared"]): boolean {
  return unseen === true && isActedOn(undeclared, role);
}

/**
 * Pure: the lines that name unmanaged accounts with the address of a person whose own account is gone. Every run shows
 * them until the account is declared or removed.
 */
export function reinvitedLines(
  applied: Applied,
  declared: Declaration,
  now: number,
  elsewhere: Elsewhere,
): string[] {
  const named = unmanagedOf({ ...applied, unmanaged: applied.reinvited ?? {} }, declared, now, elsewhere);
  return named.map(
    ({ email, role, maybeAdded }) =>
      `! ${email} is in the workspace${role ? ` as ${role}` : ""}${maybeAdded ? ": a failed run added them" : ", with another account than the one that left"}. ` +
      "The program does not manage them. Declare them, or remove them in Notion.",
  );
}

/** How many privileged unmanaged members are named in the summary. */
const MOST_PRIVILEGED = 5;

/** ` (of them privileged: mallory@example.com)`: unmanaged members who can change others are named in every mode. */
export function privilegedWords(unmanaged: readonly Unmanaged[]): string {
  const who = unmanaged
    .filter(({ role }) => isPrivileged(role))
    .map(({ email, role }) => `${email} (${role})`);
  if (who.length === 0) return "";
  return ` Privileged among them: ${firstNames(who.sort(), MOST_PRIVILEGED)}.`;
}
