import { isDeepStrictEqual } from "node:util";
import { DAY_MS } from "../model/instant";
import {
  NOTHING_APPLIED,
  toApplied,
  toDeclared,
  type WorkspaceInputs,
  type WorkspaceOutputs,
} from "../state/workspace";
import type { Applied, Declaration } from "../state/world";
import type { Elsewhere } from "./elsewhere";
import { carriedOut, emailChangesOf } from "./email-changes";
import { endLines } from "./expiration-words";
import { type EvaluatedGroups, evaluateGroups } from "./groups-evaluate";
import { type HeldBack, heldBackOf } from "./held-back";
import { impactOf, violations } from "./impact";
import { type Plan, plan } from "./plan";
import type { RunSettings } from "./run-settings";
import { outsideOf } from "./schedule";
import { firstNames } from "./sentence";
import { FEW_LINES, firstRunLine, linesOf, movedDomainWords, summaryOf } from "./summary";
import { privilegedWords, reinvitedLines, unmanagedLines, unmanagedOf } from "./unmanaged";
import { type AllowedLimits, withoutNames } from "./violations";

/** A plan with everything that is said about it. */
export interface EvaluatedPlan {
  /** What is carried out. */
  planned: Plan;
  /** Steps that are not, each with its reason. */
  heldBack: HeldBack[];
  groups: EvaluatedGroups;
  /** What is said first: what is known about a first run, and who is held back. */
  intro: string[];
  /** What happens to each person, a line each. */
  lines: string[];
  /** What is told besides: ends that are to come, and who is not declared. */
  remarks: string[];
  summary: string;
  violations: string[];
  /** Whether too many would be added if none of them was a member already, which is not known. */
  additionsInDoubt: boolean;
  /** Whether the state has something to note although nobody is written. */
  notes: boolean;
}

/**
 * Pure: what a run would do, in words, and its violations.
 * @param elsewhere people that other resources of the program declare
 * @param looked whether it is known of everybody who joins if they are a member already: those are `unmanaged`
 */
export function evaluatePlan(
  olds: WorkspaceOutputs | undefined,
  inputs: WorkspaceInputs,
  elsewhere: Elsewhere,
  run: RunSettings,
  looked = false,
): EvaluatedPlan {
  const state = olds ?? NOTHING_APPLIED;
  const applied = toApplied(state);
  const declared = toDeclared(inputs);
  const whole = plan(applied, declared, run.now, elsewhere);
  const allowed = allowedBy(inputs.limits, run);
  const heldBack = heldBackOf(whole, applied, allowed);
  const kept = new Set(heldBack.map(({ step }) => step));
  const planned = { ...whole, steps: whole.steps.filter((step) => !kept.has(step)) };
  // Who is a member already is known before the first write and not before: who is added, and of a first run who is
  // promoted, is judged then.
  const lenient: AllowedLimits = {
    ...allowed,
    uncounted: olds === undefined ? ["maxAdditions", "maxPromotions"] : ["maxAdditions"],
  };
  const impact = impactOf(whole, applied, declared, run.now, allowed.tokenOwner);
  const strictly = violations(whole, applied, declared, run.now, allowed, undefined, impact);
  const against = looked
    ? strictly
    : violations(whole, applied, declared, run.now, lenient, undefined, impact);
  const certain = new Set(against);
  const inDoubt = olds === undefined ? [] : strictly.filter((violation) => !certain.has(violation));
  const isFirst = olds === undefined && planned.steps.length > 0;
  const groups = evaluateGroups(
    state,
    inputs,
    { whole, heldBack, applied, declared },
    run.now,
    olds === undefined,
    elsewhere.groups,
  );
  const isRefused = against.length > 0 || groups.violations.length > 0;
  // Where people would be lost by it, it is said before what lets that through.
  const moved = movedDomainWords(planned.steps);
  // Who is named by what speaks against the plan is named once, and nothing of it is carried out.
  const named = namesIn(against);
  const told = planned.steps.filter(({ email }) => !named.has(email));
  const lines = linesOf(told, inputs.redacted, isFirst || isRefused ? FEW_LINES : undefined);
  return {
    planned,
    heldBack,
    groups,
    intro: [
      ...(isFirst ? [firstRunLine(Object.keys(inputs.people).length)] : []),
      ...(isRefused ? [] : moved.map((words) => `! ${words}`)),
      ...new Set(heldBack.map(({ reason }) => `! ${reason}`)),
      ...groups.intro,
    ],
    lines: [...lines, ...(groups.violations.length > 0 ? [] : groups.lines)],
    remarks: [
      ...inDoubt.map(
        (violation) =>
          `? \`up\` will refuse this before it writes anything, unless enough of them are members already: ${withoutNames(violation)}`,
      ),
      ...endLines(inputs.people, run.now, run.noticeDays * DAY_MS),
      ...unmanagedLines(applied, declared, run.now, elsewhere),
      ...reinvitedLines(applied, declared, run.now, elsewhere),
      ...otherIdLines(applied, declared),
      ...spentFormerLines(applied, declared, run.now),
      ...groups.remarks,
    ],
    summary:
      summaryOf(planned.steps, {
        before: Object.keys(applied.people).length + Object.keys(applied.gone ?? {}).length,
        after: Object.keys(inputs.people).length,
        notDeclared: state.others,
        isFirst,
      }) +
      privilegedWords(unmanagedOf(applied, declared, run.now, elsewhere)) +
      groups.summary,
    violations: isRefused ? [...moved, ...against, ...groups.violations] : [],
    additionsInDoubt: inDoubt.length > 0,
    notes:
      olds !== undefined &&
      (!isDeepStrictEqual(outsideOf(state, inputs.people, run.now), state.outside ?? {}) ||
        !isDeepStrictEqual(emailChangesOf(state, state, inputs.people, run.now), state.emailChanges ?? {})),
  };
}

/** The addresses in some sentences. */
function namesIn(sentences: readonly string[]): ReadonlySet<string> {
  const words = sentences.flatMap((sentence) => sentence.split(/[\s,]+/));
  return new Set(words.map((word) => word.replace(/\.$/, "")));
}

/** Who was invited again has another id than their row says. */
function otherIdLines({ people, ids }: Applied, declared: Declaration): string[] {
  return Object.entries(declared.people).flatMap(([email, { id }]) =>
    id !== undefined && people[email]?.id === id
      ? [
          `? ${email} was invited again and has the id ${ids[email]} now. Their row says ${id}. Write the new id.`,
        ]
      : [],
  );
}

/** How long after a change of e-mail a line says that formerUserName has no effect any more, in milliseconds. */
const SPENT_AFTER_MS = 30 * DAY_MS;

/** So many are named. */
const MOST_NAMED = 10;

function spentFormerLines(applied: Applied, { people }: Declaration, now: number): string[] {
  const done = Object.entries(people).flatMap(([email, { formerUserName }]) => {
    const done = carriedOut(applied, email, formerUserName);
    return done !== undefined && now - Date.parse(done.on) >= SPENT_AFTER_MS ? [email] : [];
  });
  if (done.length === 0) return [];
  return [
    `? Remove formerUserName from the row${done.length === 1 ? "" : "s"} of ${firstNames(done, MOST_NAMED)}: the change of e-mail is made, and it has no effect any more.`,
  ];
}

/** What the program allows, and what the settings of this process say over it. */
export function allowedBy(
  limits: AllowedLimits = {},
  { maxRemovals, tokenOwner, tokenOwnerSaid }: RunSettings,
): AllowedLimits {
  return {
    ...limits,
    ...(maxRemovals !== undefined && {
      maxRemovals: Number.MAX_SAFE_INTEGER,
      maxDemotions: Number.MAX_SAFE_INTEGER,
      maxLosses: maxRemovals,
    }),
    tokenOwner: limits.tokenOwner ?? tokenOwner,
    tokenOwnerSaid: tokenOwnerSaid || limits.tokenOwner !== undefined,
  };
}
