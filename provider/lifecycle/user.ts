import { isDeepStrictEqual } from "node:util";
import type { dynamic } from "@pulumi/pulumi";
import { emailOf, foldEmail } from "../model/email";
import { difference, differingAttributes, liveProfile, type Profile, profileOf } from "../model/profile";
import { roleOf, type User } from "../model/record";
import { LOWEST_ROLE } from "../model/role";
import { UNKNOWN } from "../model/unknown";
import { dayOf } from "../plan/schedule";
import { lineOf } from "../plan/words";
import type { Properties } from "../state/properties";
import {
  carriedOver,
  declaredInputs,
  isDeactivated,
  type Notes,
  outputs,
  type UserInputs,
  type UserOutputs,
} from "../state/user";
import { DeclarationError, NotAppliedError, PartialError } from "./errors";
import type { Holding } from "./run-registry";
import type { Session } from "./session";
import {
  addressOfAnother,
  findMember,
  keyWords,
  memberToGet,
  refuseMoved,
  refuseReinvited,
  refuseTakenAddress,
  reinvited,
  reinvitedWords,
} from "./user-identity";

/**
 * Pure: whether what is declared differs from what the state holds. Nothing ever replaces a person: only an account that
 * is gone gives way to the one that has its address by now. What is used at creation alone makes no difference later.
 */
export function diffUser(olds: Properties, news: Properties): dynamic.DiffResult {
  const kept = ({ initialRole: _, adopt: __, formerUserName: ___, userId: ____, ...rest }: Properties) =>
    rest;
  const noted = ["roleOwed", "unsettled", "declaredUserName", "found"].some(
    (note) => olds[note] !== undefined,
  );
  const changes = !isDeepStrictEqual(kept(declaredInputs(olds)), kept(news)) || isDeactivated(olds) || noted;
  if (olds.reinvited !== undefined) return { changes: true, replaces: ["userName"] };
  return { changes, replaces: [] };
}

/** Pure: what the state keeps of a member with the day since which they have this e-mail here, as far as it is known. */
export function withSince(before: Properties, after: Properties, now: number): Properties {
  const since = before.userName === after.userName ? before.since : dayOf(now);
  return { ...after, ...(since !== undefined && { since }) };
}

/**
 * Pure: what a preview has to say in words: a change of e-mail with both addresses, and what the engine shows no difference
 * of, since the inputs are the same.
 */
export function tellUser(
  { found, userName: from, reinvited, since, declaredUserName }: Properties,
  { userName: to }: Properties = {},
): string[] {
  const isMove = typeof from === "string" && typeof to === "string" && from !== to && to !== UNKNOWN;
  const change = { field: "userName", from, to, drifted: false };
  return [
    ...(Array.isArray(found) ? [`~ ${from}: ${found.join(", ")} (found otherwise than declared)`] : []),
    ...(isMove
      ? [
          lineOf({
            kind: "updateProfile",
            email: from,
            changes: [change],
            // Of an e-mail that a refresh found it is not known since when.
            ...(typeof since === "string" && declaredUserName === undefined && { since }),
          }),
        ]
      : []),
    ...(reinvited === undefined
      ? []
      : [
          `~ ${to ?? from}: the account of this stack is gone; the account ${reinvited}, which has the e-mail, is adopted`,
        ]),
  ];
}

/** Pure: what a preview has to say of a resource that is not in the state yet. */
export function announceUser({ userName, formerUserName, userId }: Properties): string[] {
  return [
    ...(formerUserName === undefined || userId !== undefined || formerUserName === userName
      ? []
      : [
          `? ${userName} is a new resource with formerUserName ${formerUserName}: nobody is adopted by it, and \`up\` refuses it while ` +
            `${formerUserName} is a member and ${userName} is not. If they are the same person, give it an alias to the resource that has them.`,
        ]),
    ...(userId === undefined || userId === UNKNOWN
      ? []
      : [
          `+ the account ${userId} is adopted as ${userName}; \`up\` changes its e-mail where it has another one`,
        ]),
  ];
}

/** Adds a person to the workspace, or adopts the member who has this e-mail, or is the account that the program names. */
export async function createUser(
  session: Session,
  inputs: UserInputs,
): Promise<dynamic.CreateResult<UserOutputs>> {
  const { registry } = session;
  const there = await findMember(session, inputs);
  const mine: Holding = { kind: "NotionUser", email: inputs.userName };
  if (there !== undefined) {
    const other = registry.holderOf(there.id, mine);
    if (other?.kind === "NotionWorkspace" || registry.isOfWorkspace(there.id)) throw inWorkspace(there);
  }
  const { user, adopted } =
    there === undefined
      ? await session.writer.add(profileOf(inputs), inputs.initialRole)
      : { user: await session.writer.adopt(there), adopted: true };
  if (adopted && !(inputs.adopt ?? session.settings.adopt)) throw adoptionRefused(user.userName);
  if (!registry.users.take(user.id, inputs.userName)) {
    throw new DeclarationError(
      `Two resources of this program are for ${inputs.userName}. Keep one of the two.`,
    );
  }
  registry.hold(user.id, mine);
  session.tellOfOwners(roleOf(user));
  if (adopted && inputs.userId === undefined && emailOf(user) !== inputs.userName) {
    // No preview could show the change of e-mail.
    session.log(
      `${user.userName} (the account ${user.id}) is adopted as ${inputs.userName}, which a NotionWorkspace of this program had them as. ` +
        "The e-mail stays as it is; the next preview shows the change, and the next up makes it.",
    );
    return { id: user.id, outs: outputs(inputs, user, { adopted }) };
  }
  if (adopted) session.log(takenOver(inputs, user));
  const outs = await settle(session, user, inputs, adopted);
  return { id: user.id, outs };
}

/** What is done to somebody who is taken over: no preview could show it. */
function takenOver(inputs: UserInputs, user: User): string {
  const changed = differingAttributes(profileOf(inputs), liveProfile(inputs, user));
  const set = changed.filter((name) => name !== "userName");
  return [
    changed.includes("userName")
      ? `${user.userName} is adopted, not added, and their e-mail is changed to ${inputs.userName}.`
      : `${inputs.userName} is a member already: adopted, not added.`,
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
  // Whoever was added by this run was asked to be active already.
  const addedInactive = user.active === false && !adopted ? ({ addedInactive: true } as const) : {};
  const activity = user.active === false && adopted ? ({ active: true } as const) : {};
  const owed = adopted || inputs.initialRole === roleOf(user) ? undefined : inputs.initialRole;
  return finish(session, user.id, inputs, {
    notes: { adopted, ...(adopted && { unsettled: true }), ...addedInactive },
    role: owed,
    known: user,
    write: () => session.writer.change(user, profileOf(inputs), activity),
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
      latest = (await session.directory.member(id)) ?? latest;
    }
    if (owed !== undefined && latest !== undefined) {
      latest = await session.writer.changeRole(latest, owed);
      owed = undefined;
    }
    if (ignored !== undefined || latest === undefined) throw ignored;
    return outputs(inputs, latest, { adopted: notes.adopted, ...stillInactive(notes, latest) });
  } catch (error) {
    if (latest === undefined) throw error;
    const { addedInactive: _, ...others } = notes;
    const left = {
      ...others,
      ...stillInactive(notes, latest),
      ...(owed !== undefined && { roleOwed: true as const }),
    };
    throw new PartialError(id, { ...outputs(inputs, latest, left) }, error);
  }
}

/** Whoever became active is deactivated by somebody if they are not so later. */
function stillInactive({ addedInactive }: Notes, { active }: User): Pick<Notes, "addedInactive"> {
  return addedInactive && active === false ? { addedInactive } : {};
}

/** The member as they are; an empty id when they are gone. */
export async function readUser(session: Session, id: string, props: Properties): Promise<dynamic.ReadResult> {
  const isGet = props.userName === undefined;
  const user = isGet ? await memberToGet(session, id) : await session.directory.member(id);
  if (user === undefined) {
    if (isGet) throw new DeclarationError(`There is no member with the ${keyWords(id)} to get.`);
    return readGone(session, id, props as unknown as UserOutputs);
  }
  const { declaredUserName, adopted, roleOwed, unsettled, addedInactive } = props as Partial<UserOutputs>;
  const inputs = {
    ...declaredInputs(props),
    userName: declaredUserName ?? props.userName ?? liveProfile({ userName: "" }, user).userName,
  } as UserInputs;
  const outs = outputs(inputs, user, {
    adopted: adopted === true,
    ...(roleOwed && { roleOwed }),
    ...(unsettled && { unsettled }),
    ...stillInactive({ adopted: false, ...(addedInactive && { addedInactive }) }, user),
  });
  // A name that is not declared is not followed: a change of it must not look like a drift.
  if (outs.unmanaged !== undefined && props.name !== undefined) outs.name = props.name as UserOutputs["name"];
  if (!isGet && props.managed !== false)
    return { id: user.id, props: { ...outs }, inputs: { ...declaredInputs(outs) } };
  // The SDK takes what a `get` asks by for the id, be it an e-mail: the id is an output of its own.
  const { userId: _, ...read } = declaredInputs(outs);
  const mark = { managed: false } as const;
  return { id: user.id, props: { ...outs, ...mark, userId: user.id }, inputs: { ...read, ...mark } };
}

/** A resource whose account is gone leaves the state, unless another account has the address: it is said until it is settled. */
async function readGone(session: Session, id: string, props: UserOutputs): Promise<dynamic.ReadResult> {
  const holder = await reinvited(session, id, [props.userName, props.declaredUserName]);
  if (holder === undefined) return { id: "" };
  session.log(reinvitedWords(id, holder));
  return { id, props: { ...props, reinvited: holder.id }, inputs: declaredInputs(props) };
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
  const { adopted, roleOwed, unsettled, addedInactive } = olds;
  const taken = session.registry.users.takenOtherwise(id, inputs.userName);
  if (taken !== undefined) throw addressOfAnother(taken, inputs.userName);
  const changed = difference(profileOf(inputs), profileOf(declaredInputs(olds)) as Profile);
  if (inputs.userId !== undefined && changed.userName !== undefined)
    await refuseTakenAddress(session, id, inputs);
  const activity = isDeactivated({ ...olds }) ? ({ active: true } as const) : {};
  const role = roleOwed ? inputs.initialRole : undefined;
  const writes = Object.keys(changed).length > 0 || activity.active === true;
  if (!writes && role === undefined) return { outs: { ...inputs, ...carriedOver(olds, inputs) } };
  const known = writes ? undefined : await session.directory.member(id, "write");
  if (!writes && known === undefined) {
    throw new DeclarationError(
      `${olds.userName} is not in the workspace any more. Run \`pulumi up --refresh\`.`,
    );
  }
  const outs = await finish(session, id, inputs, {
    notes: { adopted, ...(unsettled && { unsettled }), ...(addedInactive && { addedInactive }) },
    role,
    known,
    write: async () => known ?? session.writer.set({ id, userName: olds.userName }, changed, activity),
  });
  const found = [
    ...differingAttributes(profileOf(inputs), profileOf(outs) as Profile),
    ...(isDeactivated({ ...outs }) ? ["active"] : []),
  ];
  if (found.length === 0) return { outs };
  session.log(
    `${outs.userName} was changed in Notion meanwhile (${found.join(", ")}). The next preview shows it, and the next up sets it back.`,
  );
  return { outs: { ...outs, found } };
}

/** Ends the membership, or lowers or leaves it, as `onRemove` says. */
export async function deleteUser(session: Session, id: string, props: UserOutputs): Promise<void> {
  if (session.registry.users.holds(id)) {
    session.log(`${props.userName} stays: another resource of this program declares them.`);
    return;
  }
  const { onRemove = "remove" } = props;
  if (onRemove === "retain") {
    session.log(`${props.userName} stays in the workspace and is no longer managed (onRemove: "retain").`);
    return;
  }
  if (props.unsettled === true) {
    session.log(
      `${props.userName} stays: taking them over had failed, so this program never had them. Remove them in Notion if that is meant.`,
    );
    return;
  }
  const user = await session.directory.member(id, "write");
  if (user === undefined) {
    await refuseReinvited(session, id, props);
    session.log(`${props.userName} was gone already.`);
    return;
  }
  const { registry } = session;
  // A workspace holds on to people by their address where its rows say no id: it has none of them before it has adopted them.
  if (
    registry.accounts.has(id) ||
    registry.isOfWorkspace(id) ||
    registry.declaresEmail(foldEmail(user.userName))
  ) {
    session.log(`${user.userName} stays: another resource of this program declares them.`);
    return;
  }
  await refuseMoved(session, user, props);
  if (onRemove === "remove") await session.writer.remove(user);
  else if (roleOf(user) !== LOWEST_ROLE) await session.writer.changeRole(user, LOWEST_ROLE);
}

function inWorkspace({ id, userName }: User): DeclarationError {
  return new DeclarationError(
    `A NotionWorkspace of this program declares ${userName} (the account ${id}) already: nothing was written. ` +
      "Keep one of the two, or write the id of the person who is meant.",
  );
}

function adoptionRefused(userName: string): DeclarationError {
  return new DeclarationError(
    `${userName} is a member already, and adopt is false. To manage them with this program set adopt to true ` +
      "on the resource, or run `pulumi config set notion:adopt true`.",
  );
}
