import { applyToOne } from "../apply/apply-to-one";
import { DeclarationError, NotAppliedError, WriteGuardError } from "../apply/errors";
import { emailOf, foldEmail, isEmail } from "../model/email";
import { roleOf, type User } from "../model/record";
import { isDemotion, LOWEST_ROLE, type Role, rankOf } from "../model/role";
import { planOne } from "../plan/one-person";
import { isScheduled } from "../plan/schedule";
import { roleAt } from "../plan/times";
import { mayHaveActed } from "../scim/errors";
import { foundAs } from "../state/person";
import type { Properties } from "../state/properties";
import {
  declaredIn,
  isForATime,
  outputs,
  type RoleInputs,
  type RoleOutputs,
  toApplied,
  toDeclared,
  withObserved,
} from "../state/role-assignment";
import { PartialError } from "./errors";
import type { CreateResult, ReadResult, UpdateResult } from "./resource-lifecycle";
import { endsOfTokenOwner, roleOfOne } from "./role-preview";
import { roleWish } from "./run-registry";
import type { Session } from "./session";
import { keyWords, memberToGet } from "./user-identity";

/** Gives a member a role. An adopted member who holds more keeps it until a preview has shown the change. */
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
 * Brings the member to the declared role, by a plan for this one person.
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
  const email = emailOf(user);
  const one = roleOfOne(user.id, email, olds, inputs);
  const planned = planOne(one, now);
  const [refusal] = endsOfTokenOwner(one, planned, now, session.settings);
  if (refusal !== undefined) throw new DeclarationError(refusal);
  const { member, failures } = await applyToOne(session, one, planned, now);
  const { person } = member;
  const [failure] = failures;
  if (failure === undefined) {
    const outs = outputs(inputs, person, email);
    return outs.role === roleNow(inputs, now) ? outs : { ...outs, adoptionIncomplete: true };
  }
  const { error, reason, step } = failure;
  if (error instanceof WriteGuardError && isScheduled(step)) {
    // An error would keep Pulumi from the resources that it has not begun: the end of this role stops no other.
    session.log(`! ${reason} The next run tries it again.`);
    return outputs(inputs, { role: roleOf(user) ?? "" }, email);
  }
  if (olds === undefined) {
    // What was refused was not given. What was accepted may be in effect in part, and the answer has shown what is.
    if (!(error instanceof NotAppliedError)) throw error;
    const outs = outputs(inputs, { role: roleOf(user) ?? "", ...person }, email);
    throw new PartialError(user.id, { ...outs, adoptionIncomplete: true as const }, error);
  }
  const outs = withObserved(olds, person);
  if (outs.role === olds.role && !mayHaveActed(error)) throw error;
  throw new PartialError(user.id, outs, error);
}

/** The role that the member is to hold at this moment. A role for a time has one for the time outside of it: check sees to that. */
function roleNow(inputs: RoleInputs, now: number): Role {
  return roleAt(toDeclared(inputs), now) ?? inputs.role;
}

/** @throws {DeclarationError} when a row of a workspace decides over the role, too: the two would undo each other's work */
function refuseDeclaredByWorkspace({ registry }: Session, { id, userName }: User): void {
  if (!registry.declaresRoleOf(foldEmail(userName), id)) return;
  throw new DeclarationError(
    `A NotionWorkspace of this program and this role assignment both declare the role of ${userName}. Nothing was written. ` +
      "A member has one role: remove the role from the row, or remove the assignment.",
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
    session.log(`The role of the member ${id} stays: another resource of this program declares it.`);
    return;
  }
  const { onRemove = props.then ?? LOWEST_ROLE } = props;
  if (onRemove === "retain") return;
  const user = await session.directory.member(id, "write");
  if (user === undefined) return;
  if (session.registry.declaresRoleOf(foldEmail(user.userName), id)) {
    session.log(`The role of ${user.userName} stays: a workspace of this program declares it.`);
    return;
  }
  const held = roleOf(user);
  // This assignment gave neither the role that a refresh found nor the one of an adoption.
  const given = props.lastApplied?.role ?? props.role;
  if (held !== given || props.adoptionIncomplete) {
    session.log(
      `${user.userName} keeps their role: it is ${held ?? "not shown"}, not the ${given} that this assignment gave.`,
    );
    return;
  }
  if (isDemotion(held, onRemove)) await session.writer.changeRole(user, onRemove);
}

/** @throws {DeclarationError} when the member is not the one that the program says */
function proveMember({ member, userId }: RoleInputs, { userName }: User): void {
  if (member === undefined || foldEmail(userName) === member) return;
  throw new DeclarationError(
    `The id ${userId} belongs to ${userName}, but the assignment is for ${member} (member). The role was not changed. ` +
      "Use the userId of the member's NotionUser. If the e-mail was changed in Notion, run `pulumi up --refresh`.",
  );
}

async function mustFind(session: Session, id: string, role: string): Promise<User> {
  const user = await session.directory.member(id, "write");
  if (user !== undefined) return user;
  if (isEmail(id))
    throw new DeclarationError(
      `userId is ${id}, an e-mail address, and must be an id of Notion. Take \`userId\` of the NotionUser: where that is ` +
        "read by its e-mail (`get`), its `id` is the e-mail in some languages.",
    );
  throw new DeclarationError(
    `No member has the id ${id}, so nobody was made ${role}. Take userId from a NotionUser (\`user.id\`). ` +
      "If the person was removed in Notion, `pulumi up --refresh` adds them again.",
  );
}
