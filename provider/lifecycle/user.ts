import { isDeepStrictEqual } from "node:util";
import type { dynamic } from "@pulumi/pulumi";
import type { z } from "zod";
import { foldEmail } from "../member/email";
import { difference, differingAttributes, liveProfile, type Profile, profileOf } from "../member/profile";
import { fullName, roleOf, type User } from "../member/record";
import { LOWEST_ROLE } from "../member/role";
import { UNKNOWN } from "../plan/unknown";
import { DeclarationError, NotAppliedError, PartialError } from "./errors";
import type { Properties, userInputsSchema } from "./inputs";
import { addMember, changeProfile, removeMember, writeProfile } from "./member-writes";
import { setRole } from "./role";
import type { Session } from "./session";

export type UserInputs = z.infer<typeof userInputsSchema> & Profile;

/** What the state notes of how it came about, beside how the member is. */
interface Notes {
  /** True when the person was a member before this resource was created. */
  adopted: boolean;
  /** The initial role could not be given yet: the next update gives the one that is declared then. */
  roleOwed?: true;
  /** Taking over failed half-way, and no update has succeeded since: deleting the resource leaves the person. */
  unsettled?: true;
}

/** What the state keeps of a member: the declared properties as they are in Notion, and what Notion adds. */
export interface UserOutputs extends UserInputs, Notes {
  name: NonNullable<Profile["name"]>;
  /** False for a member whom somebody deactivated. */
  active: boolean;
  /** Outputs that the program did not declare; they are shown and never compared. */
  unmanaged?: ["name"];
  /** The e-mail that was declared, while the member has another one. */
  declaredUserName?: string;
  /** What the last write found otherwise than declared, and left for a preview to show. */
  found?: string[];
}

/** The properties that the program declared, out of what the state holds. */
export function declaredInputs(props: object): Partial<UserInputs> {
  const {
    active: _active,
    adopted: _adopted,
    unmanaged,
    roleOwed: _roleOwed,
    unsettled: _unsettled,
    declaredUserName: _declaredUserName,
    found: _found,
    ...rest
  }: Properties = { ...props };
  if (unmanaged !== undefined) delete rest.name;
  return rest as Partial<UserInputs>;
}

/**
 * Pure: whether what is declared differs from what the state holds. Nothing ever replaces a person, and
 * what is used at creation alone makes no difference later.
 */
export function diffUser(olds: Properties, news: Properties): dynamic.DiffResult {
  const kept = ({ initialRole: _, adopt: __, formerUserName: ___, ...rest }: Properties) => rest;
  const noted = ["roleOwed", "unsettled", "declaredUserName", "found"].some(
    (note) => olds[note] !== undefined,
  );
  const changes =
    !isDeepStrictEqual(kept(declaredInputs(olds)), kept(news)) || olds.active === false || noted;
  return { changes, replaces: [] };
}

/** Pure: what a preview has to say in words, since the engine shows no difference between inputs that are the same. */
export function tellUser({ found, userName }: Properties): string[] {
  return Array.isArray(found) ? [`~ ${userName}: ${found.join(", ")} (found otherwise than declared)`] : [];
}

/**
 * Pure: why this change of e-mail is refused; undefined where it is none, or is said in the program. One that a
 * refresh found is set back without a word: what was declared all along is declared still.
 */
export function refuseUser(olds: Properties, { userName, formerUserName }: Properties): string | undefined {
  const known = [olds.userName, olds.declaredUserName, UNKNOWN].filter((each) => typeof each === "string");
  if (typeof olds.userName !== "string" || known.includes(userName as string)) return undefined;
  if (formerUserName !== undefined && known.includes(formerUserName as string)) return undefined;
  return (
    `The program has another e-mail for this member: ${userName}, which was ${known[0]}. If it is the same person with a ` +
    `new e-mail, write formerUserName: "${known[0]}" beside userName. If ${userName} is somebody else, declare them as ` +
    "another resource, with another name."
  );
}

/** Adds a person to the workspace, or takes over the member who has this e-mail, or had the former one. */
export async function createUser(
  session: Session,
  inputs: UserInputs,
): Promise<dynamic.CreateResult<UserOutputs>> {
  const { claims } = session;
  const there = await findMember(session, inputs);
  await refuseFormerHolder(session, inputs, there);
  // A take-over writes nothing where all is as declared, and must not happen in another workspace all the same.
  await session.roster.proveHere();
  const { user, adopted } =
    there === undefined
      ? await addMember(session, profileOf(inputs), inputs.initialRole)
      : { user: there, adopted: true };
  if (adopted && !(inputs.adopt ?? session.settings.adopt)) throw adoptionRefused(user.userName);
  const wanted = claims.users.wantedOtherwise(user.id, inputs.userName);
  if (wanted !== undefined) throw addressOfAnother(user.userName, wanted);
  if (!claims.users.take(user.id, inputs.userName)) {
    throw new DeclarationError(
      `Two resources of this program are for ${inputs.userName}. Keep one of the two.`,
    );
  }
  if (adopted) session.log(takenOver(inputs, user));
  else claims.added.add(user.id);
  const outs = await settle(session, user, inputs, adopted);
  return { id: user.id, outs };
}

async function findMember({ roster }: Session, inputs: UserInputs): Promise<User | undefined> {
  const { userName, formerUserName } = inputs;
  const there = await roster.find(userName, "write");
  if (there !== undefined || formerUserName === undefined) return there;
  return roster.find(formerUserName, "write");
}

/**
 * Whoever is found by an address that somebody else of the program gives up is that person still, unless they are
 * there with their new one: a run that leaves them out (`--target`) has not changed it.
 */
async function refuseFormerHolder(
  { claims, roster }: Session,
  { userName }: UserInputs,
  there: User | undefined,
): Promise<void> {
  const later = claims.handedOn.get(userName);
  if (later === undefined || there === undefined || foldEmail(there.userName) !== userName) return;
  if ((await roster.find(later, "write")) === undefined) throw addressOfAnother(userName, later);
}

/** What is done to somebody who is taken over: no preview could show it. */
function takenOver(inputs: UserInputs, user: User): string {
  const changed = differingAttributes(profileOf(inputs), liveProfile(inputs, user));
  const set = changed.filter((name) => name !== "userName");
  return [
    changed.includes("userName")
      ? `${user.userName} is taken over, not added, and their e-mail is changed to ${inputs.userName}.`
      : `${inputs.userName} is a member already: taken over, not added.`,
    ...(user.active === false ? ["They were deactivated and are made active."] : []),
    ...(set.length === 0 ? [] : [`Set to what is declared: ${set.join(", ")}.`]),
  ].join(" ");
}

/**
 * Brings a member who exists to what is declared: the differing attributes, the activity and, for somebody new, the
 * initial role.
 * @throws {PartialError} with the member as they are, so that the state tells the truth
 */
async function settle(
  session: Session,
  user: User,
  inputs: UserInputs,
  adopted: boolean,
): Promise<UserOutputs> {
  session.roster.put(user);
  const activity = user.active === false ? ({ active: true } as const) : {};
  const owed = adopted || inputs.initialRole === roleOf(user) ? undefined : inputs.initialRole;
  return finish(session, user.id, inputs, {
    notes: { adopted, ...(adopted && { unsettled: true }) },
    role: owed,
    known: user,
    write: () => changeProfile(session, user, profileOf(inputs), activity),
  });
}

interface Work {
  notes: Notes;
  /** The role that is still to be given. */
  role: UserInputs["initialRole"];
  /** The member, as far as they are known before it. */
  known: User | undefined;
  write(): Promise<User>;
}

/**
 * Writes the profile, then the role, and keeps of both what came of them.
 * @throws {PartialError} where something is known of the member, so that the state tells the truth; else what stopped it
 */
async function finish(
  session: Session,
  id: string,
  inputs: UserInputs,
  { notes, role, known, write }: Work,
): Promise<UserOutputs> {
  let latest = known;
  let owed = role;
  try {
    let ignored: NotAppliedError | undefined;
    try {
      latest = await write();
    } catch (error) {
      if (!(error instanceof NotAppliedError)) throw error;
      // An attribute that Notion ignores is no reason to withhold the role.
      ignored = error;
      latest = (await session.roster.member(id)) ?? latest;
    }
    if (owed !== undefined && latest !== undefined) {
      latest = await setRole(session, latest, owed);
      owed = undefined;
    }
    if (ignored !== undefined || latest === undefined) throw ignored;
    return outputs(inputs, latest, { adopted: notes.adopted });
  } catch (error) {
    if (latest === undefined) throw error;
    const left = { ...notes, ...(owed !== undefined && { roleOwed: true as const }) };
    throw new PartialError(id, { ...outputs(inputs, latest, left) }, error);
  }
}

/** The member as they are; an empty id when they are gone. */
export async function readUser(session: Session, id: string, props: Properties): Promise<dynamic.ReadResult> {
  const user = await session.roster.member(id);
  const isGet = props.userName === undefined;
  if (user === undefined) {
    if (isGet) throw new DeclarationError(`There is no member with the id ${id} to get.`);
    return { id: "" };
  }
  const { declaredUserName, adopted, roleOwed, unsettled } = props as Partial<UserOutputs>;
  const inputs = {
    ...declaredInputs(props),
    userName: declaredUserName ?? props.userName ?? liveProfile({ userName: "" }, user).userName,
  } as UserInputs;
  const outs = outputs(inputs, user, {
    adopted: adopted === true,
    ...(roleOwed && { roleOwed }),
    ...(unsettled && { unsettled }),
  });
  // A name that is not declared is not followed: a change of it must not look like a drift.
  if (outs.unmanaged !== undefined && props.name !== undefined) outs.name = props.name as UserOutputs["name"];
  return { id: user.id, props: outs, inputs: declaredInputs(outs) };
}

/**
 * Changes in place what differs between the state and the declaration, which is what the preview showed. What the
 * answer shows to differ beside that is left to the next preview.
 */
export async function updateUser(
  session: Session,
  id: string,
  olds: UserOutputs,
  inputs: UserInputs,
): Promise<dynamic.UpdateResult<UserOutputs>> {
  const { adopted, roleOwed, unsettled } = olds;
  const taken = session.claims.users.takenOtherwise(id, inputs.userName);
  if (taken !== undefined) throw addressOfAnother(taken, inputs.userName);
  const changed = difference(profileOf(inputs), profileOf(declaredInputs(olds)) as Profile);
  const activity = olds.active === false ? ({ active: true } as const) : {};
  const role = roleOwed ? inputs.initialRole : undefined;
  const writes = Object.keys(changed).length > 0 || activity.active === true;
  if (!writes && role === undefined) return { outs: { ...inputs, ...carriedOver(olds, inputs) } };
  const known = writes ? undefined : await session.roster.member(id, "write");
  if (!writes && known === undefined) {
    throw new DeclarationError(
      `${olds.userName} is not in the workspace any more. Run \`pulumi up --refresh\`.`,
    );
  }
  const outs = await finish(session, id, inputs, {
    notes: { adopted, ...(unsettled && { unsettled }) },
    role,
    known,
    write: async () => known ?? writeProfile(session, { id, userName: olds.userName }, changed, activity),
  });
  const found = [
    ...differingAttributes(profileOf(inputs), profileOf(outs) as Profile),
    ...(outs.active ? [] : ["active"]),
  ];
  if (found.length === 0) return { outs };
  session.log(
    `${outs.userName} was changed in Notion meanwhile (${found.join(", ")}). The next preview shows it, and the next up sets it back.`,
  );
  return { outs: { ...outs, found } };
}

/** Ends the membership, or lowers or leaves it, as `onRemove` says. */
export async function deleteUser(session: Session, id: string, props: UserOutputs): Promise<void> {
  if (session.claims.users.holds(id)) {
    session.log(`${props.userName} stays: another resource of this program declares them.`);
    return;
  }
  const { onRemove = "remove" } = props;
  if (onRemove === "leave") return;
  if (props.unsettled === true) {
    session.log(
      `${props.userName} stays: taking them over had failed, so this program never had them. Remove them in Notion if that is meant.`,
    );
    return;
  }
  const user = await session.roster.member(id, "write");
  if (user === undefined) {
    session.log(`${props.userName} was gone already.`);
    return;
  }
  // A workspace holds on to people by their address: it has no id of them before it has taken them over.
  if (session.claims.declaresEmail(foldEmail(user.userName))) {
    session.log(`${user.userName} stays: another resource of this program declares them.`);
    return;
  }
  if (onRemove === "remove") await removeMember(session, user);
  else if (roleOf(user) !== LOWEST_ROLE) await setRole(session, user, LOWEST_ROLE);
}

/** An address that is handed on in one run: whoever has it still is somebody else. */
function addressOfAnother(userName: string, declaredAs: string): DeclarationError {
  return new DeclarationError(
    `${userName} is the address of a member whom another resource of this program declares as ${declaredAs}. ` +
      "If their e-mail is changed by this run, run `pulumi up` again; if it was changed in Notion, run `pulumi up --refresh`.",
  );
}

function outputs(inputs: UserInputs, user: User, notes: Notes): UserOutputs {
  const live = liveProfile(inputs, user);
  return {
    ...inputs,
    ...live,
    ...(inputs.name === undefined ? { name: { formatted: fullName(user) }, unmanaged: ["name"] } : {}),
    active: user.active ?? true,
    ...notes,
    ...(live.userName === inputs.userName ? {} : { declaredUserName: inputs.userName }),
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

function adoptionRefused(userName: string): DeclarationError {
  return new DeclarationError(
    `${userName} is a member already, and adopt is false. To manage them with this program set adopt to true ` +
      "on the resource, or run `pulumi config set notion:adopt true`.",
  );
}
