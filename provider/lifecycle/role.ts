import { isDeepStrictEqual } from "node:util";
import type { dynamic } from "@pulumi/pulumi";
import { emailOf, foldEmail } from "../member/email";
import { DAY_MS } from "../member/instant";

import { roleOf, type User } from "../member/record";
import { isDemotion, LOWEST_ROLE, type Role, rankOf } from "../member/role";

import { UNKNOWN } from "../member/unknown";
import { grantChange, privilegedTimes } from "../plan/grants";
import { whyTokenOwnerStays } from "../plan/held-back";
import { tokenOwnerEndWords } from "../plan/movement";
import { plan } from "../plan/plan";
import type { RunSettings } from "../plan/run-settings";
import type { RoleChange } from "../plan/step";
import { isLastingOwner, phaseOf, roleAt, timeProblems } from "../plan/times";
import { tokenOwnerStaysWords, untoldTokenOwnerWords } from "../plan/token-owner";
import { endLines, lineOf } from "../plan/words";
import type { Properties } from "../state/properties";
import {
  isForATime,
  outputs,
  privilegedOf,
  type RoleInputs,
  type RoleOutputs,
  SAID,
  TERMS_OF_A_ROLE,
  timesOf,
  toDeclared,
} from "../state/role-assignment";
import { roleWish } from "./claims";
import { DeclarationError, NotAppliedError, PartialError } from "./errors";
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
  const changed = grantChange(before, after);
  const past = isSame ? privilegedOf(olds) : undefined;
  const privileged = privilegedTimes(past, before, after, now);
  return { ...(changed && { changed }), ...(privileged.length > 0 && { privileged }) };
}

/** Pure: which of the declared properties differ from what the state holds, and whether the role is another by now. */
export function diffRole(olds: Properties, news: Properties, now: number): dynamic.DiffResult {
  const replaces = olds.userId === news.userId ? [] : ["userId"];
  // A program that declares the role that a refresh found makes it its own.
  const changes =
    replaces.length > 0 ||
    olds.role !== roleAt(toDeclared(news), now) ||
    SAID.some((key) => olds[key] !== news[key]) ||
    olds.timedRole !== (isForATime(news) ? news.role : undefined) ||
    !isDeepStrictEqual(olds.concealed, news.concealed) ||
    olds.granted !== undefined;
  return { changes, replaces };
}

/**
 * Pure: what a preview has to say in words. The engine shows differences of inputs; what was found (at a take-over, by a
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
  const stays = whyRoleStays(olds, news, who, run);
  if (stays !== undefined) return [`! ${stays}`];
  const change = roleChange(email, olds, news, now);
  const untold =
    change !== undefined &&
    (olds.granted !== undefined || change.ended !== undefined || change.began !== undefined);
  return [
    ...(untold ? [lineOf(change)] : []),
    ...movedEnd(email, olds.until, news.until),
    ...endLines({ [email]: toDeclared(news) }, now, noticeDays * DAY_MS),
  ];
}

/** Pure: what is to become of the role, planned as it is for a person of a workspace. */
function roleChange(email: string, olds: Properties, news: Properties, now: number): RoleChange | undefined {
  const held = { ...toDeclared(olds), role: String(olds.role) };
  const { steps } = plan(
    { people: { [email]: held }, ids: {} },
    { people: { [email]: toDeclared(news) } },
    now,
  );
  return steps.find((step) => step.kind === "role");
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
  return [lineOf({ kind: "note", email, changes: [{ field: "until", from, to, drifted: false }] })];
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
  const { tokenOwner, tokenOwnerSaid, now } = run;
  const times = refuseTimes(olds, news, who, run);
  if (times !== undefined) return times;
  const role = demotedTo(olds, news, now);
  if (role === undefined || isScheduled(olds as RoleOutputs, role, now)) return undefined;
  const what = `would be made ${role}`;
  if (isSamePerson(tokenOwner, who)) return tokenOwnerStaysWords(who, what);
  return olds.role === "owner" && !tokenOwnerSaid
    ? untoldTokenOwnerWords([who ?? `The member ${olds.userId}`], what)
    : undefined;
}

/** Pure: why a role is kept although its end was declared; undefined where it is not. */
export function whyRoleStays(
  olds: Properties,
  news: Properties,
  who: string | undefined,
  run: TokenInRun,
): string | undefined {
  const role = demotedTo(olds, news, run.now);
  if (role === undefined || !isScheduled(olds as RoleOutputs, role, run.now)) return undefined;
  return whyTokenOwnerStays(who ?? `The member ${olds.userId}`, olds.role === "owner", run);
}

/** The lesser role that a member of the state is to have now; undefined where it is no lesser one. */
function demotedTo(olds: Properties, news: Properties, now: number): Role | undefined {
  const role = roleAt(toDeclared(news), now);
  const isSame = typeof olds.role === "string" && olds.userId === news.userId;
  return isSame && role !== undefined && isDemotion(olds.role as string, role) ? role : undefined;
}

/**
 * Gives a member a role. A role that is held already is taken over without a write. So is one that is more than
 * what is declared: no preview could show what would be taken from them, so it is left to the next one. Of somebody
 * whom this process added the preview showed the creation: they get the declared role at once.
 */
export async function createRole(
  session: Session,
  inputs: RoleInputs,
  now: number,
): Promise<dynamic.CreateResult<RoleOutputs>> {
  const role = roleNow(inputs, now);
  const user = await mustFind(session, inputs.userId, role);
  proveMember(inputs, user);
  const { roles } = session.claims;
  const wish = roleWish(inputs);
  if (roles.wantedOtherwise(user.id, wish) !== undefined || !roles.take(user.id, wish)) {
    throw twoRoles(user.userName);
  }
  const refusal = refuseTimes({}, inputs, user.userName, { ...session.settings, now });
  if (refusal !== undefined) throw new DeclarationError(refusal);
  const held = roleOf(user);
  if (isDemotion(held, role) && !session.claims.added.has(user.id)) {
    await session.writer.adopt(user);
    session.log(
      `${user.userName} holds ${held}, more than the declared ${role}: adopted as they are. ` +
        "The next preview shows the change, and the next up makes it.",
    );
    return { id: user.id, outs: { ...outputs(inputs, user), granted: role } };
  }
  session.tellOfOwners(role);
  try {
    const after =
      held === role ? await session.writer.adopt(user) : await session.writer.changeRole(user, role);
    return { id: user.id, outs: outputs(inputs, after) };
  } catch (error) {
    // What was refused was not given. What was accepted may be in effect in part, and the answer has shown what is.
    if (!(error instanceof NotAppliedError)) throw error;
    const live = session.roster.known(user.id) ?? user;
    throw new PartialError(user.id, { ...outputs(inputs, live), granted: role }, error);
  }
}

/** The role that the member is to hold at this moment. A role for a time has one for the time outside of it: check sees to that. */
function roleNow(inputs: RoleInputs, now: number): Role {
  return roleAt(toDeclared(inputs), now) ?? inputs.role;
}

function twoRoles(userName: string): DeclarationError {
  return new DeclarationError(
    `Two role assignments of this program are for ${userName}. A member has one role: keep one of the two.`,
  );
}

/** The role as it is; an empty id when the member is gone. */
export async function readRole(session: Session, id: string, props: Properties): Promise<dynamic.ReadResult> {
  const isGet = props.userId === undefined;
  const user = isGet ? await memberToGet(session, id) : await session.roster.member(id);
  if (user === undefined) {
    if (isGet)
      throw new DeclarationError(`There is no member with the ${keyWords(id)}, so there is no role to get.`);
    return { id: "" };
  }
  const { granted = props.role, timedRole, userName, ...declared } = props as Partial<RoleOutputs>;
  const role = roleOf(user) ?? "";
  const drifted = granted !== undefined && granted !== role;
  const outs = {
    ...declared,
    userId: user.id,
    role,
    // The noted address is followed where the role has drifted: a change of it alone must not look like one.
    ...(timedRole !== undefined && {
      timedRole,
      userName: drifted ? emailOf(user) : (userName ?? emailOf(user)),
    }),
  };
  // What a program would declare to have just this: the role for a time where it is held, or over, as it is to be.
  const inputs = { ...declared, userId: user.id, role: drifted ? role : (timedRole ?? role) };
  return { id: user.id, props: { ...outs, ...(drifted && { granted }) }, inputs };
}

/** Changes the role, or what deleting is to do with it. */
export async function updateRole(
  session: Session,
  id: string,
  olds: RoleOutputs,
  inputs: RoleInputs,
  now: number,
): Promise<dynamic.UpdateResult<RoleOutputs>> {
  const role = roleNow(inputs, now);
  const known = session.claims.names.get(id) ?? olds.userName;
  const isProven = olds.member === inputs.member;
  if (isProven && olds.role === role && (!isForATime(inputs) || known !== undefined)) {
    return { outs: { ...inputs, role, ...timesOf(inputs, known) } };
  }
  const user = await mustFind(session, id, role);
  // Once proven, a member keeps what they hold under any e-mail, and a lower role must not fail. Policies judge a higher role by the e-mail.
  const isRaised = rankOf(role) > rankOf(roleOf(user));
  if (!isProven || isRaised) proveMember(inputs, user);
  if (session.claims.roles.takenOtherwise(id, roleWish(inputs)) !== undefined) throw twoRoles(user.userName);
  try {
    const refusal = refuseTimes(olds, inputs, user.userName, { ...session.settings, now });
    if (refusal !== undefined) throw new DeclarationError(refusal);
    session.tellOfOwners(role);
    if (roleOf(user) === role) return { outs: outputs(inputs, user) };
    const scheduled = isScheduled(olds, role, now);
    if (scheduled) {
      const why = await session.writer.whyNotChangeRole(user, role, scheduled);
      // An error here would keep Pulumi from the resources that it has not begun: the end of this role stops no other.
      if (why !== undefined) {
        session.log(`! ${why} The next run tries it again.`);
        return { outs: outputs(inputs, user) };
      }
    }
    return { outs: outputs(inputs, await session.writer.changeRole(user, role, scheduled)) };
  } catch (error) {
    const held = roleOf(session.roster.known(id) ?? user) ?? "";
    if (held === olds.role) throw error;
    throw new PartialError(id, { ...olds, role: held, granted: olds.granted ?? olds.role }, error);
  }
}

/** Pure: whether the state has known that the member is to have this role now: limits judged it when it was declared. */
function isScheduled(olds: RoleOutputs, role: Role, now: number): boolean {
  const { timedRole, granted } = olds;
  if (timedRole === undefined || granted !== undefined) return false;
  return roleAt(toDeclared({ ...olds, role: timedRole }), now) === role;
}

/**
 * Takes the role away, never the membership. Nothing is written when the person is gone, holds another
 * role than this assignment gave (someone else decided), or would be given more than they hold.
 */
export async function deleteRole(session: Session, id: string, props: RoleOutputs): Promise<void> {
  if (session.claims.roles.holds(id)) {
    session.log(`The role of the member ${id} is left alone: another resource of this program declares it.`);
    return;
  }
  const { onRemove = props.then ?? LOWEST_ROLE } = props;
  if (onRemove === "leave") return;
  const user = await session.roster.member(id, "write");
  if (user === undefined) return;
  if (session.claims.declaresRoleOf(foldEmail(user.userName), id)) {
    session.log(`The role of ${user.userName} is left alone: a workspace of this program declares it.`);
    return;
  }
  const held = roleOf(user);
  // What a refresh found is not what this assignment gave.
  const { granted = props.role } = props;
  if (held !== granted) {
    session.log(`${user.userName} is ${held ?? "without a role"}, not ${granted}: left alone.`);
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
  const user = await session.roster.member(id, "write");
  if (user !== undefined) return user;
  throw new DeclarationError(
    `There is no member with the id ${id} to make ${role}. Take userId from a NotionUser (\`user.id\`); ` +
      "if the person was removed in Notion, `pulumi up --refresh` adds them again.",
  );
}
