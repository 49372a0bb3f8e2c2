import { foldEmail, isEmail } from "../../member/email";
import { DAY_MS, instantOf } from "../../member/instant";
import { isRole, type Role, rankOf } from "../../member/role";
import type { Person } from "../../resources/notion-workspace";
import type { RosterChange } from "./change";

/** A higher role for a time, as it is asked for. */
export interface ElevationWish {
  /** The e-mail of somebody who stands in the roster. */
  who: string;
  role: string;
  /** How long, such as `4h` or `90m`. */
  lasts: string;
  reason: string;
  /** The e-mail of another person. */
  approvedBy: string;
}

const UNITS_MS: Record<string, number> = { m: 60_000, h: 3_600_000, d: DAY_MS };
/** Longer than this is no incident: it is planned, and goes through a pull request. */
const LONGEST_MS = 7 * DAY_MS;
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what a reason must not hold
const NOT_ONE_LINE = /[\u0000-\u001f\u007f\u2028\u2029]/;

/**
 * Pure: the change of the roster that gives somebody a higher role until an instant, and after it the one that is
 * declared for them today; or everything that stands in the way.
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
    return { problems: [`${wish.who} does not stand in the roster: only who is declared can be elevated`] };
  }
  const then = roleWithout(person, now);
  const lasts = lengthOf(wish.lasts);
  const reason = wish.reason.trim();
  const approvedBy = foldEmail(wish.approvedBy.trim());
  const problems = [
    ...(isRole(wish.role) ? [] : [`there is no role "${wish.role}"`]),
    ...(then === undefined
      ? [`no role is declared for ${who}, to go back to: give them one by a pull request first`]
      : rankOf(wish.role) > rankOf(then)
        ? []
        : [`${who} is ${then} anyway: that is no less than ${wish.role}`]),
    ...(lasts === undefined
      ? [`the length must be such as 4h, 90m or 2d, and 7d at most, not "${wish.lasts}"`]
      : []),
    ...(reason === "" || NOT_ONE_LINE.test(reason) || reason.length > 300
      ? ["the reason must be one line of up to 300 characters"]
      : []),
    ...(isEmail(approvedBy) ? [] : [`the approver must be an e-mail address, not "${wish.approvedBy}"`]),
    ...(approvedBy === who ? [`${who} may not approve it themself`] : []),
  ];
  if (problems.length > 0 || then === undefined || lasts === undefined) return { problems };
  const roleUntil = new Date(now + lasts).toISOString().replace(/\.\d+Z$/, "Z");
  // What began later would begin with the elevation: it begins now.
  const fields = { role: wish.role, roleFrom: "", roleUntil, roleThen: then, reason, approvedBy };
  return { change: { kind: "set", userName: person.userName, fields } };
}

/** What they are declared to be when no time-boxed role is running. */
function roleWithout({ role, roleUntil, roleThen, roleFrom }: Person, now: number): Role | undefined {
  if (roleUntil === undefined && roleFrom === undefined) return role;
  const over = roleUntil !== undefined && (instantOf(roleUntil, "until") ?? 0) <= now;
  return roleThen ?? (over || roleUntil !== undefined ? undefined : role);
}

function lengthOf(text: string): number | undefined {
  const [, count, unit = ""] = /^([1-9]\d{0,4})([mhd])$/.exec(text) ?? [];
  const length = Number(count) * (UNITS_MS[unit] ?? Number.NaN);
  return length > 0 && length <= LONGEST_MS ? length : undefined;
}
