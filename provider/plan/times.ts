import { instantOf } from "../model/instant";
import type { Role } from "../model/role";
import type { DeclaredPerson, Times } from "../state/person";

/** Where now is in a time: before it, in it, or after it. Without edges it is always in it. */
export type Phase = "before" | "during" | "after";

export function phaseOf(now: number, from: string | undefined, until: string | undefined): Phase {
  const begin = from === undefined ? undefined : instantOf(from, "from");
  const end = until === undefined ? undefined : instantOf(until, "until");
  if (end !== undefined && now >= end) return "after";
  return begin !== undefined && now < begin ? "before" : "during";
}

/** Pure: whether a person is declared at this moment. */
export function membershipPhase({ from, until }: Times, now: number): Phase {
  return phaseOf(now, from, until);
}

/** Pure: the declared role at this moment: outside of its time that of `roleThen`. */
export function roleAt(
  { role, roleFrom, roleUntil, roleThen }: DeclaredPerson,
  now: number,
): Role | undefined {
  return phaseOf(now, roleFrom, roleUntil) === "during" ? role : roleThen;
}

/** Pure: a declared person with the role of this moment. */
export function personAt(person: DeclaredPerson, now: number): DeclaredPerson {
  const { role: _, ...others } = person;
  const role = roleAt(person, now);
  return role === undefined ? others : { ...others, role };
}

/** Whether an owner is declared with an end: a moment from which they are no owner, or no member. */
export function hasEnd(person: DeclaredPerson, now: number): boolean {
  const { until, roleFrom, roleUntil } = person;
  if ([until, roleFrom, roleUntil].every((edge) => edge === undefined)) return false;
  const isBefore = membershipPhase(person, now) === "before";
  return !turnsOf(person, now).every(
    ({ role }, index) => role === "owner" || role === undefined || (isBefore && index === 0),
  );
}

/** What a person holds from a moment on. */
export interface Turn {
  /** In milliseconds since 1970. */
  at: number;
  /** `undefined`: the role is not managed; `null`: no member. */
  role: Role | undefined | null;
}

/** Pure: what a person is declared to hold from now on, and from each later moment at which that changes. */
export function turnsOf(person: DeclaredPerson, now: number): Turn[] {
  const { from, until, roleFrom, roleUntil } = person;
  const edges = [
    [from, "from"] as const,
    [until, "until"] as const,
    [roleFrom, "from"] as const,
    [roleUntil, "until"] as const,
  ];
  const moments = edges.flatMap(([text, edge]) => {
    // Most people have no times at all, and reading a text is what costs.
    const at = text === undefined ? undefined : instantOf(text, edge);
    return at !== undefined && at > now ? [at] : [];
  });
  const turns = [now, ...moments.sort((a, b) => a - b)].map((at) => ({
    at,
    role: membershipPhase(person, at) === "during" ? roleAt(person, at) : null,
  }));
  return turns.filter((turn, index) => index === 0 || turn.role !== turns[index - 1]?.role);
}

/** Pure: whether a person is an owner now and stays one, as far as is declared. */
export function isLastingOwner(person: DeclaredPerson, now: number): boolean {
  return turnsOf(person, now).every(({ role }) => role === "owner");
}

/** An end that is still to come. */
export interface ComingEnd {
  email: string;
  what: "role" | "membership";
  /** As it is declared. */
  until: string;
  /** The same in milliseconds since 1970. */
  at: number;
  role: Role | undefined;
  /** The role after it; undefined where the membership ends. */
  next: Role | undefined;
  reason: string | undefined;
}

/** Pure: the ends within so many milliseconds from now, the earliest first. */
export function endsWithin(
  people: Readonly<Record<string, DeclaredPerson>>,
  now: number,
  withinMs: number,
): ComingEnd[] {
  const ends = Object.entries(people).flatMap(([email, person]): ComingEnd[] => {
    const { until, roleUntil, role, roleThen, reason } = person;
    if (membershipPhase(person, now) !== "during") return [];
    return [
      ...(until === undefined
        ? []
        : [{ email, what: "membership" as const, until, role, next: undefined, reason }]),
      ...(roleUntil === undefined || phaseOf(now, person.roleFrom, roleUntil) !== "during"
        ? []
        : [{ email, what: "role" as const, until: roleUntil, role, next: roleThen, reason }]),
    ].map((end) => ({ ...end, at: instantOf(end.until, "until") ?? Number.POSITIVE_INFINITY }));
  });
  return ends.filter(({ at }) => at - now <= withinMs).sort((a, b) => a.at - b.at);
}

/** What the times of a role are called where a person has times of their own beside them. */
const TERMS_OF_A_PERSON = { from: "roleFrom", until: "roleUntil", then: "roleThen" };

/**
 * Pure: what cannot be meant about the times of a person, a clause each that follows the person's name.
 * @param terms what the times of the role are called where they were declared
 */
export function timeProblems(
  { role, from, until, roleFrom, roleUntil, roleThen }: DeclaredPerson,
  terms = TERMS_OF_A_PERSON,
): string[] {
  const at = (text: string | undefined, edge: "from" | "until") =>
    text === undefined ? undefined : instantOf(text, edge);
  const orderly = (a: string | undefined, b: string | undefined, names: string) => {
    const [begin, end] = [at(a, "from"), at(b, "until")];
    return begin !== undefined && end !== undefined && end <= begin
      ? [`${names}: it ends before it begins`]
      : [];
  };
  const timed = roleFrom !== undefined || roleUntil !== undefined;
  return [
    ...orderly(from, until, "from and until"),
    ...orderly(roleFrom, roleUntil, `${terms.from} and ${terms.until}`),
    ...(timed && role === undefined ? [`${terms.from} and ${terms.until} need a role: declare role`] : []),
    ...(timed && roleThen === undefined
      ? [`say in ${terms.then} which role they have outside of that time`]
      : []),
    ...(!timed && roleThen !== undefined
      ? [`${terms.then} goes with ${terms.until} (or ${terms.from}): say when`]
      : []),
  ];
}

/** The declared role of a person who has it for a time; else undefined. */
export function timedRoleOf({ role, roleFrom, roleUntil }: DeclaredPerson): DeclaredPerson["role"] {
  return roleFrom === undefined && roleUntil === undefined ? undefined : role;
}
