import { isDeepStrictEqual } from "node:util";
import { DeclarationError, NotAppliedError } from "../apply/errors";
import { PlanApplier } from "../apply/plan-applier";
import { emailOf, foldEmail } from "../model/email";
import { DAY_MS } from "../model/instant";
import { roleOf, type User } from "../model/record";
import { isDemotion, LOWEST_ROLE, type Role, rankOf } from "../model/role";
import { UNKNOWN } from "../model/unknown";
import { grantChange, privilegedTimes } from "../plan/grants";
import { whyTokenOwnerStays } from "../plan/held-back";
import { tokenOwnerEndWords } from "../plan/impact";
import { type Plan, plan } from "../plan/plan";
import type { RunSettings } from "../plan/run-settings";
import { isScheduled } from "../plan/schedule";
import type { RoleChange, Step } from "../plan/step";
import { isLastingOwner, phaseOf, roleAt, timeProblems } from "../plan/times";
import { tokenOwnerStaysWords, untoldTokenOwnerWords } from "../plan/token-owner";
import { endLines, lineOf } from "../plan/words";
import { mayHaveActed } from "../scim/errors";
import { foundAs } from "../state/person";
import type { Properties } from "../state/properties";
import {
  declaredIn,
  isForATime,
  isUnsettled,
  outputs,
  privilegedOf,
  type RoleInputs,
  type RoleOutputs,
  SETTINGS,
  TERMS_OF_A_ROLE,
  toApplied,
  toDeclared,
  withObserved,
} from "../state/role-assignment";
import type { Applied } from "../state/world";
import { PartialError } from "./errors";
import type { CreateResult, DiffResult, ReadResult, UpdateResult } from "./resource-lifecycle";
import { roleWish } from "./run-registry";
import type { Session } from "./session";
import { keyWords, memberToGet } from "./user-identity";

const TIMES = ["from", "until", "then"] as const;

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
 * Pure: what has to happen to the role, planned as a world of one person.
 * @param email of the member, or words for it where it is not known
 */
function planRole(email: string, olds: Properties, news: Properties, now: number): Plan {
  return plan(
    { people: { [email]: toApplied(olds) }, ids: {} },
    { people: { [email]: toDeclared(news) } },
    now,
  );
}

const roleChangeOf = ({ steps }: Plan) => steps.find((step) => step.kind === "changeRole");

/** Pure: whether something has to happen to the role, or to what the state keeps of it. */
export function diffRole(olds: Properties, news: Properties, now: number): DiffResult {
  const replaces = olds.userId === news.userId ? [] : ["userId"];
  const changes =
    replaces.length > 0 ||
    planRole("", olds, news, now).steps.length > 0 ||
    SETTINGS.some((key) => !isDeepStrictEqual(olds[key], news[key])) ||
    // A program that declares the role that a refresh found makes it its own.
    isUnsettled(olds);
  return { changes, replaces };
}

/**
 * Pure: what a preview has to say in words. The engine shows differences of inputs; what was found (by adopting, by a
 * refresh) is an output, and what the clock does is in neither.
 */
export function tellRole(
  olds: Properties,
  news: Properties,
  who: string | undefined,
  run: TokenInRun & Pick<RunSettings, "noticeDays">,
): string[] {
  const { now, noticeDays } = run;
  const email = who ?? `the member ${olds.userId}`;
  const change = roleChangeOf(planRole(email, olds, news, now));
  const stays = whyRoleStays(olds, who, demotionOf(olds, news, change), run);
  if (stays !== undefined) return [`! ${stays}`];
  const untold =
    change !== undefined && (isUnsettled(olds) || change.ended !== undefined || change.began !== undefined);
  return [
    ...(untold ? [lineOf(change)] : []),
    ...movedEnd(email, olds.until, news.until),
    ...endLines({ [email]: toDeclared(news) }, now, noticeDays * DAY_MS),
  ];
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

/** Whose token the run uses, and the moment of it. */
export type TokenInRun = Pick<RunSettings, "tokenOwner" | "tokenOwnerSaid" | "now">;

/** Pure: why the times of a role are refused, where it is known whose it is: when they are declared. */
function refuseTimes(
  olds: Properties,
  news: Properties,
  who: string | undefined,
  { tokenOwner, now }: Pick<TokenInRun, "tokenOwner" | "now">,
): string | undefined {
  const isNew = olds.timedRole !== news.role || TIMES.some((key) => olds[key] !== news[key]);
  const isLasting = !isForATime(news) || isLastingOwner(toDeclared(news), now);
  return isNew && !isLasting && isSamePerson(tokenOwner, who) ? tokenOwnerEndWords(who) : undefined;
}

function isSamePerson(tokenOwner: string | undefined, who: string | undefined): who is string {
  return tokenOwner !== undefined && who !== undefined && foldEmail(tokenOwner) === foldEmail(who);
}

/**
 * Pure: why a preview refuses a change of a role, as `up` would: its times; that the token's owner is demoted, or an owner
 * while nobody said whose token it is. An end that was declared before stops nobody else: see {@link whyRoleStays}.
 */
export function refuseRole(
  olds: Properties,
  news: Properties,
  who: string | undefined,
  run: TokenInRun,
): string | undefined {
  const times = refuseTimes(olds, news, who, run);
  if (times !== undefined) return times;
  const lesser = demotionOf(olds, news, roleChangeOf(planRole("", olds, news, run.now)));
  if (lesser === undefined || isScheduled(lesser)) return undefined;
  const what = `would be made ${lesser.to}`;
  if (isSamePerson(run.tokenOwner, who)) return tokenOwnerStaysWords(who, what);
  return olds.role === "owner" && !run.tokenOwnerSaid
    ? untoldTokenOwnerWords([who ?? `The member ${olds.userId}`], what)
    : undefined;
}

/** Pure: why a role is kept although its end was declared; undefined where it is not. */
function whyRoleStays(
  olds: Properties,
  who: string | undefined,
  lesser: RoleChange | undefined,
  run: TokenInRun,
): string | undefined {
  if (lesser === undefined || !isScheduled(lesser)) return undefined;
  return whyTokenOwnerStays(who ?? `The member ${olds.userId}`, olds.role === "owner", run);
}

/** What takes something from a member of the state now; undefined where nothing does. */
function demotionOf(
  olds: Properties,
  news: Properties,
  change: RoleChange | undefined,
): RoleChange | undefined {
  if (typeof olds.role !== "string" || olds.userId !== news.userId) return undefined;
  return change !== undefined && isDemotion(change.from, change.to) ? change : undefined;
}

/** Gives a member a role: of somebody adopted with more, none is taken before a preview has shown it. */
export async function createRole(
  session: Session,
  inputs: RoleInputs,
  now: number,
): Promise<CreateResult<RoleOutputs>> {
  const { roles } = session.registry;
  const user = await mustFind(session, inputs.userId, roleNow(inputs, now));
  proveMember(inputs, user);
  await session.writer.adopt(user);
  const wish = roleWish(inputs);
  refuseDeclaredByWorkspace(session, user);
  if (roles.wantedOtherwise(user.id, wish) !== undefined || !roles.take(user.id, wish)) {
    throw twoRoles(user.userName);
  }
  return { id: user.id, outs: await reconcile(session, user, undefined, inputs, now) };
}

/** Changes the role, or what deleting is to do with it. */
export async function updateRole(
  session: Session,
  id: string,
  olds: RoleOutputs,
  inputs: RoleInputs,
  now: number,
): Promise<UpdateResult<RoleOutputs>> {
  const role = roleNow(inputs, now);
  const known = session.registry.names.get(id) ?? olds.userName;
  const isProven = olds.member === inputs.member;
  const isCertain = olds.role === role && olds.uncertain === undefined;
  if (isProven && isCertain && (!isForATime(inputs) || known !== undefined))
    return { outs: outputs(inputs, { role }, known) };
  const user = await mustFind(session, id, role);
  // Once proven, a member keeps what they hold under any e-mail, and a lower role must not fail. Policies judge a higher role by the e-mail.
  const isRaised = rankOf(role) > rankOf(roleOf(user));
  if (!isProven || isRaised) proveMember(inputs, user);
  refuseDeclaredByWorkspace(session, user);
  if (session.registry.roles.takenOtherwise(id, roleWish(inputs)) !== undefined)
    throw twoRoles(user.userName);
  return { outs: await reconcile(session, user, olds, inputs, now) };
}

/**
 * Brings the member to the declared role: a plan for one person, applied as that of a workspace.
 * @param olds undefined for an assignment that is not in the state yet
 * @throws {PartialError} with what was shown of the member, where a write failed and the state would not tell the truth
 */
async function reconcile(
  session: Session,
  user: User,
  olds: RoleOutputs | undefined,
  inputs: RoleInputs,
  now: number,
): Promise<RoleOutputs> {
  const refusal = refuseTimes(olds ?? {}, inputs, user.userName, { ...session.settings, now });
  if (refusal !== undefined) throw new DeclarationError(refusal);
  const email = emailOf(user);
  const applied: Applied = {
    people: { [email]: olds === undefined ? {} : toApplied(olds) },
    ids: { [email]: user.id },
  };
  const declared = { people: { [email]: toDeclared(inputs) } };
  const { steps, heldAs } = plan(applied, declared, now);
  const applier = new PlanApplier(session, { applied, declared, heldAs, now }, { holder: null });
  const shown = () => applier.result.people[email] ?? {};
  try {
    for (const step of steps) {
      const why = await whyHeldBack(session, user, step);
      if (why === undefined) await applier.apply(step);
      else {
        session.log(`! ${why} The next run tries it again.`);
        return outputs(inputs, { role: roleOf(user) ?? "" }, email);
      }
    }
  } catch (error) {
    if (olds === undefined) {
      // What was refused was not given. What was accepted may be in effect in part, and the answer has shown what is.
      if (!(error instanceof NotAppliedError)) throw error;
      const outs = {
        ...outputs(inputs, { role: roleOf(user) ?? "", ...shown() }, email),
        adoptionIncomplete: true as const,
      };
      throw new PartialError(user.id, outs, error);
    }
    const outs = withObserved(olds, shown());
    if (outs.role === olds.role && !mayHaveActed(error)) throw error;
    throw new PartialError(user.id, outs, error);
  }
  const outs = outputs(inputs, shown(), email);
  return outs.role === roleNow(inputs, now) ? outs : { ...outs, adoptionIncomplete: true };
}

/**
 * Why an end or a beginning that was declared before may not be carried out now. An error would keep Pulumi from the
 * resources that it has not begun: the end of this role stops no other.
 */
async function whyHeldBack({ writer }: Session, user: User, step: Step): Promise<string | undefined> {
  if (step.kind !== "changeRole" || !isScheduled(step)) return undefined;
  return writer.whyNotChangeRole(user, step.to, true);
}

/** The role that the member is to hold at this moment. A role for a time has one for the time outside of it: check sees to that. */
function roleNow(inputs: RoleInputs, now: number): Role {
  return roleAt(toDeclared(inputs), now) ?? inputs.role;
}

/** @throws {DeclarationError} when a row of a workspace decides over the role, too: the two would undo each other's work */
function refuseDeclaredByWorkspace({ registry }: Session, { id, userName }: User): void {
  if (!registry.declaresRoleOf(foldEmail(userName), id)) return;
  throw new DeclarationError(
    `A NotionWorkspace of this program declares the role of ${userName}, and so does this role assignment: nothing was written. ` +
      "A member has one role: take the role out of the row, or take the assignment out.",
  );
}

function twoRoles(userName: string): DeclarationError {
  return new DeclarationError(
    `Two role assignments of this program are for ${userName}. A member has one role: keep one of the two.`,
  );
}

/** The role as it is; an empty id when the member is gone. */
export async function readRole(session: Session, id: string, props: Properties): Promise<ReadResult> {
  const isGet = props.userId === undefined;
  const user = isGet ? await memberToGet(session, id) : await session.directory.member(id);
  if (user === undefined) {
    if (isGet)
      throw new DeclarationError(`There is no member with the ${keyWords(id)}, so there is no role to get.`);
    return { id: "" };
  }
  if (isGet) {
    const outs = { userId: user.id, role: roleOf(user) ?? "" };
    return { id: user.id, props: outs, inputs: outs };
  }
  const olds = props as unknown as RoleOutputs;
  const email = emailOf(user);
  const found = withObserved(olds, foundAs(email, toApplied(olds), user));
  const drifted = found.lastApplied !== undefined;
  // The noted address is followed where the role has drifted: a change of it alone must not look like one.
  const userName = drifted ? email : (olds.userName ?? email);
  const outs = { ...found, ...(olds.timedRole !== undefined && { userName }) };
  return { id: user.id, props: outs, inputs: declaredIn(outs) };
}

/**
 * Takes the role away, never the membership. Nothing is written when the person is gone, holds another
 * role than this assignment gave (someone else decided), or would be given more than they hold.
 */
export async function deleteRole(session: Session, id: string, props: RoleOutputs): Promise<void> {
  if (session.registry.roles.holds(id)) {
    session.log(`The role of the member ${id} is left alone: another resource of this program declares it.`);
    return;
  }
  const { onRemove = props.then ?? LOWEST_ROLE } = props;
  if (onRemove === "retain") return;
  const user = await session.directory.member(id, "write");
  if (user === undefined) return;
  if (session.registry.declaresRoleOf(foldEmail(user.userName), id)) {
    session.log(`The role of ${user.userName} is left alone: a workspace of this program declares it.`);
    return;
  }
  const held = roleOf(user);
  // What a refresh found is not what this assignment gave, nor is what somebody was adopted with.
  const given = props.lastApplied?.role ?? props.role;
  if (held !== given || props.adoptionIncomplete) {
    session.log(`${user.userName} is ${held ?? "without a role"}, not ${given}: left alone.`);
    return;
  }
  if (isDemotion(held, onRemove)) await session.writer.changeRole(user, onRemove);
}

/** @throws {DeclarationError} when the member is somebody else than the program says */
function proveMember({ member, userId }: RoleInputs, { userName }: User): void {
  if (member === undefined || foldEmail(userName) === member) return;
  throw new DeclarationError(
    `The id ${userId} is that of ${userName}, and the assignment is for ${member} (member): the role was not changed. ` +
      "Take userId from the member's NotionUser; if somebody changed the e-mail in Notion, run `pulumi up --refresh`.",
  );
}

async function mustFind(session: Session, id: string, role: string): Promise<User> {
  const user = await session.directory.member(id, "write");
  if (user !== undefined) return user;
  throw new DeclarationError(
    `There is no member with the id ${id} to make ${role}. Take userId from a NotionUser (\`user.id\`); ` +
      "if the person was removed in Notion, `pulumi up --refresh` adds them again.",
  );
}
