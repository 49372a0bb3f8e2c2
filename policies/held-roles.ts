import { phaseOf } from "../provider/plan/times";
import type { Assignment, Member } from "./declaration";
import { known, type Text, UNKNOWN } from "./value";
import type { Person, Workspace } from "./workspace";

/** A declaration that gives a person a role. */
export interface Claim {
  role: Text;
  /** The role as messages have it: one that the program made secret is not told. */
  told: string;
  by: Member | Assignment;
}

/** Where a declaration says a role. */
export type RoleProperty = "role" | "roleThen" | "initialRole";

/** A role as messages have it. */
export function tell(role: Text, property: RoleProperty, by: Member | Assignment): string {
  if (by.secrets.has(property)) return "[secret]";
  return known(role) ?? "a role that is not known yet";
}

/**
 * Every role that is declared of a person: `initialRole`, which is held until an assignment changes it, and
 * `roleThen`, which is held outside of a time, included.
 */
export function claimsOf(person: Person): Claim[] {
  const claim = (role: Text, property: RoleProperty, by: Member | Assignment): Claim[] =>
    role === undefined ? [] : [{ role, told: tell(role, property, by), by }];
  return [
    ...person.members.flatMap((by) => claim(by.initialRole, "initialRole", by)),
    ...person.assignments.flatMap((by): Claim[] => [
      // An empty one, in a state that a refresh wrote, is managed all the same.
      { role: by.role, told: tell(by.role, "role", by), by },
      ...claim(by.roleThen, "roleThen", by),
    ]),
  ];
}

/** Whether something is so; UNKNOWN where that can't be told yet. */
type Answer = boolean | typeof UNKNOWN;

/** Whether a person has a role in the end. */
export function holds(person: Person, role: string): Answer {
  return any(grantsTo(person).map((grant) => is(grant.role, role)));
}

/** The same by a role that has begun and has no end, in a membership without one. */
export function holdsForGood(person: Person, role: string, now: number): Answer {
  const granted = any(grantsTo(person).map((grant) => isForGoodBy(grant, role, now)));
  return all([granted, ...person.members.map(({ from, until }) => isForGood(from, until, now))]);
}

/** The people who have a role for certain, and how many more may turn out to have it. */
export function holdersOf(workspace: Workspace, role: string): Holders {
  return holdersBy(
    workspace,
    (person) => holds(person, role),
    (by) => is(by.role, role),
  );
}

/** The same of those who have it for good. */
export function holdersForGood(workspace: Workspace, role: string, now: number): Holders {
  return holdersBy(
    workspace,
    (person) => holdsForGood(person, role, now),
    (by) => isForGoodBy(by, role, now),
  );
}

interface Holders {
  certain: Person[];
  possible: number;
}

function holdersBy(
  { people, unplaced }: Workspace,
  ofPerson: (person: Person) => Answer,
  ofNobodyYet: (by: Assignment) => Answer,
): Holders {
  const certain = people.filter((person) => ofPerson(person) === true);
  const undecided = people.filter((person) => ofPerson(person) === UNKNOWN);
  const others = unplaced.filter((by) => ofNobodyYet(by) !== false);
  return { certain, possible: undecided.length + others.length };
}

/** What decides of a person's role: the assignments, and without one the role that they are added with. */
function grantsTo({ assignments, members }: Person): Pick<Assignment, "role" | "roleFrom" | "roleUntil">[] {
  return assignments.length > 0 ? assignments : members.map(({ initialRole }) => ({ role: initialRole }));
}

function isForGoodBy(
  grant: Pick<Assignment, "role" | "roleFrom" | "roleUntil">,
  role: string,
  now: number,
): Answer {
  return all([is(grant.role, role), isForGood(grant.roleFrom, grant.roleUntil, now)]);
}

function isForGood(from: Text, until: Text, now: number): Answer {
  if (known(until) !== undefined || phaseOf(now, known(from), undefined) === "before") return false;
  return from === UNKNOWN || until === UNKNOWN ? UNKNOWN : true;
}

function is(text: Text, wanted: string): Answer {
  return text === UNKNOWN ? UNKNOWN : text === wanted;
}

function any(answers: readonly Answer[]): Answer {
  return answers.includes(true) || (answers.includes(UNKNOWN) && UNKNOWN);
}

function all(answers: readonly Answer[]): Answer {
  return !answers.includes(false) && (answers.includes(UNKNOWN) ? UNKNOWN : true);
}

/** Whether a declaration gives what it gives for a time, as far as that is known. */
export function isForATime(by: Member | Assignment): boolean {
  return ["from", "until", "roleFrom", "roleUntil"].some((edge) => {
    const said = Reflect.get(by, edge);
    return said !== undefined && said !== UNKNOWN;
  });
}

/** `a, b and c`, cut where nobody reads on. */
export function listed(names: readonly string[]): string {
  const MOST_NAMED = 10;
  const shown = names.slice(0, MOST_NAMED);
  if (names.length > MOST_NAMED) return `${shown.join(", ")} and ${names.length - MOST_NAMED} more`;
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}
