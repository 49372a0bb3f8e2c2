import type { dynamic } from "@pulumi/pulumi";
import { OtherWorkspaceError } from "../../directory/place";
import type { Elsewhere } from "../../plan/elsewhere";
import { emailChangesOf } from "../../plan/email-changes";
import { allowedBy, type EvaluatedPlan, evaluatePlan } from "../../plan/evaluate";
import { violations } from "../../plan/impact";
import { plan } from "../../plan/plan";
import type { RunSettings } from "../../plan/run-settings";
import { dayOf, outsideOf } from "../../plan/schedule";
import type { Step } from "../../plan/step";
import { personAt } from "../../plan/times";
import { waitsOf } from "../../plan/waits";
import { countsOf, doneWords, lineOf } from "../../plan/words";
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
  withoutAccepted,
  withoutUncovered,
} from "../../state/workspace";
import { type UnmanagedMember, unmanagedMemberOf } from "../../state/world";
import { cancellation } from "../cancellation";
import { DeclarationError, PartialError } from "../errors";
import type { Session } from "../session";
import { type Adoption, PlanApplier } from "./apply";
import { applySteps, type Outcome } from "./apply-steps";
import { refuse } from "./diff";
import { isHeld } from "./meant";
import { Progress } from "./progress";

/** From how many people on a write tells how far it is. */
const MANY = 20;

/** Adds and takes over everybody who is declared. */
export async function createWorkspace(
  session: Session,
  inputs: WorkspaceInputs,
  elsewhere: () => Elsewhere,
  run: RunSettings,
): Promise<dynamic.CreateResult<WorkspaceOutputs>> {
  // Who is there already is known before anything is written, and then limits on additions can be judged.
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
): Promise<dynamic.UpdateResult<WorkspaceOutputs>> {
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
  const against = violations(
    planned,
    applied,
    toDeclared(nothing),
    run.now,
    allowed,
    "in the program and run `pulumi up` before",
  );
  if (against.length > 0) await refuseOtherWorkspace(session);
  refuse("The workspace", against);
  session.registry.letThrough += planned.steps.length;
  const applier = new PlanApplier(session, applied, nothing, planned.heldAs, run.now, () => elsewhere);
  const outcome = await applyPlan(session, { planned, heldBack: [] }, nothing, applier, run);
  // What has left is still in the state, where a deletion is all or nothing: the next one finds them gone.
  const reasons = reasonsOf(outcome, 0, "Run it again for the rest.");
  if (reasons.length > 0) throw new DeclarationError(reasons.join("\n"));
  tellReleased(session, planned.steps);
  session.log(`Done: ${doneWords(outcome.done, 0)}.`);
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
  // Adopting somebody writes nothing where all is as declared, and must not happen in another workspace all the same.
  if (steps.some(({ kind }) => kind === "join")) await session.directory.proveHere();
  session.registry.letThrough += steps.length;
  const applier = new PlanApplier(session, applied, inputs, heldAs, run.now, elsewhere);
  const outcome = await applyPlan(session, evaluated, inputs, applier, run);
  const outs = outputsOf(olds, inputs, applier, outcome, heldAs, run.now, (id) =>
    isHeld(session.registry, id),
  );
  logAdoptions(session, applier.adoptions);
  tellReleased(session, outcome.done);
  const reasons = [
    ...new Set(heldBack.map(({ reason }) => reason)),
    ...reasonsOf(
      outcome,
      applier.adoptions.size,
      "The state holds what was done; run `pulumi up` again for the rest.",
    ),
  ];
  if (outcome.done.length > 0 && outcome.notBegun.length === 0)
    session.log(`Done: ${doneWords(outcome.done, applier.adoptions.size)}.`);
  if (reasons.length > 0) throw new PartialError(WORKSPACE_ID, { ...outs }, reasons);
  return outs;
}

/** Pure: what the state keeps after a run. */
function outputsOf(
  olds: WorkspaceOutputs,
  inputs: WorkspaceInputs,
  applier: PlanApplier,
  outcome: Outcome,
  heldAs: ReadonlyMap<string, string>,
  now: number,
  isManaged: (id: string) => boolean,
): WorkspaceOutputs {
  const { others, unmanaged, gone = {}, since = dayOf(now) } = olds;
  const fewer = outcome.done.filter(
    (step) =>
      (step.kind === "join" && Object.hasOwn(unmanaged ?? {}, step.email)) ||
      (step.kind === "leave" && step.unmanaged && step.how === "remove"),
  );
  const rows = Object.entries(inputs.people).filter(([email]) => !Object.hasOwn(applier.people, email));
  const meant = new Set(rows.flatMap(([email, { id, formerUserName }]) => [email, id, formerUserName]));
  const stillGone = Object.entries(gone).filter(
    ([email, id]) => !Object.hasOwn(applier.people, email) && (meant.has(email) || meant.has(id)),
  );
  const managed = new Set(Object.values(applier.ids));
  const reinvited = Object.entries({ ...olds.reinvited, ...applier.reinvited }).filter(
    ([, { id }]) => !managed.has(id),
  );
  const goneAgain = (olds.goneAgain ?? []).filter((email) => stillGone.some(([each]) => each === email));
  const maybeAdded = [...applier.maybeAdded].sort();
  const leftTo = Object.entries(applier.leftTo).filter(([, id]) => !isManaged(id));
  const emailChanges = emailChangesOf(toApplied(olds), applier, inputs.people, now);
  const wanted = Object.fromEntries(
    Object.entries(inputs.people).map(([email, person]) => [email, personAt(person, now)]),
  );
  const outside = outsideOf(olds, inputs.people, now, applier.people);
  return {
    ...settingsOf(inputs),
    people: withoutUncovered(withoutAccepted(applier.people, wanted), olds.concealed ?? {}, inputs, heldAs),
    ids: applier.ids,
    since,
    ...(stillGone.length > 0 && { gone: Object.fromEntries(stillGone) }),
    ...(goneAgain.length > 0 && { goneAgain }),
    ...(maybeAdded.length > 0 && { maybeAdded }),
    ...(leftTo.length > 0 && { leftTo: Object.fromEntries(leftTo) }),
    ...(others !== undefined && { others: Math.max(0, others - fewer.length) }),
    ...(unmanaged !== undefined && { unmanaged: applier.unmanaged }),
    ...(reinvited.length > 0 && { reinvited: Object.fromEntries(reinvited) }),
    ...(Object.keys(emailChanges).length > 0 && { emailChanges }),
    ...(Object.keys(outside).length > 0 && { outside }),
  };
}

async function applyPlan(
  session: Session,
  { planned, heldBack }: Pick<EvaluatedPlan, "planned" | "heldBack">,
  inputs: WorkspaceInputs,
  applier: PlanApplier,
  run: RunSettings,
): Promise<Outcome> {
  const { steps } = planned;
  const held = heldBack.map(({ step }) => step);
  const whyWaits = waitsOf(planned, toDeclared(inputs), inputs.limits?.minOwners, run.now);
  const progress = steps.length < MANY ? undefined : new Progress("Notion", steps.length, session.log);
  try {
    return await applySteps(steps, (step) => applier.apply(step), {
      isCancelled: () => cancellation.asked,
      whyWaits: (step, unfinished) =>
        whyWaits(step, held.length === 0 ? unfinished : new Set([...held, ...unfinished])),
      onStep: () => progress?.step(),
    });
  } finally {
    progress?.end();
  }
}

/** Whom the program stops managing: nothing is done to them, and nobody sees to their access from here on. */
function tellReleased(session: Session, steps: readonly Step[]): void {
  const released = steps.filter((step) => step.kind === "leave" && step.how === "leave");
  for (const step of released.slice(0, MOST_TOLD)) session.log(lineOf(step));
  if (released.length > MOST_TOLD)
    session.log(`… and ${released.length - MOST_TOLD} more are no longer managed and stay.`);
}

/** So many failures are told one by one. */
const MOST_TOLD = 100;

/** Pure: who failed, at what and why, and how many were not begun. */
function reasonsOf(
  { failures, notBegun, stopped, done }: Outcome,
  takenOver: number,
  then: string,
): string[] {
  const told = failures.slice(0, MOST_TOLD).map(({ reason }) => reason);
  if (failures.length > MOST_TOLD) told.push(`… and ${failures.length - MOST_TOLD} more could not be done.`);
  if (notBegun.length > 0) {
    told.push(
      `Not begun, since ${stopped}: ${countsOf(notBegun).join(", ")}. Done before that: ${doneWords(done, takenOver)}. ${then}`,
    );
  }
  return told;
}

function logAdoptions(session: Session, takenOver: ReadonlyMap<string, Adoption>): void {
  if (takenOver.size === 0) return;
  const words = [...takenOver].flatMap(([email, { set, keeps, keepsEmail, unmanagedRole, activated }]) => {
    const what = [
      ...(activated ? ["activated"] : []),
      ...(set.length > 0 ? [`set to what is declared: ${set.join(", ")}`] : []),
      ...(keeps === undefined ? [] : [`is ${keeps} and stays it; the next preview shows the change`]),
      ...(keepsEmail === undefined
        ? []
        : [`has the e-mail ${keepsEmail} and keeps it; the next preview shows the change`]),
      ...(unmanagedRole === undefined
        ? []
        : [`is ${unmanagedRole} and stays it: the row has no role, so this program does not manage it`]),
    ];
    return what.length === 0 ? [] : [`${email}: ${what.join("; ")}`];
  });
  session.log(
    `${takenOver.size.toLocaleString("en")} ${takenOver.size === 1 ? "was a member" : "were members"} already: adopted, not added.`,
  );
  for (const line of words.slice(0, MOST_TOLD)) session.log(line);
  if (words.length > MOST_TOLD) session.log(`… and ${words.length - MOST_TOLD} more were changed by it.`);
}

/** Somebody whose entry cannot be read, or whose e-mail is a further one of another member, fails by themself, when their turn comes. */
function unlessTheirs(error: unknown): undefined {
  if (!(error instanceof UnreadableEntryError || error instanceof ConflictError)) throw error;
}
