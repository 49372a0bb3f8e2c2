import type { AppliedPeople } from "../../apply/applied-people";
import type { Outcome } from "../../apply/apply-steps";
import { emailChangesOf } from "../../plan/email-changes";
import { dayOf, outsideOf } from "../../plan/schedule";
import { personAt } from "../../plan/times";
import {
  settingsOf,
  toApplied,
  type WorkspaceInputs,
  type WorkspaceOutputs,
  withoutAccepted,
  withoutUncovered,
} from "../../state/workspace";

/** Pure: what the state keeps after a run. */
export function outputsOf(
  olds: WorkspaceOutputs,
  inputs: WorkspaceInputs,
  result: AppliedPeople,
  outcome: Outcome,
  heldAs: ReadonlyMap<string, string>,
  now: number,
  isManaged: (id: string) => boolean,
): WorkspaceOutputs {
  const { others, unmanaged, gone = {}, since = dayOf(now) } = olds;
  const fewer = outcome.done.filter(
    (step) =>
      (step.kind === "join" && Object.hasOwn(unmanaged ?? {}, step.email)) ||
      (step.kind === "remove" && step.unmanaged),
  );
  const rows = Object.entries(inputs.people).filter(([email]) => !Object.hasOwn(result.people, email));
  const meant = new Set(rows.flatMap(([email, { id, formerUserName }]) => [email, id, formerUserName]));
  const stillGone = Object.entries(gone).filter(
    ([email, id]) => !Object.hasOwn(result.people, email) && (meant.has(email) || meant.has(id)),
  );
  const managed = new Set(Object.values(result.ids));
  const reinvited = Object.entries({ ...olds.reinvited, ...result.reinvited }).filter(
    ([, { id }]) => !managed.has(id),
  );
  const goneAgain = (olds.goneAgain ?? []).filter((email) => stillGone.some(([each]) => each === email));
  const maybeAdded = [...result.maybeAdded].sort();
  const leftTo = Object.entries(result.leftTo).filter(([, id]) => !isManaged(id));
  const emailChanges = emailChangesOf(toApplied(olds), result, inputs.people, now);
  const wanted = Object.fromEntries(
    Object.entries(inputs.people).map(([email, person]) => [email, personAt(person, now)]),
  );
  const outside = outsideOf(olds, inputs.people, now, result.people);
  return {
    ...settingsOf(inputs),
    people: withoutUncovered(withoutAccepted(result.people, wanted), olds.redacted ?? {}, inputs, heldAs),
    ids: result.ids,
    since,
    ...(stillGone.length > 0 && { gone: Object.fromEntries(stillGone) }),
    ...(goneAgain.length > 0 && { goneAgain }),
    ...(maybeAdded.length > 0 && { maybeAdded }),
    ...(leftTo.length > 0 && { leftTo: Object.fromEntries(leftTo) }),
    ...(others !== undefined && { others: Math.max(0, others - fewer.length) }),
    ...(unmanaged !== undefined && { unmanaged: result.unmanaged }),
    ...(reinvited.length > 0 && { reinvited: Object.fromEntries(reinvited) }),
    ...(Object.keys(emailChanges).length > 0 && { emailChanges }),
    ...(Object.keys(outside).length > 0 && { outside }),
  };
}
