import { isDeepStrictEqual } from "node:util";
import type { dynamic } from "@pulumi/pulumi";
import type { RunLimits } from "../../config";
import { emailOf } from "../../member/email";
import { roleOf, type User } from "../../member/record";
import { objections } from "../../plan/movement";
import type { Allowed } from "../../plan/objections";
import type { AppliedPerson, Declaration, Stranger } from "../../plan/people";
import { isExcepted, type Plan, plan } from "../../plan/plan";
import type { Step } from "../../plan/step";
import { countsOf, doneWords, linesOf, summaryOf } from "../../plan/words";
import { cancellation } from "../cancellation";
import { DeclarationError, PartialError } from "../errors";
import type { Properties } from "../inputs";
import type { Session } from "../session";
import { carryOut, type Outcome } from "./carry-out";
import { Performance, type TakenOver } from "./perform";
import { Progress } from "./progress";
import { appliedOf, recordOf, settingsOf, type WorkspaceInputs, type WorkspaceOutputs } from "./state";

/** There is one of it behind each resource; the people have ids of their own. */
export const WORKSPACE_ID = "workspace";

/** From how many people on a write tells how far it is. */
const MANY = 20;

const NOTHING_APPLIED: WorkspaceOutputs = { people: {}, ids: {} };

/** A plan with everything that is said about it. */
export interface Judged {
  planned: Plan;
  lines: string[];
  summary: string;
  objections: string[];
}

/**
 * Pure: what is to happen, in words, and what speaks against it.
 * @param elsewhere whom other resources of the program declare
 */
export function judge(
  olds: WorkspaceOutputs | undefined,
  inputs: WorkspaceInputs,
  elsewhere: ReadonlySet<string>,
  run: RunLimits,
): Judged {
  const state = olds ?? NOTHING_APPLIED;
  const applied = appliedOf(state);
  const declared = declarationOf(inputs);
  const planned = plan(applied, declared, elsewhere);
  const allowed = allowedBy(inputs.limits, run);
  // Before a first run nobody knows who is a member already: who is added or promoted is judged once that is known.
  const unknown = { maxAdditions: Number.MAX_SAFE_INTEGER, maxPromotions: Number.MAX_SAFE_INTEGER };
  const against = objections(planned, applied, declared, { ...allowed, ...(olds === undefined && unknown) });
  const lines = linesOf(planned.steps, inputs.concealed);
  const unseen = Object.values(state.strangers ?? {}).filter((stranger) => stranger.unseen).length;
  const mode = inputs.undeclared;
  return {
    planned,
    lines: [
      ...lines,
      ...(olds === undefined && lines.length > 0
        ? [
            "Whoever is a member already is taken over, not added, and keeps a role that is more than declared.",
          ]
        : []),
      ...(mode === "report" || unseen > 0 ? strangerLines(state.strangers ?? {}, inputs) : []),
    ],
    summary: summaryOf(planned.steps, {
      before: Object.keys(applied.people).length + (applied.gone?.length ?? 0),
      after: Object.keys(inputs.people).length,
      notDeclared: state.others,
    }),
    objections: against,
  };
}

function strangerLines(
  strangers: Record<string, Stranger>,
  { undeclared, except = [], people }: WorkspaceInputs,
): string[] {
  const acts = undeclared === "remove" || undeclared === "restrict";
  const shown = Object.entries(strangers).filter(
    ([email, { unseen }]) =>
      !Object.hasOwn(people, email) && !isExcepted(email, except) && (!acts || unseen === true),
  );
  const most = 50;
  const lines = shown.slice(0, most).map(([email, { role }]) => {
    const then = acts
      ? `; the next run ${undeclared === "remove" ? "removes them" : "makes them restricted_member"}`
      : "";
    return `? ${email} is in the workspace${role ? ` as ${role}` : ""} and not declared${then}`;
  });
  return shown.length > most ? [...lines, `… and ${shown.length - most} more who are not declared`] : lines;
}

export function declarationOf({
  people,
  onRemove,
  protect,
  undeclared,
  except,
}: WorkspaceInputs): Declaration {
  return { people, onRemove, protect, undeclared, except };
}

function allowedBy(limits: Allowed = {}, { maxRemovals, tokenOwner }: RunLimits): Allowed {
  return {
    ...limits,
    ...(maxRemovals === undefined ? {} : { maxRemovals, maxDemotions: maxRemovals }),
    tokenOwner: limits.tokenOwner ?? tokenOwner,
  };
}

/** Pure: whether anything differs, the settings included. Nothing ever replaces a workspace. */
export function diffWorkspace(
  olds: WorkspaceOutputs,
  inputs: WorkspaceInputs,
  { planned }: Judged,
): dynamic.DiffResult {
  const changes = planned.steps.length > 0 || !isDeepStrictEqual(settingsOf(olds), settingsOf(inputs));
  return { changes, replaces: [] };
}

/** @throws {DeclarationError} with everything that speaks against the plan */
export function refuse(name: string, against: readonly string[]): void {
  if (against.length > 0) throw new DeclarationError(`${name} was not touched. ${against.join("\n")}`);
}

/** Adds and takes over everybody who is declared. */
export async function createWorkspace(
  session: Session,
  inputs: WorkspaceInputs,
  elsewhere: ReadonlySet<string>,
  run: RunLimits,
): Promise<dynamic.CreateResult<WorkspaceOutputs>> {
  // Who is there already is known before anything is written, and then limits on additions can be judged.
  const there = await Promise.all(
    Object.keys(inputs.people).map(
      async (email) => [email, await session.roster.find(email, "write")] as const,
    ),
  );
  const strangers = Object.fromEntries(
    there.flatMap(([email, user]) => (user === undefined ? [] : [[email, strangerOf(user)]])),
  );
  const judged = judge({ ...NOTHING_APPLIED, strangers }, inputs, elsewhere, run);
  refuse("The workspace", judged.objections);
  const outs = await write(session, { ...NOTHING_APPLIED, strangers }, inputs, judged.planned);
  const { strangers: _, ...kept } = outs;
  return { id: WORKSPACE_ID, outs: kept };
}

/** Carries out what differs. */
export async function updateWorkspace(
  session: Session,
  olds: WorkspaceOutputs,
  inputs: WorkspaceInputs,
  elsewhere: ReadonlySet<string>,
  run: RunLimits,
): Promise<dynamic.UpdateResult<WorkspaceOutputs>> {
  const judged = judge(olds, inputs, elsewhere, run);
  refuse("The workspace", judged.objections);
  return { outs: await write(session, olds, inputs, judged.planned) };
}

/** Ends what the workspace declares, as each one's `onRemove` says, within the limits that the state keeps. */
export async function deleteWorkspace(
  session: Session,
  olds: WorkspaceOutputs,
  elsewhere: ReadonlySet<string>,
  run: RunLimits,
): Promise<void> {
  const applied = appliedOf(olds);
  const nothing: WorkspaceInputs = { ...settingsOf(olds), undeclared: "ignore", people: {} };
  const planned = plan(applied, declarationOf(nothing), elsewhere);
  // That no owners are declared any more is what taking the resource out means.
  const allowed = { ...allowedBy(olds.limits, run), minOwners: 0, requiredOwners: [] };
  refuse(
    "The workspace",
    objections(
      planned,
      applied,
      declarationOf(nothing),
      allowed,
      "in the program, and run `pulumi up` once before; or set NOTION_MAX_REMOVALS to as many for this run",
    ),
  );
  session.claims.letThrough += planned.steps.length;
  const performance = new Performance(session, applied, nothing, planned.heldAs);
  const outcome = await perform(session, planned.steps, performance);
  const reasons = reasonsOf(outcome);
  if (reasons.length > 0) throw new DeclarationError(reasons.join("\n"));
  session.log(`Done: ${doneWords(outcome.done, 0)}.`);
}

/** The people as they are. Whom neither the listing nor a look-up finds is noted as gone. */
export async function readWorkspace(
  session: Session,
  id: string,
  props: WorkspaceOutputs,
): Promise<dynamic.ReadResult> {
  const { people: listed, complete } = await session.roster.everybody();
  const byId = new Map(listed.map((user) => [user.id, user]));
  const before = Object.entries(props.ids);
  const found = await Promise.all(
    before.map(
      async ([email, userId]) => [email, byId.get(userId) ?? (await session.roster.member(userId))] as const,
    ),
  );
  const people: WorkspaceOutputs["people"] = {};
  const ids: WorkspaceOutputs["ids"] = {};
  const gone = [...(props.gone ?? [])];
  for (const [email, user] of found) {
    if (user === undefined) {
      gone.push(email);
      continue;
    }
    people[email] = drifted(email, props.people[email] ?? {}, user);
    ids[email] = user.id;
  }
  const ours = new Set(Object.values(ids));
  const strangers = listed.filter((user) => !ours.has(user.id));
  const outs: WorkspaceOutputs = {
    ...settingsOf(props),
    people,
    ids,
    ...(gone.length > 0 && { gone }),
    ...(complete ? { others: strangers.length } : props.others !== undefined && { others: props.others }),
    ...strangersOf(props, complete ? strangers : undefined),
  };
  return { id, props: outs, inputs: { ...settingsOf(props), people: inputsOf(people) } };
}

/** A person as they are; what is otherwise than it was written is noted with what it was. */
function drifted(email: string, held: AppliedPerson, user: User): AppliedPerson {
  const { was = {}, ...shown } = held;
  const written: AppliedPerson = { ...shown, ...was };
  if (!("active" in was)) delete written.active;
  const live = recordOf(email, written, user);
  const differing = Object.entries(written).filter(
    ([key, value]) => key !== "userName" && !isDeepStrictEqual(value, live[key as keyof AppliedPerson]),
  );
  return { ...live, ...(differing.length > 0 && { was: Object.fromEntries(differing) }) };
}

/** Those who are not declared, where the program wants to know: who was not known before has been shown by no preview. */
function strangersOf({ undeclared, strangers: before }: WorkspaceOutputs, listed: User[] | undefined) {
  if (undeclared === undefined || undeclared === "ignore") return {};
  if (listed === undefined) return before === undefined ? {} : { strangers: before };
  const strangers = Object.fromEntries(
    listed.map((user): [string, Stranger] => {
      const email = emailOf(user);
      const known = before !== undefined && Object.hasOwn(before, email) && before[email]?.id === user.id;
      return [email, { ...strangerOf(user), ...(known ? {} : { unseen: true as const }) }];
    }),
  );
  return { strangers };
}

/** What a program would declare to have just this. */
function inputsOf(people: WorkspaceOutputs["people"]): Properties {
  return Object.fromEntries(
    Object.entries(people).map(([email, { was: _, userName: __, active: ___, ...declared }]) => [
      email,
      declared,
    ]),
  );
}

/** @throws {PartialError} with the state as it is, where not everything could be done */
async function write(
  session: Session,
  olds: WorkspaceOutputs,
  inputs: WorkspaceInputs,
  { steps, heldAs }: Plan,
): Promise<WorkspaceOutputs> {
  session.claims.letThrough += steps.length;
  const performance = new Performance(session, appliedOf(olds), inputs, heldAs);
  const outcome = await perform(session, steps, performance);
  const { others, strangers } = olds;
  const joined = outcome.done.filter(
    (step) => step.kind === "join" && Object.hasOwn(strangers ?? {}, step.email),
  );
  const outs: WorkspaceOutputs = {
    ...settingsOf(inputs),
    people: performance.people,
    ids: performance.ids,
    ...(others !== undefined && { others: Math.max(0, others - joined.length) }),
    ...(strangers !== undefined && { strangers: performance.strangers }),
  };
  tellTakenOver(session, performance.takenOver);
  const reasons = reasonsOf(outcome);
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
function reasonsOf({ failures, notBegun, stopped, done }: Outcome): string[] {
  const told = failures.slice(0, MOST_TOLD).map(({ reason }) => reason);
  if (failures.length > MOST_TOLD) told.push(`… and ${failures.length - MOST_TOLD} more could not be done.`);
  if (notBegun.length > 0) {
    told.push(
      `Not begun, since ${stopped}: ${countsOf(notBegun).join(", ")}. Done before that: ${doneWords(done, 0)}. ` +
        "The state holds what was done; run `pulumi up` again for the rest.",
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

function strangerOf(user: User): Stranger {
  const role = roleOf(user);
  return { id: user.id, ...(role === undefined ? {} : { role }) };
}
