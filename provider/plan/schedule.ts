import { isDemotion, isPrivileged } from "../model/role";
import type { LimitName } from "../state/limits";
import type { DeclaredPerson, OnRemove, OutsideTime } from "../state/person";
import type { Applied, Declaration } from "../state/world";
import { isDeparture, type Step } from "./step";
import { membershipPhase, turnsOf } from "./times";

/** Access that this declaration ends or begins at a moment to come, and the one before it did not. */
export interface Scheduled {
  limit: LimitName;
  email: string;
  /** As `2026-12-31`, in UTC: of an end the last day before it, of a beginning the day itself. */
  day: string;
}

/**
 * Pure: what is declared for the first time to happen to people at a moment to come. Nothing counts them when the moment
 * has come, so they are judged now.
 * @param heldAs the e-mail under which the state has each declared person
 */
export function newlyScheduled(
  applied: Applied,
  { people, onRemove }: Declaration,
  heldAs: ReadonlyMap<string, string>,
  now: number,
): Scheduled[] {
  return Object.entries(people).flatMap(([email, person]) => {
    if (membershipPhase(person, now) === "after") return [];
    const held = applied.people[heldAs.get(email) ?? email] ?? applied.outside?.[email] ?? {};
    if (!isNewlyTimed(person, held)) return [];
    const turns = turnsOf(person, now);
    return turns.slice(1).flatMap(({ at, role }, index) =>
      limitsOf(turns[index]?.role, role, person.onRemove ?? onRemove ?? "remove").map((limit) => ({
        limit,
        email,
        day: limit === "maxRemovals" || limit === "maxDemotions" ? dayBefore(at) : dayOf(at),
      })),
    );
  });
}

const TIME_FIELDS = ["from", "until", "roleFrom", "roleUntil", "roleThen"] as const;

function isNewlyTimed(person: DeclaredPerson, held: object): boolean {
  const compared = [...TIME_FIELDS, ...(person.until === undefined ? [] : (["onRemove"] as const))];
  return compared.some((field) => person[field] !== undefined && Reflect.get(held, field) !== person[field]);
}

/** The limits for a change of a role; `null` is no member. */
function limitsOf(
  before: string | undefined | null,
  after: string | undefined | null,
  onRemove: OnRemove,
): LimitName[] {
  if (after === null) {
    if (onRemove === "remove") return ["maxRemovals"];
    return onRemove === "restrict" && before !== "restricted_member" ? ["maxDemotions"] : [];
  }
  const from = before ?? undefined;
  return [
    ...(before === null ? (["maxAdditions"] as const) : []),
    ...(isDemotion(from, after) ? (["maxDemotions"] as const) : []),
    ...(isPrivileged(after) && !isDemotion(from, after) ? (["maxPromotions"] as const) : []),
  ];
}

/** A date alone is through its last moment: what happens at midnight is told as the end of the day before. */
const dayBefore = (at: number) => new Date(at - 1).toISOString().slice(0, 10);

/**
 * Pure: what the state keeps of declared people outside of their time. A person whose time has begun and who could not be
 * added yet is kept: their beginning was scheduled. The account that a row names is kept with its last e-mail, because
 * Notion gives it to the next person invited under that e-mail.
 * @param after the people of the state now
 */
export function outsideOf(
  { people, ids, outside = {} }: Pick<Applied, "people" | "ids" | "outside">,
  declared: Declaration["people"],
  now: number,
  after: Applied["people"] = people,
): NonNullable<Applied["outside"]> {
  const emails = new Map([
    ...Object.values(outside).flatMap(({ id, userName }): [string, string][] =>
      id === undefined || userName === undefined ? [] : [[id, userName]],
    ),
    ...Object.entries(ids).map(([key, id]): [string, string] => [id, people[key]?.userName ?? key]),
  ]);
  return Object.fromEntries(
    Object.entries(declared).flatMap(([email, person]) => {
      if (membershipPhase(person, now) === "during") {
        const waited = outside[email];
        return waited === undefined || Object.hasOwn(after, email) ? [] : [[email, waited]];
      }
      const kept: OutsideTime = Object.fromEntries(
        (["role", "onRemove", ...TIME_FIELDS] as const).flatMap((field) =>
          person[field] === undefined ? [] : [[field, person[field]]],
        ),
      );
      const { id } = person;
      const userName = id === undefined ? undefined : emails.get(id);
      return [[email, id === undefined || userName === undefined ? kept : { ...kept, id, userName }]];
    }),
  );
}

/** Pure: the UTC day of a moment, as `2026-12-31`. */
export const dayOf = (now: number) => new Date(now).toISOString().slice(0, 10);

/** Whether a step is an end or a beginning that the state has known of. */
export function isScheduled(step: Step): boolean {
  if (isDeparture(step)) return step.ended?.promised === true;
  if (step.kind === "join") return step.began?.promised === true;
  return step.kind === "changeRole" && (step.ended?.promised === true || step.began?.promised === true);
}
