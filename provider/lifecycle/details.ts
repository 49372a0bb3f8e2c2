import type { EvaluatedPlan } from "../plan/evaluate";
import { groupChanges } from "../plan/groups-step";
import { type PropertyChange, propertyChanges, stepChanges } from "../plan/property-changes";
import type { Properties } from "../state/properties";
import { settingsOf, type WorkspaceInputs, type WorkspaceOutputs } from "../state/workspace";

/** Said of a resource for its creation, or for policies alone: no difference of these is one. */
const NOT_COMPARED = ["initialRole", "adopt", "formerUserName", "userId", "redacted"];

/** Pure: what of a NotionUser or a role differs. @param keys what a program may declare of it */
export function changesOfOne(
  keys: readonly string[],
  olds: Properties,
  news: Properties,
  replaces: readonly string[],
): PropertyChange[] {
  const shown = Array.isArray(olds.unmanaged) ? olds.unmanaged : [];
  const compared = keys.filter(
    (key) => replaces.includes(key) || (!NOT_COMPARED.includes(key) && (key in news || !shown.includes(key))),
  );
  return [
    ...propertyChanges(olds, news, compared),
    ...(olds.active === false ? [{ path: ["active"], kind: "update" as const }] : []),
  ];
}

/** Said of the workspace as a whole for policies and redaction. */
const NOT_SETTINGS = ["redacted", "privileged"];

/** Pure: who differs, in what, and which settings: from the plan whose words a preview says. */
export function changesOfWorkspace(
  olds: WorkspaceOutputs,
  inputs: WorkspaceInputs,
  { planned, heldBack, groups }: EvaluatedPlan,
): PropertyChange[] {
  const steps = [...planned.steps, ...heldBack.map(({ step }) => step)];
  const people = stepChanges(steps, olds.people, inputs.people, planned.heldAs);
  const areSecret = inputs.redacted?.[""]?.includes("people") ?? false;
  const [before, after] = [settingsOf(olds), settingsOf(inputs)];
  const settings = Object.keys({ ...before, ...after }).filter((key) => !NOT_SETTINGS.includes(key));
  return [
    ...(areSecret && people.length > 0 ? [{ path: ["people"], kind: "update" as const }] : people),
    ...groupChanges(groups.planned.steps),
    ...propertyChanges({ ...before }, { ...after }, settings),
  ];
}
