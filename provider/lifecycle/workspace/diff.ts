import { isDeepStrictEqual } from "node:util";
import { DeclarationError } from "../../apply/errors";
import type { EvaluatedPlan } from "../../plan/evaluate";
import { settingsOf, type WorkspaceInputs, type WorkspaceOutputs } from "../../state/workspace";
import { changesOfWorkspace } from "../details";
import type { DiffResult } from "../resource-lifecycle";

/** Pure: whether anything differs, the settings included. Nothing ever replaces a workspace. */
export function diffWorkspace(
  olds: WorkspaceOutputs,
  inputs: WorkspaceInputs,
  evaluated: EvaluatedPlan,
): DiffResult {
  const { planned, heldBack, groups, notes } = evaluated;
  const changes =
    planned.steps.length > 0 ||
    // Who is held back fails each run until it is settled.
    heldBack.length > 0 ||
    groups.planned.steps.length > 0 ||
    groups.isContested ||
    notes ||
    !isDeepStrictEqual(settingsOf(olds), settingsOf(inputs));
  return { changes, replaces: [], details: changesOfWorkspace(olds, inputs, evaluated) };
}

/** @throws {DeclarationError} with every violation of the plan */
export function refuse(name: string, against: readonly string[]): void {
  if (against.length > 0) throw new DeclarationError(`${name} was not touched. ${against.join("\n")}`);
}
