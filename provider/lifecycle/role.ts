import { isDeepStrictEqual } from "node:util";
import type { dynamic } from "@pulumi/pulumi";
import type { z } from "zod";
import { emailOf, foldEmail } from "../member/email";
import { DAY_MS } from "../member/instant";
import { NOTION_SCHEMA, roleOf, type User } from "../member/record";
import { isDemotion, LOWEST_ROLE, type Role, rankOf } from "../member/role";
import { grantChange, type PrivilegedTime, privilegedTimes } from "../plan/grants";
import { whyTokenOwnerStays } from "../plan/held-back";
import { tokenOwnerEndWords } from "../plan/movement";
import { plan } from "../plan/plan";
import type { RunSettings } from "../plan/run-settings";
import type { RoleChange } from "../plan/step";
import { isForATime, personOf, TERMS_OF_A_ROLE } from "../plan/timed-role";
import { isLastingOwner, phaseOf, roleAt, timeProblems } from "../plan/times";
import { tokenOwnerStaysWords, untoldTokenOwnerWords } from "../plan/token-owner";
import { UNKNOWN } from "../plan/unknown";
import { endLines, lineOf } from "../plan/words";
import { roleWish } from "./claims";
import { DeclarationError, NotAppliedError, PartialError } from "./errors";
import type { Properties, roleInputsSchema } from "./inputs";
import type { Session } from "./session";
import { keyWords, memberToGet } from "./user-identity";

export type RoleInputs = z.infer<typeof roleInputsSchema>;

/** What is said of the assignment beside whose role it is: kept with it, never sent. */
const SAID = ["member", "from", "until", "then", "reason", "approvedBy", "onRemove"] as const;

const TIMES = ["from", "until", "then"] as const;

/** What the state keeps of a role assignment. */
export interface RoleOutputs extends Properties, Omit<RoleInputs, "userId" | "role"> {
  userId: string;
  /** As it is in Notion; may be one that this package does not know. */
  role: string;
  /** The role that this assignment gave or is to give, while the member holds another one. */
  granted?: string;
  /** The declared role, where it is for a time: outside of that time it is not the one that is held. */
  timedRole?: Role;
  /** The member's e-mail, where the role is for a time: a preview says whose it is, without a request. */
  userName?: string;
}

/** Pure: what cannot be meant about the times of a role, a sentence each. */
export function problemsOfRole(inputs: Properties): string[] {
  return timeProblems(personOf(inputs), TERMS_OF_A_ROLE);
}

/** Pure: how what is declared changes what the member may do; policies see no more than the inputs. */
export function changeOfRole(olds: Properties, news: Properties, now: number): Properties {
  const isSame = olds.userId === news.userId;
  const [before, after] = [isSame ? personOf(olds) : undefined, personOf(news)];
  const changed = grantChange(before, after, now);
  const past = isSame ? (olds.privileged as PrivilegedTime[] | undefined) : undefined;
  const privileged = privilegedTimes(past, before, after, now);
  return { ...(changed && { changed }), ...(privileged.length > 0 && { privileged }) };
}

/** Pure: which of the declared properties differ from what the state holds, and whether the role is another by now. */
export function diffRole(olds: Properties, news: Properties, now: number): dynamic.DiffResult {
  const replaces = olds.userId === news.userId ? [] : ["userId"];
  // A program that declares the role that a refresh found makes it its own.
  const changes =
    replaces.length > 0 ||
    olds.role !== roleAt(personOf(news), now) ||
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
    ...endLines({ [email]: personOf(news) }, now, noticeDays * DAY_MS),
  ];
}

/** Pure: what is to become of the role, planned as it is for a person of a workspace. */
function roleChange(email: string, olds: Properties, news: Properties, now: number): RoleChange | undefined {
  const held = { ...personOf(olds), role: String(olds.role) };
  const { steps } = plan(
    { people: { [email]: held }, ids: {} },
    { people: { [email]: personOf(news) } },
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
  const person = personOf(news);
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
  const isLasting = !isForATime(news) || isLastingOwner(personOf(news), now);
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
  const role = roleAt(personOf(news), now);
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
  await session.roster.proveHere();
  const { roles } = session.claims;
  const wish = roleWish(inputs);
  if (roles.wantedOtherwise(user.id, wish) !== undefined || !roles.take(user.id, wish)) {
    throw twoRoles(user.userName);
  }
  const refusal = refuseTimes({}, inputs, user.userName, { ...session.settings, now });
  if (refusal !== undefined) throw new DeclarationError(refusal);
  const held = roleOf(user);
  if (isDemotion(held, role) && !session.claims.added.has(user.id)) {
    session.log(
      `${user.userName} holds ${held}, more than the declared ${role}: adopted as they are. ` +
        "The next preview shows the change, and the next up makes it.",
    );
    return { id: user.id, outs: { ...outputs(inputs, user), granted: role } };
  }
  session.tellOfOwners(role);
  try {
    const after = held === role ? user : await setRole(session, user, role);
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
  return roleAt(personOf(inputs), now) ?? inputs.role;
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
      const why = await whyKept(session, user, role);
      // An error here would keep Pulumi from the resources that it has not begun: the end of this role stops no other.
      if (why !== undefined) {
        session.log(`! ${why} The next run tries it again.`);
        return { outs: outputs(inputs, user) };
      }
    }
    return { outs: outputs(inputs, await setRole(session, user, role, scheduled)) };
  } catch (error) {
    const held = roleOf(session.roster.known(id) ?? user) ?? "";
    if (held === olds.role) throw error;
    throw new PartialError(id, { ...olds, role: held, granted: olds.granted ?? olds.role }, error);
  }
}

/** Why a member may not be given a lesser role now although that was declared before. */
async function whyKept({ rails }: Session, user: User, role: Role): Promise<string | undefined> {
  try {
    await rails.beforeRole(user, role, true);
    return undefined;
  } catch (error) {
    if (error instanceof DeclarationError) return error.message;
    throw error;
  }
}

/** Pure: whether the state has known that the member is to have this role now: limits judged it when it was declared. */
function isScheduled(olds: RoleOutputs, role: Role, now: number): boolean {
  const { timedRole, granted } = olds;
  if (timedRole === undefined || granted !== undefined) return false;
  return roleAt(personOf({ ...olds, role: timedRole }), now) === role;
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
  if (isDemotion(held, onRemove)) await setRole(session, user, onRemove);
}

/**
 * Writes a role and makes sure of it.
 * @param promised whether it is an end that the state has known of
 * @throws {DeclarationError} when a rail stands in the way, see {@link Rails}
 * @throws {NotAppliedError} when Notion answers success and the member has another role
 */
export async function setRole(session: Session, user: User, role: Role, promised = false): Promise<User> {
  await session.roster.proveHere();
  await session.rails.beforeRole(user, role, promised);
  const doing = `change the role of ${user.userName} to ${role}`;
  const after = await session.client.patchUser(user.id, { [NOTION_SCHEMA]: { role } }, doing);
  session.roster.put(after);
  if (roleOf(after) === role) return after;
  throw new NotAppliedError(
    `Notion accepted to ${doing}, but the role is still ${roleOf(after) ?? "not shown"}. ` +
      "Look at the member in Notion's settings; another tool (an identity provider) may have changed it back.",
  );
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

function outputs(inputs: RoleInputs, user: User): RoleOutputs {
  return { ...inputs, role: roleOf(user) ?? "", ...timesOf(inputs, emailOf(user)) };
}

function timesOf(
  inputs: RoleInputs,
  userName: string | undefined,
): Pick<RoleOutputs, "timedRole" | "userName"> {
  if (!isForATime(inputs)) return {};
  return { timedRole: inputs.role, ...(userName !== undefined && { userName }) };
}
