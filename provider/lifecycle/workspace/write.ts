import type { dynamic } from "@pulumi/pulumi";
import { allowedBy, judge, NOTHING_APPLIED } from "../../plan/judge";
import { objections } from "../../plan/movement";
import type { Stranger } from "../../plan/people";
import { type Plan, plan } from "../../plan/plan";
import type { RunSettings } from "../../plan/run-settings";
import type { Step } from "../../plan/step";
import { countsOf, doneWords } from "../../plan/words";
import {
  appliedOf,
  declarationOf,
  settingsOf,
  type WorkspaceInputs,
  type WorkspaceOutputs,
} from "../../plan/workspace";
import { UnreadableEntryError } from "../../scim/unreadable";
import { cancellation } from "../cancellation";
import { DeclarationError, PartialError } from "../errors";
import type { Session } from "../session";
import { carryOut, type Outcome } from "./carry-out";
import { refuse } from "./diff";
import { Performance, type TakenOver } from "./perform";
import { Progress } from "./progress";
import { strangerOf, withoutAccepted, withoutUncovered } from "./state";

/** There is one of it behind each resource; the people have ids of their own. */
const WORKSPACE_ID = "workspace";

/** From how many people on a write tells how far it is. */
const MANY = 20;

/** Adds and takes over everybody who is declared. */
export async function createWorkspace(
  session: Session,
  inputs: WorkspaceInputs,
  elsewhere: ReadonlySet<string>,
  run: RunSettings,
): Promise<dynamic.CreateResult<WorkspaceOutputs>> {
  // Who is there already is known before anything is written, and then limits on additions can be judged.
  const strangers = await membersAmong(session, Object.keys(inputs.people));
  const judged = judge({ ...NOTHING_APPLIED, strangers }, inputs, elsewhere, run, true);
  refuse("The workspace", judged.objections);
  return { id: WORKSPACE_ID, outs: await write(session, NOTHING_APPLIED, inputs, judged.planned, run) };
}

/** Carries out what differs. */
export async function updateWorkspace(
  session: Session,
  olds: WorkspaceOutputs,
  inputs: WorkspaceInputs,
  elsewhere: ReadonlySet<string>,
  run: RunSettings,
): Promise<dynamic.UpdateResult<WorkspaceOutputs>> {
  const judged = judge(olds, inputs, elsewhere, run);
  refuse("The workspace", judged.objections);
  if (judged.additionsInDoubt) {
    const joining = judged.planned.steps.flatMap(({ kind, email }) => (kind === "join" ? [email] : []));
    const strangers = { ...(await membersAmong(session, joining)), ...olds.strangers };
    refuse("The workspace", judge({ ...olds, strangers }, inputs, elsewhere, run, true).objections);
  }
  return { outs: await write(session, olds, inputs, judged.planned, run) };
}

/** Who of these people is in the workspace. */
async function membersAmong(session: Session, emails: readonly string[]): Promise<Record<string, Stranger>> {
  const there = await Promise.all(
    emails.map(
      async (email) => [email, await session.roster.find(email, "write").catch(unlessUnreadable)] as const,
    ),
  );
  return Object.fromEntries(
    there.flatMap(([email, user]) => (user === undefined ? [] : [[email, strangerOf(user)]])),
  );
}

/** Ends what the workspace declares, as each one's `onRemove` says, within the limits that the state keeps. */
export async function deleteWorkspace(
  session: Session,
  olds: WorkspaceOutputs,
  elsewhere: ReadonlySet<string>,
  run: RunSettings,
): Promise<void> {
  const applied = appliedOf(olds);
  const nothing: WorkspaceInputs = { ...settingsOf(olds), undeclared: "ignore", people: {} };
  const planned = plan(applied, declarationOf(nothing), run.now, elsewhere);
  // That no owners are declared any more is what taking the resource out means.
  const allowed = { ...allowedBy(olds.limits, run), minOwners: 0, requiredOwners: [] };
  refuse(
    "The workspace",
    objections(
      planned,
      applied,
      declarationOf(nothing),
      run.now,
      allowed,
      "in the program, and run `pulumi up` once before; or set NOTION_MAX_REMOVALS to as many for this run",
    ),
  );
  session.claims.letThrough += planned.steps.length;
  const performance = new Performance(session, applied, nothing, planned.heldAs, run.now);
  const outcome = await perform(session, planned.steps, performance);
  // What has left is still in the state, where a deletion is all or nothing: the next one finds them gone.
  const reasons = reasonsOf(outcome, 0, "Run it again for the rest.");
  if (reasons.length > 0) throw new DeclarationError(reasons.join("\n"));
  session.log(`Done: ${doneWords(outcome.done, 0)}.`);
}

/** @throws {PartialError} with the state as it is, where not everything could be done */
async function write(
  session: Session,
  olds: WorkspaceOutputs,
  inputs: WorkspaceInputs,
  { steps, heldAs }: Plan,
  run: RunSettings,
): Promise<WorkspaceOutputs> {
  // A take-over writes nothing where all is as declared, and must not happen in another workspace all the same.
  if (steps.some(({ kind }) => kind === "join")) await session.roster.proveHere();
  session.claims.letThrough += steps.length;
  const performance = new Performance(session, appliedOf(olds), inputs, heldAs, run.now);
  const outcome = await perform(session, steps, performance);
  const { others, strangers, gone = [] } = olds;
  const fewer = outcome.done.filter(
    (step) =>
      (step.kind === "join" && Object.hasOwn(strangers ?? {}, step.email)) ||
      (step.kind === "leave" && step.stranger && step.how === "remove"),
  );
  const stillGone = gone.filter(
    (email) => Object.hasOwn(inputs.people, email) && !Object.hasOwn(performance.people, email),
  );
  const outs: WorkspaceOutputs = {
    ...settingsOf(inputs),
    people: withoutUncovered(
      withoutAccepted(performance.people, inputs.people, run.now),
      olds.concealed ?? {},
      inputs,
      heldAs,
    ),
    ids: performance.ids,
    ...(stillGone.length > 0 && { gone: stillGone }),
    ...(others !== undefined && { others: Math.max(0, others - fewer.length) }),
    ...(strangers !== undefined && { strangers: performance.strangers }),
  };
  tellTakenOver(session, performance.takenOver);
  const reasons = reasonsOf(
    outcome,
    performance.takenOver.length,
    "The state holds what was done; run `pulumi up` again for the rest.",
  );
  if (reasons.length > 0) throw new PartialError(WORKSPACE_ID, { ...outs }, reasons);
  if (steps.length > 0) session.log(`Done: ${doneWords(outcome.done, performance.takenOver.length)}.`);
  return outs;
}

async function perform(session: Session, steps: readonly Step[], performance: Performance): Promise<Outcome> {
  const progress = steps.length < MANY ? undefined : new Progress("Notion", steps.length, session.log);
  try {
    return await carryOut(
      steps,
      (step) => performance.perform(step),
      () => cancellation.asked,
      () => progress?.step(),
    );
  } finally {
    progress?.end();
  }
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

function tellTakenOver(session: Session, takenOver: readonly TakenOver[]): void {
  if (takenOver.length === 0) return;
  const words = takenOver.flatMap(({ email, set, keeps, activated }) => {
    const what = [
      ...(activated ? ["activated"] : []),
      ...(set.length > 0 ? [`set to what is declared: ${set.join(", ")}`] : []),
      ...(keeps === undefined ? [] : [`is ${keeps} and stays it; the next preview shows the change`]),
    ];
    return what.length === 0 ? [] : [`${email}: ${what.join("; ")}`];
  });
  session.log(
    `${takenOver.length.toLocaleString("en")} ${takenOver.length === 1 ? "was a member" : "were members"} already: taken over, not added.`,
  );
  for (const line of words.slice(0, MOST_TOLD)) session.log(line);
  if (words.length > MOST_TOLD) session.log(`… and ${words.length - MOST_TOLD} more were changed by it.`);
}

/** Somebody whose entry cannot be read fails by themself, when their turn comes. */
function unlessUnreadable(error: unknown): undefined {
  if (!(error instanceof UnreadableEntryError)) throw error;
}
