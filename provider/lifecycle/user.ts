import { isDeepStrictEqual } from "node:util";
import type { dynamic } from "@pulumi/pulumi";
import type { z } from "zod";
import { foldEmail } from "../member/email";
import {
  difference,
  differingAttributes,
  liveProfile,
  type Profile,
  profileOf,
  toAttributes,
} from "../member/profile";
import { fullName, roleOf, type User } from "../member/record";
import type { Role } from "../member/role";
import type { UserAttributes } from "../scim/messages";
import { DeclarationError, PartialError } from "./errors";
import type { Properties, userInputsSchema } from "./inputs";
import { addMember, attributeNames, notApplied, removeMember } from "./member-writes";
import { setRole } from "./role";
import type { Session } from "./session";

export type UserInputs = z.infer<typeof userInputsSchema> & Profile;

/** What the state keeps of a member: the declared properties as they are in Notion, and what Notion adds. */
export interface UserOutputs extends UserInputs {
  name: NonNullable<Profile["name"]>;
  /** False for a member whom somebody deactivated. */
  active: boolean;
  /** True when the person was a member before this resource was created. */
  adopted: boolean;
  /** Outputs that the program did not declare; they are shown and never compared. */
  unmanaged?: ["name"];
  /** The initial role that could not be given yet; the next update gives it. */
  pendingRole?: Role;
}

/** The properties that the program declared, out of what the state holds. */
export function declaredInputs(props: object): Partial<UserInputs> {
  const { active: _, adopted: __, unmanaged, pendingRole: ___, ...rest }: Properties = { ...props };
  if (unmanaged !== undefined) delete rest.name;
  return rest as Partial<UserInputs>;
}

/**
 * Pure: whether what is declared differs from what the state holds. Nothing ever replaces a person, and
 * what is used at creation alone makes no difference later.
 */
export function diffUser(olds: Properties, news: Properties): dynamic.DiffResult {
  const kept = ({ initialRole: _, adopt: __, ...rest }: Properties) => rest;
  const changes =
    !isDeepStrictEqual(kept(declaredInputs(olds)), kept(news)) ||
    olds.active === false ||
    olds.pendingRole !== undefined;
  return { changes, replaces: [] };
}

/** Adds a person to the workspace, or takes over the member who has this e-mail. */
export async function createUser(
  session: Session,
  inputs: UserInputs,
): Promise<dynamic.CreateResult<UserOutputs>> {
  const existing = await session.roster.find(inputs.userName, "write");
  const { user, adopted } =
    existing === undefined
      ? await addMember(session, profileOf(inputs), inputs.initialRole)
      : { user: existing, adopted: true };
  if (adopted && !(inputs.adopt ?? session.settings.adopt)) throw adoptionRefused(inputs.userName);
  const kept = session.claims.users.wantedOtherwise(user.id, inputs.userName);
  if (kept !== undefined) throw addressOfAnother(inputs.userName, kept);
  if (!session.claims.users.take(user.id, inputs.userName)) {
    throw new DeclarationError(
      `Two resources of this program are for ${inputs.userName}. Keep one of the two.`,
    );
  }
  if (adopted) {
    const changed = differingAttributes(profileOf(inputs), liveProfile(inputs, user));
    const set = changed.length === 0 ? "" : ` Set to what is declared: ${changed.join(", ")}.`;
    session.log(`${inputs.userName} is a member already: taken over, not added.${set}`);
  }
  if (!adopted) session.claims.added.add(user.id);
  const pendingRole = adopted ? undefined : pendingRoleOf(inputs, user);
  const outs = await settle(session, user, inputs, { adopted, pendingRole });
  return { id: user.id, outs };
}

/** The member as they are; an empty id when they are gone. */
export async function readUser(session: Session, id: string, props: Properties): Promise<dynamic.ReadResult> {
  const user = await session.roster.member(id);
  const isGet = props.userName === undefined;
  if (user === undefined) {
    if (isGet) throw new DeclarationError(`There is no member with the id ${id} to get.`);
    return { id: "" };
  }
  const declared = { ...declaredInputs(props), userName: user.userName } as UserInputs;
  const outs = outputs(declared, user, {
    adopted: props.adopted === true,
    pendingRole: props.pendingRole as Role,
  });
  // A name that is not declared is not followed: a change of it must not look like a drift.
  if (outs.unmanaged !== undefined && props.name !== undefined) outs.name = props.name as UserOutputs["name"];
  return { id: user.id, props: outs, inputs: declaredInputs(outs) };
}

/** Changes the declared attributes that differ, in place. */
export async function updateUser(
  session: Session,
  id: string,
  olds: UserOutputs,
  inputs: UserInputs,
): Promise<dynamic.UpdateResult<UserOutputs>> {
  const { adopted, pendingRole } = olds;
  const taken = session.claims.users.takenOtherwise(id, inputs.userName);
  if (taken !== undefined) throw addressOfAnother(taken, inputs.userName);
  const changed = difference(profileOf(inputs), profileOf(declaredInputs(olds)));
  const attributes: UserAttributes = toAttributes(changed);
  if (olds.active === false) attributes.active = true;
  if (Object.keys(attributes).length === 0 && pendingRole === undefined) {
    return { outs: { ...inputs, ...carriedOver(olds, inputs) } };
  }
  const user =
    Object.keys(attributes).length === 0
      ? await session.roster.member(id, "write")
      : await session.client.patchUser(id, attributes, doing(attributes, olds));
  if (user === undefined) {
    throw new DeclarationError(
      `${olds.userName} is not in the workspace any more. Run \`pulumi up --refresh\`.`,
    );
  }
  return { outs: await settle(session, user, inputs, { adopted, pendingRole }, attributes) };
}

/** Ends the membership, or lowers or leaves it, as `onRemove` says. */
export async function deleteUser(session: Session, id: string, props: UserOutputs): Promise<void> {
  if (session.claims.users.holds(id)) {
    session.log(`${props.userName} stays: another resource of this program declares them.`);
    return;
  }
  const { onRemove = "remove" } = props;
  if (onRemove === "leave") return;
  const user = await session.roster.member(id, "write");
  if (user === undefined) {
    session.log(`${props.userName} was gone already.`);
    return;
  }
  // A workspace holds on to people by their address: it has no id of them before it has taken them over.
  if (session.claims.emails.has(foldEmail(user.userName))) {
    session.log(`${user.userName} stays: another resource of this program declares them.`);
    return;
  }
  if (onRemove === "restrict") {
    if (roleOf(user) !== "restricted_member") await setRole(session, user, "restricted_member");
    return;
  }
  await removeMember(session, user);
}

/** An address that is handed on in one run: whoever has it still is somebody else. */
function addressOfAnother(userName: string, declaredAs: string): DeclarationError {
  return new DeclarationError(
    `${userName} is the address of a member whom another resource of this program declares as ${declaredAs}. ` +
      "If their e-mail is changed by this run, run `pulumi up` again; if it was changed in Notion, run `pulumi up --refresh`.",
  );
}

/**
 * Brings a member who exists to what is declared, and makes sure of it: the differing attributes, the
 * activity and the initial role that is still owed.
 * @param written the attributes that have been written just now, `user` being the answer
 * @throws {PartialError} with the member as they are, so that the state tells the truth
 */
async function settle(
  session: Session,
  user: User,
  inputs: UserInputs,
  kept: Pick<UserOutputs, "adopted"> & { pendingRole: Role | undefined },
  written: UserAttributes = {},
): Promise<UserOutputs> {
  const { client, roster } = session;
  let latest = user;
  let { pendingRole } = kept;
  const differs = () => [
    ...differingAttributes(profileOf(inputs), liveProfile(inputs, latest)),
    ...(latest.active === false ? ["active"] : []),
  ];
  roster.put(latest);
  try {
    const owed = toAttributes(difference(profileOf(inputs), liveProfile(inputs, latest)));
    if (latest.active === false) owed.active = true;
    // Beside what Notion ignored, an answer may show what somebody else changed since the last refresh.
    if (attributeNames(owed).some((name) => !attributeNames(written).includes(name))) {
      latest = await client.patchUser(user.id, owed, doing(owed, user));
    }
    roster.put(latest);
    if (pendingRole !== undefined) {
      latest = await setRole(session, latest, pendingRole);
      pendingRole = undefined;
    }
    if (differs().length > 0) throw notApplied(differs(), latest.userName);
  } catch (error) {
    throw new PartialError(user.id, { ...outputs(inputs, latest, { ...kept, pendingRole }) }, error);
  }
  return outputs(inputs, latest, { ...kept, pendingRole });
}

function pendingRoleOf(inputs: UserInputs, user: User): Role | undefined {
  const role = inputs.initialRole;
  return role === roleOf(user) ? undefined : role;
}

function outputs(
  inputs: UserInputs,
  user: User,
  { adopted, pendingRole }: { adopted: boolean; pendingRole: Role | undefined },
): UserOutputs {
  return {
    ...inputs,
    ...liveProfile(inputs, user),
    ...(inputs.name === undefined ? { name: { formatted: fullName(user) }, unmanaged: ["name"] } : {}),
    active: user.active ?? true,
    adopted,
    ...(pendingRole === undefined ? {} : { pendingRole }),
  } as UserOutputs;
}

/** What an update without a request keeps of the old outputs. */
function carriedOver(
  olds: UserOutputs,
  inputs: UserInputs,
): Omit<UserOutputs, keyof UserInputs> & { name: UserOutputs["name"] } {
  const { formatted, givenName, familyName } = olds.name;
  const shown = formatted ?? [givenName, familyName].filter(Boolean).join(" ");
  return {
    active: olds.active,
    adopted: olds.adopted,
    ...(inputs.name === undefined
      ? { name: { formatted: shown }, unmanaged: ["name"] as ["name"] }
      : { name: inputs.name }),
  };
}

function doing(attributes: UserAttributes, { userName }: { userName: string }): string {
  return `change ${attributeNames(attributes).join(", ")} of ${userName}`;
}

function adoptionRefused(userName: string): DeclarationError {
  return new DeclarationError(
    `${userName} is a member already, and adopt is false. To manage them with this program set adopt to true ` +
      "on the resource, or run `pulumi config set notion:adopt true`.",
  );
}
