import { foldEmail } from "../model/email";
import { DAY_MS } from "../model/instant";
import { isDemotion } from "../model/role";
import { UNKNOWN } from "../model/unknown";
import { endLines } from "../plan/expiration-words";
import { grantChange, privilegedTimes } from "../plan/grants";
import { whyTokenOwnerStays } from "../plan/held-back";
import { tokenOwnerEnds } from "../plan/impact";
import { type OnePerson, planOne, worldOf } from "../plan/one-person";
import type { Plan } from "../plan/plan";
import type { RunSettings } from "../plan/run-settings";
import { isScheduled } from "../plan/schedule";
import type { RoleChange } from "../plan/step";
import { lineOf } from "../plan/step-words";
import { phaseOf, timeProblems } from "../plan/times";
import { tokenOwnerStaysWords, untoldTokenOwnerWords } from "../plan/token-owner";
import type { Properties } from "../state/properties";
import {
  isUnsettled,
  privilegedOf,
  settingsDiffer,
  TERMS_OF_A_ROLE,
  toApplied,
  toDeclared,
} from "../state/role-assignment";
import type { Evaluation } from "./evaluation";

/** Pure: what cannot be meant about the times of a role, a sentence each. */
export function problemsOfRole(inputs: Properties): string[] {
  return timeProblems(toDeclared(inputs), TERMS_OF_A_ROLE);
}

/** Pure: how what is declared changes what the member may do; policies see no more than the inputs. */
export function changeOfRole(olds: Properties, news: Properties, now: number): Properties {
  const isSame = olds.userId === news.userId;
  const [before, after] = [isSame ? toDeclared(olds) : undefined, toDeclared(news)];
  const changed = grantChange(before, after, now);
  const past = isSame ? privilegedOf(olds) : undefined;
  const privileged = privilegedTimes(past, before, after, now);
  return { ...(changed && { changed }), ...(privileged.length > 0 && { privileged }) };
}

/**
 * What an assignment plans: the role of one person.
 * @param email of the member, or words for it where it is not known
 * @param olds undefined for an assignment that is not in the state yet
 */
export function roleOfOne(
  id: string,
  email: string,
  olds: Properties | undefined,
  news: Properties,
): OnePerson {
  return {
    id,
    applied: { email, person: olds === undefined ? {} : toApplied(olds) },
    declared: { email, person: toDeclared(news) },
  };
}

/** Whose token the run uses. */
type TokenInRun = Pick<RunSettings, "tokenOwner" | "tokenOwnerSaid">;

/** Pure: why the times of a role are refused, where it is known whose it is: when they are declared. */
export function endsOfTokenOwner(
  one: OnePerson,
  planned: Plan,
  now: number,
  token: Pick<TokenInRun, "tokenOwner">,
): string[] {
  const { applied, declared } = worldOf(one);
  return tokenOwnerEnds(planned, applied, declared, now, token);
}

/** Pure: what a change of an assignment comes to, with all that a preview says of it. @param who the member's e-mail */
export function evaluateRole(
  olds: Properties,
  news: Properties,
  who: string | undefined,
  run: TokenInRun & Pick<RunSettings, "now" | "noticeDays">,
): Evaluation {
  const { now } = run;
  const email = who ?? `the member ${olds.userId}`;
  const one = roleOfOne("", email, olds, news);
  const planned = planOne(one, now);
  const { steps } = planned;
  const change = steps.find((step) => step.kind === "changeRole");
  const isReplaced = olds.userId !== news.userId;
  const lesser = isReplaced || typeof olds.role !== "string" ? undefined : demotionIn(change);
  const changes =
    isReplaced ||
    steps.length > 0 ||
    settingsDiffer(olds, news) ||
    // A program that declares the role that a refresh found makes it its own.
    isUnsettled(olds);
  return {
    diff: { changes, replaces: isReplaced ? ["userId"] : [] },
    refusal: endsOfTokenOwner(one, planned, now, run)[0] ?? whyRefused(olds, who, lesser, run),
    lines: linesOfRole(olds, news, email, change, whyKept(olds, who, lesser, run), run),
  };
}

const demotionIn = (change: RoleChange | undefined) =>
  change !== undefined && isDemotion(change.from, change.to) ? change : undefined;

/**
 * The engine shows differences of inputs; what was found (by adopting, by a refresh) is an output, and what the clock does
 * is in neither.
 */
function linesOfRole(
  olds: Properties,
  news: Properties,
  email: string,
  change: RoleChange | undefined,
  kept: string | undefined,
  { now, noticeDays }: Pick<RunSettings, "now" | "noticeDays">,
): string[] {
  if (kept !== undefined) return [`! ${kept}`];
  const untold =
    change !== undefined && (isUnsettled(olds) || change.ended !== undefined || change.began !== undefined);
  return [
    ...(untold ? [lineOf(change)] : []),
    ...movedEnd(email, olds.until, news.until),
    ...endLines({ [email]: toDeclared(news) }, now, noticeDays * DAY_MS),
  ];
}

/**
 * Why a preview refuses a lesser role, as `up` would: the token's owner is demoted, or an owner while nobody said whose
 * token it is. An end that was declared before stops nobody else: see {@link whyKept}.
 */
function whyRefused(
  olds: Properties,
  who: string | undefined,
  lesser: RoleChange | undefined,
  { tokenOwner, tokenOwnerSaid }: TokenInRun,
): string | undefined {
  if (lesser === undefined || isScheduled(lesser)) return undefined;
  const what = `would be made ${lesser.to}`;
  if (tokenOwner !== undefined && who !== undefined && foldEmail(tokenOwner) === foldEmail(who))
    return tokenOwnerStaysWords(who, what);
  return olds.role === "owner" && !tokenOwnerSaid
    ? untoldTokenOwnerWords([who ?? `The member ${olds.userId}`], what)
    : undefined;
}

/** Why a role is kept although its end was declared; undefined where it is not. */
function whyKept(
  olds: Properties,
  who: string | undefined,
  lesser: RoleChange | undefined,
  token: TokenInRun,
): string | undefined {
  if (lesser === undefined || !isScheduled(lesser)) return undefined;
  return whyTokenOwnerStays(who ?? `The member ${olds.userId}`, olds.role === "owner", token);
}

/** Pure: what a preview has to say of an assignment that is not in the state yet: the engine shows it as it is declared. */
export function announceRole(
  news: Properties,
  who: string | undefined,
  { now, noticeDays }: Pick<RunSettings, "now" | "noticeDays">,
): string[] {
  const person = toDeclared(news);
  const email =
    who ?? (news.userId === UNKNOWN ? "a member who is not added yet" : `the member ${news.userId}`);
  const phase = phaseOf(now, person.roleFrom, person.roleUntil);
  const otherwise =
    phase === "during"
      ? []
      : [
          `+ ${email} gets ${person.roleThen}: ${person.role} ` +
            (phase === "after" ? `was until ${person.roleUntil}` : `is from ${person.roleFrom} on`),
        ];
  return [...otherwise, ...endLines({ [email]: person }, now, noticeDays * DAY_MS)];
}

function movedEnd(email: string, from: unknown, to: unknown): string[] {
  if (typeof from !== "string" || typeof to !== "string" || from === to) return [];
  return [lineOf({ kind: "stateOnly", email, changes: [{ field: "until", from, to, drifted: false }] })];
}
