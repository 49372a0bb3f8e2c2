import { isDeepStrictEqual } from "node:util";
import { without } from "./properties";
import { type Redacted, settingsOf, type WorkspaceInputs, type WorkspaceOutputs } from "./workspace";
import type { Declaration } from "./world";

/** What a run has made of a workspace. */
export interface RunResult extends Pick<WorkspaceOutputs, "people" | "ids"> {
  unmanaged: NonNullable<WorkspaceOutputs["unmanaged"]>;
  reinvited: NonNullable<WorkspaceOutputs["reinvited"]>;
  emailChanges: NonNullable<WorkspaceOutputs["emailChanges"]>;
  outside: NonNullable<WorkspaceOutputs["outside"]>;
  /** People whose addition got no answer. */
  maybeAdded: Iterable<string>;
  /** Ids of people who moved to another resource, which does not have them yet, by e-mail. */
  leftTo: NonNullable<WorkspaceOutputs["leftTo"]>;
  /** How many members of those that a refresh counted as unmanaged joined or left. */
  fewerOthers: number;
  /** The declared people, with the role of this moment. */
  wanted: Declaration["people"];
  /** The e-mail under which the state held each declared person. */
  heldAs: ReadonlyMap<string, string>;
  /** The day (UTC). */
  today: string;
}

/** Pure: what the state keeps after a run. */
export function outputsAfterRun(
  olds: WorkspaceOutputs,
  inputs: WorkspaceInputs,
  result: RunResult,
): WorkspaceOutputs {
  const { people, ids, emailChanges, outside, leftTo, wanted, heldAs, today } = result;
  const { others, unmanaged, gone = {}, since = today } = olds;
  const rows = Object.entries(inputs.people).filter(([email]) => !Object.hasOwn(people, email));
  const meant = new Set(rows.flatMap(([email, { id, formerUserName }]) => [email, id, formerUserName]));
  const stillGone = Object.entries(gone).filter(
    ([email, id]) => !Object.hasOwn(people, email) && (meant.has(email) || meant.has(id)),
  );
  const managed = new Set(Object.values(ids));
  const reinvited = Object.entries({ ...olds.reinvited, ...result.reinvited }).filter(
    ([, { id }]) => !managed.has(id),
  );
  const goneAgain = (olds.goneAgain ?? []).filter((email) => stillGone.some(([each]) => each === email));
  const maybeAdded = [...result.maybeAdded].sort();
  return {
    ...settingsOf(inputs),
    people: withoutUncovered(withoutAccepted(people, wanted), olds.redacted ?? {}, inputs, heldAs),
    ids,
    since,
    ...(stillGone.length > 0 && { gone: Object.fromEntries(stillGone) }),
    ...(goneAgain.length > 0 && { goneAgain }),
    ...(maybeAdded.length > 0 && { maybeAdded }),
    ...(isSome(leftTo) && { leftTo }),
    ...(others !== undefined && { others: Math.max(0, others - result.fewerOthers) }),
    ...(unmanaged !== undefined && { unmanaged: result.unmanaged }),
    ...(reinvited.length > 0 && { reinvited: Object.fromEntries(reinvited) }),
    ...(isSome(emailChanges) && { emailChanges }),
    ...(isSome(outside) && { outside }),
  };
}

const isSome = (bag: object) => Object.keys(bag).length > 0;

/**
 * Pure: the people without secret values that the engine would keep in clear. It redacts an output only where the
 * inputs have a secret in the same place. Entries without inputs: a removal that failed.
 * @param before the secret attributes when they were written last
 * @param heldAs the e-mail under which each declared person was held
 */
function withoutUncovered(
  people: WorkspaceOutputs["people"],
  before: Redacted,
  { people: declared, redacted = {} }: WorkspaceInputs,
  heldAs: ReadonlyMap<string, string>,
): WorkspaceOutputs["people"] {
  const secret = (email: string) => [
    ...(before[email] ?? []),
    ...(before[heldAs.get(email) ?? email] ?? []),
    ...(redacted[email] ?? []),
  ];
  return Object.fromEntries(
    Object.entries(people).map(([email, person]) => {
      const uncovered = secret(email).filter((field) => !Object.hasOwn(declared[email] ?? {}, field));
      return [email, uncovered.length === 0 ? person : without(person, uncovered)];
    }),
  );
}

/**
 * Pure: the people without drift that the program accepts: it declares now what a refresh found.
 * @param wanted the declared people, with the role of this moment
 */
function withoutAccepted(
  people: WorkspaceOutputs["people"],
  wanted: Declaration["people"],
): WorkspaceOutputs["people"] {
  return Object.fromEntries(
    Object.entries(people).map(([email, { lastApplied, ...found }]) => {
      const theirs = wanted[email] ?? {};
      const left = Object.entries(lastApplied ?? {}).filter(
        ([key]) => !isDeepStrictEqual(found[key as keyof typeof found], theirs[key as keyof typeof theirs]),
      );
      return [email, { ...found, ...(left.length > 0 && { lastApplied: Object.fromEntries(left) }) }];
    }),
  );
}
