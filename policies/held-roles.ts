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

/** Whether a person has a role in the end; UNKNOWN where that can't be told yet. */
export function holds(person: Person, role: string): boolean | typeof UNKNOWN {
  const roles: Text[] =
    person.assignments.length > 0
      ? person.assignments.map((each) => each.role)
      : person.members.map((each) => each.initialRole);
  if (roles.includes(role)) return true;
  return roles.includes(UNKNOWN) ? UNKNOWN : false;
}

/** The people who have a role for certain, and how many more may turn out to have it. */
export function holdersOf(workspace: Workspace, role: string): { certain: Person[]; possible: number } {
  const certain = workspace.people.filter((person) => holds(person, role) === true);
  const undecided = workspace.people.filter((person) => holds(person, role) === UNKNOWN);
  const unplaced = workspace.unplaced.filter((each) => each.role === role || each.role === UNKNOWN);
  return { certain, possible: undecided.length + unplaced.length };
}

/** `a, b and c`, cut where nobody reads on. */
export function listed(names: readonly string[]): string {
  const MOST_NAMED = 10;
  const shown = names.slice(0, MOST_NAMED);
  if (names.length > MOST_NAMED) return `${shown.join(", ")} and ${names.length - MOST_NAMED} more`;
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}
