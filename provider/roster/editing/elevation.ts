import { foldEmail, isEmail, mailboxOf } from "../../model/email";
import { DAY_MS, DURATION_WANTED, durationOf, endWords, instantOf } from "../../model/instant";
import { isRole, type Role, rankOf } from "../../model/role";
import type { Person } from "../../resources/person";
import type { RosterChange } from "./change";

/** A higher role for a time, as it is asked for. */
export interface ElevationWish {
  /** The e-mail of a person who stands in the roster. */
  who: string;
  role: string;
  /** How long, such as `4h` or `90m`. */
  lasts: string;
  reason: string;
  /** The e-mail of another person. */
  approvedBy: string;
}

/** Longer than this is no incident: it is planned, and goes through a pull request. */
const LONGEST_MS = 7 * DAY_MS;
/** Of the requester's own words; what the row says already may follow. */
const MAX_REASON = 300;
// Controls, and letters that nobody sees or that turn the text around them.
const ODD = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u;

/**
 * Pure: the change of the roster that gives a person a higher role until an instant, and then the role declared for them
 * today; or every reason against it.
 * @param now milliseconds since 1970
 */
export function elevation(
  people: readonly Person[],
  wish: ElevationWish,
  now: number,
): { change: RosterChange } | { problems: string[] } {
  const who = foldEmail(wish.who.trim());
  const person = people.find(({ userName }) => foldEmail(userName) === who);
  if (person === undefined) {
    return { problems: [`${wish.who} is not in the roster; only declared people can be elevated`] };
  }
  const then = roleWithout(person);
  const length = durationOf(wish.lasts) ?? 0;
  const lasts = length > 0 && length <= LONGEST_MS ? length : undefined;
  const reason = wish.reason.trim();
  const approvedBy = foldEmail(wish.approvedBy.trim());
  const problems = [
    ...stateProblems(person, who, now),
    ...(isRole(wish.role) ? [] : [`there is no role "${wish.role}"`]),
    ...(then === undefined
      ? [`the roster declares no role for ${who} to return to: add one by a pull request first`]
      : rankOf(wish.role) > rankOf(then)
        ? []
        : [`${who} is ${then} already, which is no less than ${wish.role}`]),
    ...(lasts === undefined
      ? [`the length must be ${DURATION_WANTED}, and 7d at most, not "${wish.lasts}"`]
      : []),
    ...(reason === "" || reason.length > MAX_REASON
      ? [`the reason must be one line of up to ${MAX_REASON} characters`]
      : []),
    ...(`${reason} `.includes(MEMBERSHIP) ? [`the reason must not hold "${MEMBERSHIP.trim()}"`] : []),
    ...(ODD.test(reason)
      ? ["the reason must be one line of visible characters: no control, and none that hides or turns text"]
      : []),
    ...approverProblems(people, { approvedBy, said: wish.approvedBy, who }, now),
  ];
  if (problems.length > 0 || then === undefined || lasts === undefined) return { problems };
  const roleUntil = new Date(now + lasts).toISOString().replace(/\.\d+Z$/, "Z");
  // What began later would begin with the elevation: it begins now.
  const fields = {
    role: wish.role,
    roleFrom: "",
    roleUntil,
    roleThen: then,
    reason: `${reason}${reasonOfMembership(person)}`,
    approvedBy,
  };
  return { change: { kind: "set", userName: person.userName, fields } };
}

const isOver = (until: string | undefined, now: number) =>
  until !== undefined && (instantOf(until, "until") ?? Number.POSITIVE_INFINITY) <= now;
const isAhead = (from: string | undefined, now: number) =>
  from !== undefined && (instantOf(from, "from") ?? 0) > now;

/** Whether they hold anything at this moment that could be raised. */
function stateProblems({ from, until, roleFrom }: Person, who: string, now: number): string[] {
  if (isOver(until, now)) return [`the membership of ${who} is over (it ended ${endWords(until ?? "")})`];
  if (isAhead(from, now)) return [`the membership of ${who} has not begun (it begins ${from})`];
  return isAhead(roleFrom, now)
    ? [`a role of ${who} begins ${roleFrom}, and this edit would lose it: change their row by a pull request`]
    : [];
}

function approverProblems(
  people: readonly Person[],
  { approvedBy, said, who }: { approvedBy: string; said: string; who: string },
  now: number,
): string[] {
  if (!isEmail(approvedBy)) return [`the approver must be an e-mail address, not "${said}"`];
  if (approvedBy === who) return [`${who} may not approve it themself`];
  if (mailboxOf(approvedBy) === mailboxOf(who))
    return [`${approvedBy} is another address of ${who}, who may not approve it themself`];
  const row = people.find(({ userName }) => foldEmail(userName) === approvedBy);
  return isOver(row?.until, now) ? [`the membership of ${approvedBy} is over: they cannot approve it`] : [];
}

const MEMBERSHIP = " [membership: ";

/**
 * A row has one reason and one approver. Those of the membership stay readable behind the elevation's; those of an earlier
 * elevation go with it.
 */
function reasonOfMembership({ until, roleUntil, reason = "", approvedBy }: Person): string {
  const at = reason.indexOf(MEMBERSHIP);
  if (at >= 0) return reason.slice(at);
  const isOfElevation = roleUntil !== undefined && until === undefined;
  if (isOfElevation || reason.trim() === "") return "";
  return `${MEMBERSHIP}${reason.trim()}${approvedBy === undefined ? "" : `, approved by ${approvedBy}`}]`;
}

/** What they are declared to be when no role for a time is running; one that is to begin is refused before. */
const roleWithout = ({ role, roleUntil, roleThen }: Person): Role | undefined =>
  roleUntil === undefined ? role : roleThen;
