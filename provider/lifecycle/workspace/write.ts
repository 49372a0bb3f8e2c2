import { applyPlan } from "../../apply/apply-plan";
import { DeclarationError } from "../../apply/errors";
import type { GroupRun } from "../../apply/group-run";
import { failureReasons, logAdoptions, logReleased } from "../../apply/report";
import { isHeld } from "../../apply/who-is-meant";
import { OtherWorkspaceError } from "../../directory/place";
import type { Elsewhere } from "../../plan/elsewhere";
import { allowedBy, type EvaluatedPlan, evaluatePlan } from "../../plan/evaluate";
import { evaluateGroups } from "../../plan/groups-evaluate";
import { violations } from "../../plan/impact";
import { plan } from "../../plan/plan";
import type { RunSettings } from "../../plan/run-settings";
import type { Step } from "../../plan/step";
import { doneWords } from "../../plan/summary";
import { ConflictError, ScimError } from "../../scim/errors";
import { UnreadableEntryError } from "../../scim/unreadable";
import {
  NOTHING_APPLIED,
  settingsOf,
  toApplied,
  toDeclared,
  WORKSPACE_ID,
  type WorkspaceInputs,
  type WorkspaceOutputs,
} from "../../state/workspace";
import { type UnmanagedMember, unmanagedMemberOf } from "../../state/world";
import { PartialError } from "../errors";
import type { CreateResult, UpdateResult } from "../resource-lifecycle";
import type { Session } from "../session";
import { refuse } from "./diff";
import { outputsOf } from "./outputs";

/** Adds or adopts every declared person. */
export async function createWorkspace(
  session: Session,
  inputs: WorkspaceInputs,
  elsewhere: () => Elsewhere,
  run: RunSettings,
): Promise<CreateResult<WorkspaceOutputs>> {
  // Existing members are read before the first write, so that limits can count additions alone.
  const unmanaged = await membersAmong(session, Object.keys(inputs.people));
  const evaluated = evaluatePlan({ ...NOTHING_APPLIED, unmanaged }, inputs, elsewhere(), run, true);
  refuse("The workspace", evaluated.violations);
  return { id: WORKSPACE_ID, outs: await write(session, NOTHING_APPLIED, inputs, evaluated, elsewhere, run) };
}

/** Carries out what differs. */
export async function updateWorkspace(
  session: Session,
  olds: WorkspaceOutputs,
  inputs: WorkspaceInputs,
  elsewhere: () => Elsewhere,
  run: RunSettings,
): Promise<UpdateResult<WorkspaceOutputs>> {
  const evaluated = evaluatePlan(olds, inputs, elsewhere(), run);
  refuse("The workspace", evaluated.violations);
  if (evaluated.additionsInDoubt) {
    const joining = evaluated.planned.steps.flatMap(({ kind, email }) => (kind === "join" ? [email] : []));
    const unmanaged = { ...(await membersAmong(session, joining)), ...olds.unmanaged };
    refuse("The workspace", evaluatePlan({ ...olds, unmanaged }, inputs, elsewhere(), run, true).violations);
  }
  return { outs: await write(session, olds, inputs, evaluated, elsewhere, run) };
}

/** Who of these people is in the workspace. */
async function membersAmong(
  session: Session,
  emails: readonly string[],
): Promise<Record<string, UnmanagedMember>> {
  const there = await Promise.all(
    emails.map(
      async (email) => [email, await session.directory.find(email, "write").catch(unlessTheirs)] as const,
    ),
  );
  return Object.fromEntries(
    there.flatMap(([email, user]) => (user === undefined ? [] : [[email, unmanagedMemberOf(user)]])),
  );
}

/** Ends what the workspace declares, as each one's `onRemove` says, within the limits that the state keeps. */
export async function deleteWorkspace(
  session: Session,
  olds: WorkspaceOutputs,
  elsewhere: Elsewhere,
  run: RunSettings,
): Promise<void> {
  const applied = toApplied(olds);
  const nothing: WorkspaceInputs = { ...settingsOf(olds), undeclared: "ignore", people: {} };
  const planned = plan(applied, toDeclared(nothing), run.now, elsewhere);
  const allowed = {
    ...allowedBy(olds.limits, run),
    // That no owners are declared any more, and nobody is managed, is what taking the resource out means.
    minOwners: 0,
    requiredOwners: [],
    maxReleases: Number.MAX_SAFE_INTEGER,
    // A whole workspace is given up: that it is small is no reason to let it pass.
    hasFloor: false,
  };
  const declared = toDeclared(nothing);
  const ofPeople = { whole: planned, heldBack: [], applied, declared };
  const evaluated = {
    planned,
    heldBack: [],
    groups: evaluateGroups(olds, nothing, ofPeople, run.now, false, elsewhere.groups),
  };
  const where = "in the program and run `pulumi up` before";
  const against = [
    ...violations(planned, applied, declared, run.now, allowed, where),
    ...evaluated.groups.violations,
  ];
  if (against.length > 0) await refuseOtherWorkspace(session);
  refuse("The workspace", against);
  session.registry.letThrough += planned.steps.length;
  const groupWorld = { applied: olds.groups ?? {}, declared: {}, people: applied };
  const { outcome, groups } = await applyPlan(session, { applied, declared, now: run.now }, evaluated, {
    elsewhere: () => elsewhere,
    minOwners: nothing.limits?.minOwners,
    isCancelled: session.isCancelled,
    groups: groupWorld,
  });
  // What has left is still in the state, where a deletion is all or nothing: the next one finds them gone.
  const reasons = [
    ...failureReasons(outcome, 0, "Run it again for the rest."),
    ...groups.reasons(),
    ...evaluated.groups.intro,
  ];
  if (reasons.length > 0) throw new DeclarationError(reasons.join("\n"));
  logReleased(session, planned.steps);
  for (const line of groups.lines()) session.log(line);
  logDone(session, outcome.done, 0, groups);
}

/**
 * Names a wrong workspace before any limit: to set a limit would not help there. Where Notion does not answer, the
 * limits stand.
 * @throws {OtherWorkspaceError} when nobody of the state is in the workspace
 */
async function refuseOtherWorkspace({ directory }: Session): Promise<void> {
  await directory.proveHere().catch((error: unknown) => {
    if (error instanceof OtherWorkspaceError || !(error instanceof ScimError)) throw error;
  });
}

/** @throws {PartialError} with the state as it is, where not everything could be done */
async function write(
  session: Session,
  olds: WorkspaceOutputs,
  inputs: WorkspaceInputs,
  evaluated: EvaluatedPlan,
  elsewhere: () => Elsewhere,
  run: RunSettings,
): Promise<WorkspaceOutputs> {
  const { planned, heldBack } = evaluated;
  const { steps, heldAs } = planned;
  const applied = toApplied(olds);
  // An adoption without differences writes nothing, and still must not happen in another workspace.
  if (steps.some(({ kind }) => kind === "join")) await session.directory.proveHere();
  session.registry.letThrough += steps.length;
  const groupWorld = { applied: olds.groups ?? {}, declared: inputs.groups ?? {}, people: applied };
  const { applier, outcome, groups } = await applyPlan(
    session,
    { applied, declared: toDeclared(inputs), now: run.now },
    evaluated,
    { elsewhere, minOwners: inputs.limits?.minOwners, isCancelled: session.isCancelled, groups: groupWorld },
  );
  const people = outputsOf(olds, inputs, applier.result, outcome, heldAs, run.now, (id) =>
    isHeld(session.registry, id),
  );
  const outs = { ...people, ...groups.outputs() };
  logAdoptions(session, applier.adoptions);
  logReleased(session, outcome.done);
  for (const line of groups.lines()) session.log(line);
  const reasons = [
    ...new Set(heldBack.map(({ reason }) => reason)),
    ...groups.reasons(),
    ...failureReasons(
      outcome,
      applier.adoptions.size,
      "The state holds what was done; run `pulumi up` again for the rest.",
    ),
  ];
  if (outcome.notBegun.length === 0) logDone(session, outcome.done, applier.adoptions.size, groups);
  if (reasons.length > 0) throw new PartialError(WORKSPACE_ID, { ...outs }, reasons);
  return outs;
}

function logDone(
  { log }: Session,
  steps: readonly Step[],
  adopted: number,
  groups: Pick<GroupRun, "done">,
): void {
  const done = [...(steps.length === 0 ? [] : [doneWords(steps, adopted)]), ...groups.done()];
  if (done.length > 0) log(`Done: ${done.join(", ")}.`);
}

/** A person whose entry cannot be read, or whose e-mail is a further one of another member, fails alone, when their turn comes. */
function unlessTheirs(error: unknown): undefined {
  if (!(error instanceof UnreadableEntryError || error instanceof ConflictError)) throw error;
}
