import type { Assignment } from "./declaration";
import type { Person, Reach } from "./person";
import { beginOf, instantIn, isOver } from "./reach";
import { type Answer, all, any, type Text, UNKNOWN } from "./value";
import type { Workspace } from "./workspace";

/** Whether a person has a role, or can come to have it, by the declarations that decide in the end. */
export function holds({ reaches }: Person, role: string, now: number): Answer {
  return any(lasting(reaches, now).map((each) => is(each.role, role)));
}

/** Whether a person has a role permanently: it has begun, never expires, and no other role follows. */
export function holdsForGood({ reaches, members }: Person, role: string, now: number): Answer {
  const decides = lasting(reaches, now).filter(({ path }) => path !== "onRemove");
  const begun = (each: Reach): Answer => (each.from === UNKNOWN ? UNKNOWN : (beginOf(each) ?? now) <= now);
  const granted = decides.map((each) =>
    all([
      is(each.role, role),
      begun(each),
      each.until === UNKNOWN ? UNKNOWN : each.until === undefined && each.path !== "held",
    ]),
  );
  const stays = members.map(({ from, until }) => isForGood(from, until, now));
  return all([any(granted), ...stays]);
}

/** Whether a person has a role, but not permanently. */
export function isForATimeOnly(person: Person, role: string, now: number): boolean {
  return holds(person, role, now) === true && holdsForGood(person, role, now) === false;
}

function isForGood(from: Text, until: Text, now: number): Answer {
  if (typeof until === "string" || (instantIn(from, "from") ?? now) > now) return false;
  return from === UNKNOWN || until === UNKNOWN ? UNKNOWN : true;
}

/** The paths that have not expired. The role at creation decides only if nothing else does. */
function lasting(reaches: readonly Reach[], now: number): Reach[] {
  const declared = reaches.some(({ path }) => path === "role");
  return reaches.filter((each) => !isOver(each, now) && !(declared && each.path === "initialRole"));
}

export interface Holders {
  certain: Person[];
  possible: number;
}

/** The people who certainly have a role, and how many more may have it. */
export function holdersOf(workspace: Workspace, role: string, now: number): Holders {
  return holdersBy(
    workspace,
    (person) => holds(person, role, now),
    (by) => is(by.role, role),
  );
}

/** The same for permanent holders. */
export function holdersForGood(workspace: Workspace, role: string, now: number): Holders {
  return holdersBy(
    workspace,
    (person) => holdsForGood(person, role, now),
    (by) => all([is(by.role, role), isForGood(by.roleFrom, by.roleUntil, now)]),
  );
}

function holdersBy(
  { people, unproven }: Workspace,
  ofPerson: (person: Person) => Answer,
  ofNobodyYet: (by: Pick<Assignment, "role" | "roleFrom" | "roleUntil">) => Answer,
): Holders {
  const answers = people.map((person) => ({ person, answer: ofPerson(person) }));
  const undecided = answers.filter(({ answer }) => answer === UNKNOWN).length;
  const others = unproven.map((person) => ({ person, answer: any(person.assignments.map(ofNobodyYet)) }));
  // An id is a person of its own. Without one the person may be counted already.
  const isSomebody = ({ assignments }: Person) => assignments.some(({ id }) => typeof id === "string");
  const counted = others.filter(({ person, answer }) => answer === true && isSomebody(person));
  const certain = [...answers, ...counted].flatMap(({ person, answer }) => (answer === true ? [person] : []));
  const more = others.filter((each) => each.answer !== false && !counted.includes(each)).length;
  return { certain, possible: undecided + more };
}

function is(text: Text, wanted: string): Answer {
  return text === UNKNOWN ? UNKNOWN : text === wanted;
}
