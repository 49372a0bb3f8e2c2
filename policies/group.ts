import { instantOf } from "../provider/model/instant";
import { phaseOf } from "../provider/plan/times";
import { readGroup } from "../provider/state/group";
import type { Declaration, Entry, Group } from "./declaration";
import { type Answer, all, any, bagOf, known, type Text, textOf, UNKNOWN } from "./value";

/**
 * The groups of a workspace: as declared in a program, or as applied or found in a state.
 * @param held the groups of the state, or the same as in `props`
 */
export function groupsOf(
  { urn, label, props, evaluated }: Pick<Declaration, "urn" | "label" | "props" | "evaluated">,
  held: unknown,
): Group[] {
  return Object.entries(bagOf(props.groups)).map(([name, said]) => {
    const { presentIds, unmanaged, rule } = readGroup(bagOf(said));
    const has = presentIds === undefined ? declaredIn(name, said, rule) : appliedIn(presentIds);
    const declared = {
      has,
      isEmpty: (entries: readonly Entry[], now: number) => all(entries.map((entry) => not(has(entry, now)))),
      unmanaged,
    };
    const whole = evaluated ? foundBeside(declared, readGroup(bagOf(bagOf(held)[name]))) : declared;
    return { urn, name, label: `group ${name} of ${label}`, ...whole };
  });
}

type People = Pick<Group, "has" | "isEmpty" | "unmanaged">;

/** The people of a state that the declaration of the same run does not show. */
function foundBeside(declared: People, { presentIds, unmanaged }: ReturnType<typeof readGroup>): People {
  const has = presentIds === undefined ? () => false : appliedIn(presentIds);
  return {
    has: (entry, now) => has(entry, now) === true && declared.has(entry, now) !== true,
    isEmpty: (entries, now) =>
      presentIds !== undefined &&
      !entries.some(({ id }) => typeof id === "string" && presentIds.has(id)) &&
      declared.isEmpty(entries, now) !== true,
    unmanaged: unmanaged.filter((email) => !declared.unmanaged.includes(email)),
  };
}

function appliedIn(ids: ReadonlySet<string>): Group["has"] {
  return ({ id }) => typeof id === "string" && ids.has(id);
}

/** As a plan decides it, with unknown values. */
function declaredIn(
  name: string,
  said: unknown,
  { include, where, except }: Record<"include" | "where" | "except", unknown>,
): Group["has"] {
  const [included, excepted] = [listed(include), listed(except)];
  const rule = where === undefined ? undefined : Object.entries(bagOf(where));
  return (entry, now) => {
    if (said === UNKNOWN) return UNKNOWN;
    if (isExpired(entry, now)) return false;
    return any([
      included(entry.key),
      listed(entry.props.groups)(name),
      where === UNKNOWN
        ? UNKNOWN
        : all([
            rule !== undefined,
            not(excepted(entry.key)),
            ...(rule ?? []).map(([column, values]) => isOneOf(columnOf(entry, column, now), values)),
          ]),
    ]);
  };
}

/** Whether a list has a text. */
function listed(list: unknown): (text: string) => Answer {
  const texts = new Set(typeof list === "string" ? [list] : Array.isArray(list) ? list : []);
  const others: Answer = list === UNKNOWN || texts.has(UNKNOWN) ? UNKNOWN : false;
  return (text) => texts.has(text) || others;
}

function isOneOf(value: Text, values: unknown): Answer {
  if (value === undefined) return false;
  return value === UNKNOWN ? UNKNOWN : listed(values)(value);
}

/** The value of a column at a moment. */
function columnOf({ props, role, roleThen, roleFrom, roleUntil }: Entry, column: string, now: number): Text {
  if (column !== "role") return textOf(props, column);
  if (roleFrom === UNKNOWN || roleUntil === UNKNOWN) return UNKNOWN;
  return phaseOf(now, roleFrom, roleUntil) === "during" ? role : roleThen;
}

function isExpired({ until }: Entry, now: number): boolean {
  const end = known(until);
  return end !== undefined && (instantOf(end, "until") ?? Number.POSITIVE_INFINITY) <= now;
}

function not(answer: Answer): Answer {
  return answer === UNKNOWN ? UNKNOWN : !answer;
}
