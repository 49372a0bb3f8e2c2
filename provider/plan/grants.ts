import { foldEmail } from "../model/email";
import { DAY_MS, instantOf } from "../model/instant";
import { isPrivileged, rankOf } from "../model/role";
import type { GrantChange, PrivilegedTime } from "../state/grants";
import type { DeclaredPerson, OnRemove } from "../state/person";

/** Whether a person has more than most, or something for a time. */
export function isGrant({ role, roleThen, from, until, roleFrom, roleUntil }: DeclaredPerson): boolean {
  return (
    isPrivileged(role) || isPrivileged(roleThen) || [from, until, roleFrom, roleUntil].some((edge) => edge)
  );
}

/** Pure: how a grant changes; undefined where there is none, or it stays. @param now milliseconds since 1970 */
export function grantChange(
  before: DeclaredPerson | undefined,
  after: DeclaredPerson | undefined,
  now: number,
  onRemove?: OnRemove,
): GrantChange | undefined {
  const [lastApplied, is] = [before !== undefined && isGrant(before), after !== undefined && isGrant(after)];
  if (!lastApplied && !is) return undefined;
  const [old, wanted] = [before ?? {}, after ?? {}];
  const sameAccess = ACCESS.every((key) => old[key] === wanted[key]);
  if (sameAccess && before !== undefined && after !== undefined)
    return old.approvedBy === wanted.approvedBy ? undefined : { approvedAnew: true };
  const wasPrivileged = isPrivileged(old.role) || isPrivileged(old.roleThen);
  const stays = after === undefined ? onRemove === "retain" : wanted.role === undefined;
  return {
    ...(is && !lastApplied && { begins: true as const }),
    ...(is && lastApplied && lastsLonger(old, wanted, now) && { extended: true as const }),
    ...(is &&
      lastApplied &&
      highestOf(wanted) > Math.max(highestOf(old), rankOf("member")) && { raised: true as const }),
    ...(is &&
      lastApplied &&
      APPROVAL.every((key) => old[key] === wanted[key]) && { sameApproval: true as const }),
    ...((old.role === "owner" || old.roleThen === "owner") && { wasOwner: true as const }),
    ...(wasPrivileged && stays && { dropped: true as const }),
  };
}

/** Pure: how the grants of a workspace change, by e-mail; for people taken out, by their former e-mail. */
export function grantChanges(
  before: Readonly<Record<string, DeclaredPerson>>,
  after: Readonly<Record<string, DeclaredPerson>>,
  onRemove: OnRemove | undefined,
  now: number,
): Record<string, GrantChange> | undefined {
  const changes: Record<string, GrantChange> = {};
  const renamed = new Set<string>();
  const note = (email: string, change: GrantChange | undefined) => {
    if (change !== undefined) changes[email] = change;
  };
  for (const [email, person] of Object.entries(after)) {
    const key = keyBefore(email, person, before, after);
    if (key !== email) renamed.add(key);
    note(email, grantChange(before[key], person, now));
  }
  for (const [email, person] of Object.entries(before)) {
    if (Object.hasOwn(after, email) || renamed.has(email)) continue;
    note(email, grantChange(person, undefined, now, person.onRemove ?? onRemove));
  }
  return Object.keys(changes).length === 0 ? undefined : changes;
}

/** For how long a privileged time is remembered after its end. */
const REMEMBERED_MS = 731 * DAY_MS;

/**
 * Pure: the privileged times of a person, carried on: a role that ends begins one, and another end or none closes or
 * keeps it. Without a memory each extension would look like the first time.
 */
export function privilegedTimes(
  past: readonly PrivilegedTime[] = [],
  before: DeclaredPerson | undefined,
  after: DeclaredPerson | undefined,
  now: number,
): PrivilegedTime[] {
  const kept = past.filter(({ until }) => until === undefined || Date.parse(until) > now - REMEMBERED_MS);
  const open = kept.find(({ until }) => until === undefined);
  const is = isPrivilegedForATime(after);
  const isOver = endOf(before ?? {}) <= now;
  // A new end after the old one has passed is another time; so is a beginning that moves into the future.
  const isAnother = (isOver && endOf(after ?? {}) !== endOf(before ?? {})) || isPutOff(before, after, now);
  if (open !== undefined && is && !isAnother) return kept;
  const closed = kept.map((each) =>
    each === open ? { ...each, until: new Date(Math.min(now, endOf(before ?? {}))).toISOString() } : each,
  );
  return is ? [...closed, { since: new Date(now).toISOString() }] : closed;
}

/** Pure: the same for everybody in a workspace, by e-mail, including people taken out. */
export function allPrivilegedTimes(
  past: Readonly<Record<string, readonly PrivilegedTime[]>>,
  before: Readonly<Record<string, DeclaredPerson>>,
  after: Readonly<Record<string, DeclaredPerson>>,
  now: number,
): Record<string, PrivilegedTime[]> | undefined {
  const taken = new Set<string>();
  const times = Object.entries(after).flatMap(([email, person]) => {
    // A person with a new e-mail keeps their times.
    const key = keyBefore(email, person, before, after);
    taken.add(key);
    return entryOf(email, privilegedTimes(past[key], before[key], person, now));
  });
  const gone = Object.keys(past).flatMap((email) =>
    taken.has(email) || Object.hasOwn(after, email)
      ? []
      : entryOf(email, privilegedTimes(past[email], before[email], undefined, now)),
  );
  times.push(...gone);
  return times.length === 0 ? undefined : Object.fromEntries(times);
}

/** The e-mail under which a person was declared before: the same, the one that they name, or that of their id. */
function keyBefore(
  email: string,
  { formerUserName, id }: DeclaredPerson,
  before: Readonly<Record<string, DeclaredPerson>>,
  after: Readonly<Record<string, DeclaredPerson>>,
): string {
  if (Object.hasOwn(before, email)) return email;
  const former = formerUserName === undefined ? undefined : foldEmail(formerUserName);
  if (former !== undefined && Object.hasOwn(before, former) && !Object.hasOwn(after, former)) return former;
  if (id === undefined) return email;
  return Object.keys(before).find((key) => before[key]?.id === id && !Object.hasOwn(after, key)) ?? email;
}

function entryOf(email: string, times: PrivilegedTime[]): [string, PrivilegedTime[]][] {
  return times.length === 0 ? [] : [[email, times]];
}

function isPrivilegedForATime(person: DeclaredPerson | undefined): boolean {
  if (person === undefined || !Number.isFinite(endOf(person))) return false;
  return isPrivileged(person.role) || isTurnedRound(person);
}

/** Whether a privileged role is the one of before a beginning, which ends it. */
function isTurnedRound({ role, roleThen, roleFrom, roleUntil }: DeclaredPerson): boolean {
  return isPrivileged(roleThen) && !isPrivileged(role) && roleFrom !== undefined && roleUntil === undefined;
}

/** Whether a privileged time that had begun is to begin later. */
function isPutOff(before: DeclaredPerson = {}, after: DeclaredPerson = {}, now: number): boolean {
  if (isTurnedRound(after)) return false;
  const roleBegin = ({ roleFrom }: DeclaredPerson) =>
    instantOf(roleFrom ?? "", "from") ?? Number.NEGATIVE_INFINITY;
  return roleBegin(before) <= now && roleBegin(after) > now;
}

/** The rank of the most that a person is declared to hold, now or later. */
const highestOf = ({ role, roleThen }: DeclaredPerson) => Math.max(rankOf(role), rankOf(roleThen));

const ACCESS = ["role", "roleThen", "from", "until", "roleFrom", "roleUntil", "onRemove"] as const;
const APPROVAL = ["reason", "approvedBy"] as const;

/** Whether a grant has time that the one before did not have. A beginning that has passed is none to move. */
function lastsLonger(old: DeclaredPerson, wanted: DeclaredPerson, now: number): boolean {
  return endOf(wanted) > endOf(old) || (beginOf(old) > now && beginOf(wanted) < beginOf(old));
}

/** When a grant begins. A privileged role that is the one of before a beginning is held already. */
function beginOf({ from, roleFrom, roleThen }: DeclaredPerson): number {
  const begins = [from, isPrivileged(roleThen) ? undefined : roleFrom];
  return Math.max(...begins.map((each) => instantOf(each ?? "", "from") ?? Number.NEGATIVE_INFINITY));
}

/** When a grant ends: the first of its ends, or never. A privileged role for afterwards has none but the membership's. */
function endOf(person: DeclaredPerson): number {
  const { until, roleFrom, roleUntil, roleThen, onRemove } = person;
  const ends = [
    onRemove === "retain" ? undefined : instantOf(until ?? "", "until"),
    isPrivileged(roleThen) ? undefined : instantOf(roleUntil ?? "", "until"),
    isTurnedRound(person) ? instantOf(roleFrom ?? "", "from") : undefined,
  ];
  return Math.min(...ends.map((end) => end ?? Number.POSITIVE_INFINITY));
}
