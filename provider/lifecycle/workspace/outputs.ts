import type { AppliedPeople } from "../../apply/applied-people";
import type { Outcome } from "../../apply/apply-steps";
import { emailChangesOf } from "../../plan/email-changes";
import { dayOf, outsideOf } from "../../plan/schedule";
import { personAt } from "../../plan/times";
import { toApplied, type WorkspaceInputs, type WorkspaceOutputs } from "../../state/workspace";
import { outputsAfterRun } from "../../state/workspace-after-run";

/** Pure: what the state keeps after a run. */
export function outputsOf(
  olds: WorkspaceOutputs,
  inputs: WorkspaceInputs,
  result: AppliedPeople,
  { done }: Outcome,
  heldAs: ReadonlyMap<string, string>,
  now: number,
  isManaged: (id: string) => boolean,
): WorkspaceOutputs {
  const applied = toApplied(olds);
  const { people, ids, unmanaged, reinvited, maybeAdded } = result;
  const fewerOthers = done.filter(
    (step) =>
      (step.kind === "join" && Object.hasOwn(applied.unmanaged ?? {}, step.email)) ||
      (step.kind === "remove" && step.unmanaged),
  ).length;
  const leftTo = Object.entries(result.leftTo).filter(([, id]) => !isManaged(id));
  const wanted = Object.entries(inputs.people).map(([email, person]) => [email, personAt(person, now)]);
  return outputsAfterRun(olds, inputs, {
    people,
    ids,
    unmanaged,
    reinvited,
    maybeAdded,
    leftTo: Object.fromEntries(leftTo),
    emailChanges: emailChangesOf(applied, result, inputs.people, now),
    outside: outsideOf(olds, inputs.people, now, people),
    fewerOthers,
    wanted: Object.fromEntries(wanted),
    heldAs,
    today: dayOf(now),
  });
}
