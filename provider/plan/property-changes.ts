import { isDeepStrictEqual } from "node:util";
import type { Step } from "./step";

/** Where a property stands in a resource, and how it differs between the state and the program. */
export interface PropertyChange {
  path: readonly string[];
  kind: "add" | "delete" | "update";
}

/** Pure: a property that is `from` in the state and `to` in the program; undefined where it is absent. */
export function propertyChange(path: readonly string[], from: unknown, to: unknown): PropertyChange {
  return { path, kind: from === undefined ? "add" : to === undefined ? "delete" : "update" };
}

/** Pure: which of some properties differ. */
export function propertyChanges(
  olds: Readonly<Record<string, unknown>>,
  news: Readonly<Record<string, unknown>>,
  keys: Iterable<string>,
): PropertyChange[] {
  return [...keys].flatMap((key) =>
    isDeepStrictEqual(olds[key], news[key]) ? [] : [propertyChange([key], olds[key], news[key])],
  );
}

type People = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * Pure: the steps of a plan as properties of a workspace: who differs, and in what. Pulumi shows these and nobody else.
 * @param applied the people of the state, by the e-mail that each is kept under
 * @param heldAs the e-mail under which the state has each declared person
 */
export function stepChanges(
  steps: readonly Step[],
  applied: People,
  declared: People,
  heldAs: ReadonlyMap<string, string>,
): PropertyChange[] {
  const rowOf = new Map([...heldAs].map(([email, key]) => [key, email]));
  const changesOf = (step: Step): PropertyChange[] => {
    const row = heldAs.has(step.email) ? step.email : (rowOf.get(step.email) ?? step.email);
    const key = heldAs.get(row) ?? step.email;
    const [held, wanted] = [personAt(applied, key), personAt(declared, row)];
    // Their e-mail is the key, so with another one they stand in another place.
    const whole: PropertyChange[] = [
      ...(held === undefined ? [] : [{ path: ["people", key], kind: "delete" as const }]),
      ...(wanted === undefined ? [] : [{ path: ["people", row], kind: "add" as const }]),
    ];
    if ("unmanaged" in step && step.unmanaged) return [{ path: ["unmanaged", step.email], kind: "delete" }];
    if (held === undefined || wanted === undefined || key !== row) return whole;
    const fields = fieldsOf(step);
    // A person who is looked up differs in nothing that is known yet.
    if (fields.length === 0) return [{ path: ["people", row], kind: "update" }];
    return fields.map((field) => propertyChange(["people", row, field], held[field], wanted[field]));
  };
  const byPath = new Map(steps.flatMap(changesOf).map((change) => [JSON.stringify(change.path), change]));
  return [...byPath.values()];
}

function fieldsOf(step: Step): string[] {
  switch (step.kind) {
    case "changeRole":
      return ["role"];
    case "activate":
      return ["active"];
    case "updateProfile":
    case "stateOnly":
      return step.changes.map(({ field }) => field);
    default:
      return [];
  }
}

function personAt(people: People, email: string): People[string] | undefined {
  return Object.hasOwn(people, email) ? people[email] : undefined;
}
