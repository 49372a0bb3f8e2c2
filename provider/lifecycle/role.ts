import type { dynamic } from "@pulumi/pulumi";
import type { z } from "zod";
import { foldEmail } from "../member/email";
import { NOTION_SCHEMA, roleOf, type User } from "../member/record";
import { isDemotion, LOWEST_ROLE, type Role } from "../member/role";
import { roleWish } from "./claims";
import { DeclarationError, NotAppliedError } from "./errors";
import type { Properties, roleInputsSchema } from "./inputs";
import type { Session } from "./session";

export type RoleInputs = z.infer<typeof roleInputsSchema>;

/** What the state keeps of a role assignment. */
export interface RoleOutputs extends Properties {
  userId: string;
  /** As it is in Notion; may be one that this package does not know. */
  role: string;
  onRemove?: RoleInputs["onRemove"];
  /** The role that this assignment gave or is to give, while the member holds another one. */
  granted?: string;
}

/** Pure: which of the declared properties differ from what the state holds. */
export function diffRole(olds: Properties, news: Properties): dynamic.DiffResult {
  const replaces = olds.userId === news.userId ? [] : ["userId"];
  // A program that declares the role that a refresh found makes it its own.
  const changes =
    replaces.length > 0 ||
    olds.role !== news.role ||
    olds.onRemove !== news.onRemove ||
    olds.granted !== undefined;
  return { changes, replaces };
}

/**
 * Pure: what a preview has to say in words: the engine shows differences of inputs, and what was found (at a take-over,
 * by a refresh) is an output. Undefined where there is nothing to say.
 */
export function tellRole(
  olds: Properties,
  news: Properties,
  who = `the member ${olds.userId}`,
): string | undefined {
  if (olds.granted === undefined || olds.role === news.role) return undefined;
  return `~ ${who}: ${olds.role || "no role"} → ${news.role}`;
}

/**
 * Gives a member a role. A role that is held already is taken over without a write. So is one that is more than
 * what is declared: no preview could show what would be taken from them, so it is left to the next one. Of somebody
 * whom this process added the preview showed the creation: they get the declared role at once.
 */
export async function createRole(
  session: Session,
  inputs: RoleInputs,
): Promise<dynamic.CreateResult<RoleOutputs>> {
  const user = await mustFind(session, inputs.userId, inputs.role);
  await session.roster.proveHere();
  const { roles } = session.claims;
  const wish = roleWish(inputs);
  if (roles.wantedOtherwise(user.id, wish) !== undefined || !roles.take(user.id, wish)) {
    throw twoRoles(user.userName);
  }
  const held = roleOf(user);
  if (isDemotion(held, inputs.role) && !session.claims.added.has(user.id)) {
    session.log(
      `${user.userName} holds ${held}, more than the declared ${inputs.role}: taken over as they are. ` +
        "The next preview shows the change, and the next up makes it.",
    );
    return { id: user.id, outs: { ...outputs(inputs, user), granted: inputs.role } };
  }
  const after = held === inputs.role ? user : await setRole(session, user, inputs.role);
  return { id: user.id, outs: outputs(inputs, after) };
}

function twoRoles(userName: string): DeclarationError {
  return new DeclarationError(
    `Two role assignments of this program are for ${userName}. A member has one role: keep one of the two.`,
  );
}

/** The role as it is; an empty id when the member is gone. */
export async function readRole(session: Session, id: string, props: Properties): Promise<dynamic.ReadResult> {
  const user = await session.roster.member(id);
  const isGet = props.userId === undefined;
  if (user === undefined) {
    if (isGet) throw new DeclarationError(`There is no member with the id ${id}, so it has no role to get.`);
    return { id: "" };
  }
  const { granted = props.role, ...declared } = props as Partial<RoleOutputs>;
  const inputs = { ...declared, userId: user.id, role: roleOf(user) ?? "" };
  const drifted = granted !== undefined && granted !== inputs.role;
  return { id: user.id, props: { ...inputs, ...(drifted && { granted }) }, inputs };
}

/** Changes the role, or what deleting is to do with it. */
export async function updateRole(
  session: Session,
  id: string,
  olds: RoleOutputs,
  inputs: RoleInputs,
): Promise<dynamic.UpdateResult<RoleOutputs>> {
  if (olds.role === inputs.role) return { outs: { ...inputs } };
  const user = await mustFind(session, id, inputs.role);
  if (session.claims.roles.takenOtherwise(id, roleWish(inputs)) !== undefined) throw twoRoles(user.userName);
  const after = roleOf(user) === inputs.role ? user : await setRole(session, user, inputs.role);
  return { outs: outputs(inputs, after) };
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
  const { onRemove = LOWEST_ROLE } = props;
  if (onRemove === "leave") return;
  const user = await session.roster.member(id, "write");
  if (user === undefined) return;
  if (session.claims.emailsWithRole.has(foldEmail(user.userName))) {
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
 * @throws {DeclarationError} when a rail stands in the way, see {@link Rails}
 * @throws {NotAppliedError} when Notion answers success and the member has another role
 */
export async function setRole(session: Session, user: User, role: Role): Promise<User> {
  await session.roster.proveHere();
  await session.rails.beforeRole(user, role);
  const doing = `change the role of ${user.userName} to ${role}`;
  const after = await session.client.patchUser(user.id, { [NOTION_SCHEMA]: { role } }, doing);
  session.roster.put(after);
  if (roleOf(after) === role) return after;
  throw new NotAppliedError(
    `Notion accepted to ${doing}, but the role is still ${roleOf(after) ?? "not shown"}. ` +
      "Look at the member in Notion's settings; another tool (an identity provider) may have changed it back.",
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
  return { ...inputs, role: roleOf(user) ?? "" };
}
