import { applyToOne } from "../apply/apply-to-one";
import type { Holding } from "../apply/context";
import { retainedElsewhereWords } from "../apply/depart";
import { DeclarationError } from "../apply/errors";
import { addressOfAnother } from "../apply/who-is-meant";
import { emailOf } from "../model/email";
import { profileOf } from "../model/profile";
import { fullName, roleOf, type User } from "../model/record";
import { LOWEST_ROLE } from "../model/role";
import { foundOne, type OnePerson, planOne } from "../plan/one-person";
import type { Plan } from "../plan/plan";
import { dayOf } from "../plan/schedule";
import { mayHaveActed } from "../scim/errors";
import { type AppliedMember, foundAs } from "../state/person";
import type { Properties } from "../state/properties";
import {
  declaredInputs,
  foundOtherwise,
  isSameApartFromDoubt,
  type Notes,
  outputs,
  settledMember,
  shownName,
  toApplied,
  toDeclared,
  type UserInputs,
  type UserOutputs,
} from "../state/user";
import { PartialError } from "./errors";
import type { CreateResult, ReadResult, UpdateResult } from "./resource-lifecycle";
import type { Session } from "./session";
import {
  findMember,
  keyWords,
  memberToGet,
  refuseTakenAddress,
  reinvited,
  reinvitedWords,
  whoLeaves,
} from "./user-identity";
import { userOfOne } from "./user-preview";

/** Adds a person to the workspace, or adopts the member who has this e-mail, or is the account that the program names. */
export async function createUser(
  session: Session,
  inputs: UserInputs,
  now: number,
): Promise<CreateResult<UserOutputs>> {
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
  const one = userFound(user, inputs, adopted, now);
  if (adopted && inputs.userId === undefined && emailOf(user) !== inputs.userName) {
    // No preview could show the change of e-mail.
    session.log(
      `${user.userName} (the account ${user.id}) is adopted as ${inputs.userName}: a NotionWorkspace of this program had them under that e-mail. ` +
        "The e-mail stays as it is in this run. The next preview shows the change, and the next `up` makes it.",
    );
    return { id: user.id, outs: outputs(inputs, one.applied, { adopted }, fullName(user)) };
  }
  const planned = planOne(one, now);
  if (adopted) session.log(adoptedWords(inputs, user, planned));
  const notes = { adopted, ...(adopted && { adoptionIncomplete: true as const }) };
  return { id: user.id, outs: await reconcile(session, { one, planned, inputs, notes }, now) };
}

/** What a NotionUser plans for a member who was found or added. */
function userFound(user: User, inputs: UserInputs, adopted: boolean, now: number): OnePerson {
  const one = foundOne(user, { email: inputs.userName, person: toDeclared(inputs, !adopted) });
  const { email, person } = one.applied;
  // This run already asked for its own new members to be active.
  const isInactive = user.active === false && !adopted;
  const kept = { since: dayOf(now), ...(isInactive && { addedInactive: true as const }) };
  return { ...one, applied: { email, person: { ...person, ...kept } } };
}

/** What happens to an adopted person: no preview could show it. */
function adoptedWords({ userName }: UserInputs, user: User, { steps }: Plan): string {
  const fields = steps.flatMap((step) =>
    step.kind === "updateProfile" ? step.changes.map(({ field }) => field) : [],
  );
  const set = fields.filter((field) => field !== "userName");
  return [
    fields.includes("userName")
      ? `${user.userName} is adopted, not added, and their e-mail is changed to ${userName}.`
      : `${userName} is a member already: adopted, not added.`,
    ...(steps.some(({ kind }) => kind === "activate") ? ["They were deactivated and are made active."] : []),
    ...(set.length === 0 ? [] : [`Set to what is declared: ${set.join(", ")}.`]),
  ].join(" ");
}

/** The steps for one member. */
interface Work {
  one: OnePerson;
  planned: Plan;
  inputs: UserInputs;
  /** What the state notes of them as long as this has not succeeded. */
  notes: Notes;
  /** What the state has of them. */
  olds?: UserOutputs;
}

/**
 * Brings a member to what is declared, by a plan for this one person.
 * @throws {PartialError} with the member as they are, where the state would not tell the truth; else what stopped it
 */
async function reconcile(session: Session, work: Work, now: number): Promise<UserOutputs> {
  const { one, planned, inputs, notes, olds } = work;
  const { member, failures } = await applyToOne(session, one, planned, now, { looksFirst: false });
  const person = { ...member.person, since: member.person.since ?? dayOf(now) };
  const user = session.directory.known(one.id);
  const shown = user === undefined ? shownName(olds ?? {}) : fullName(user);
  const { role } = one.declared.person;
  const pending = role !== undefined && person.role !== role && { initialRolePending: true as const };
  if (failures.length === 0) {
    const settled = settledMember(inputs, person, user);
    logFound(session, settled);
    return outputs(inputs, settled, { adopted: notes.adopted, ...pending }, shown);
  }
  const outs = outputs(inputs, { email: member.email, person }, { ...notes, ...pending }, shown);
  const [{ error, reason } = { error: undefined, reason: "" }] = failures;
  if (
    olds !== undefined &&
    isSameApartFromDoubt(member.person, one.applied.person) &&
    failures.length === 1 &&
    !mayHaveActed(error)
  )
    throw error ?? new DeclarationError(reason);
  throw new PartialError(
    one.id,
    { ...outs },
    failures.map((failure) => failure.reason),
  );
}

/** Says what a write has found beside what it wrote. */
function logFound({ log }: Session, member: AppliedMember): void {
  const found = foundOtherwise(member);
  if (found.length === 0) return;
  log(
    `${member.person.userName ?? member.email} was changed in Notion meanwhile (${found.join(", ")}). The next preview shows it, and the next \`up\` sets it back.`,
  );
}

/** The member as they are; an empty id when they are gone. */
export async function readUser(session: Session, id: string, props: Properties): Promise<ReadResult> {
  const isGet = props.userName === undefined;
  const user = isGet ? await memberToGet(session, id) : await session.directory.member(id);
  if (user === undefined) {
    if (isGet) throw new DeclarationError(`There is no member with the ${keyWords(id)} to get.`);
    return readGone(session, id, props as unknown as UserOutputs);
  }
  const { email, person } = isGet ? { email: emailOf(user), person: {} } : toApplied(props);
  const { adopted, initialRolePending, adoptionIncomplete } = props as Partial<UserOutputs>;
  const inputs = { ...declaredInputs(props), userName: email } as UserInputs;
  const outs = outputs(
    inputs,
    { email, person: foundAs(email, person, user, inputs.redacted) },
    {
      adopted: adopted === true,
      ...(initialRolePending && { initialRolePending }),
      ...(adoptionIncomplete && { adoptionIncomplete }),
    },
    // A name that is not declared is not followed: a change of it must not look like a drift.
    props.name === undefined ? fullName(user) : shownName(props),
  );
  if (!isGet && props.managed !== false)
    return { id: user.id, props: { ...outs }, inputs: { ...declaredInputs(outs) } };
  // The SDK takes the key of a `get` for the id, even an e-mail, so the id is an output of its own.
  const { userId: _, ...read } = declaredInputs(outs);
  const mark = { managed: false } as const;
  return { id: user.id, props: { ...outs, ...mark, userId: user.id }, inputs: { ...read, ...mark } };
}

/** A resource whose account is gone leaves the state, unless another account has the address: it is said until it is settled. */
async function readGone(session: Session, id: string, props: UserOutputs): Promise<ReadResult> {
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
  now: number,
): Promise<UpdateResult<UserOutputs>> {
  const { adopted, initialRolePending, adoptionIncomplete } = olds;
  const taken = session.registry.users.takenOtherwise(id, inputs.userName);
  if (taken !== undefined) throw addressOfAnother(taken, inputs.userName);
  if (inputs.userId !== undefined && inputs.userName !== olds.userName)
    await refuseTakenAddress(session, id, inputs);
  const one = userOfOne(id, toApplied({ ...olds }), inputs, initialRolePending === true);
  const notes = { adopted, ...(adoptionIncomplete && { adoptionIncomplete }) };
  return { outs: await reconcile(session, { one, planned: planOne(one, now), inputs, notes, olds }, now) };
}

/** Ends the membership, or lowers or leaves it, as `onRemove` says. */
export async function deleteUser(session: Session, id: string, props: UserOutputs): Promise<void> {
  const why = whyStays(session, id, props);
  if (why !== undefined) {
    session.log(why);
    return;
  }
  const user = await whoLeaves(session, id, props);
  if (user === undefined) return;
  const { onRemove = "remove" } = props;
  if (onRemove === "remove") await session.writer.remove(user);
  else if (roleOf(user) !== LOWEST_ROLE) await session.writer.changeRole(user, LOWEST_ROLE);
}

/** Why nobody leaves, as far as the state and the program tell it; undefined where they do. */
function whyStays(
  { registry }: Session,
  id: string,
  { userName, onRemove, adoptionIncomplete }: UserOutputs,
): string | undefined {
  if (registry.users.holds(id)) return `${userName} stays: another resource of this program declares them.`;
  if (onRemove === "retain")
    return `${userName} stays in the workspace and is no longer managed (onRemove: "retain").`;
  if (registry.isRetainedElsewhere(id, { [userName]: id })) return retainedElsewhereWords(userName);
  if (adoptionIncomplete !== true) return undefined;
  return `${userName} stays: their adoption failed, so this program never managed them. If they should leave, remove them in Notion.`;
}

function inWorkspace({ id, userName }: User): DeclarationError {
  return new DeclarationError(
    `A NotionWorkspace of this program already declares ${userName} (the account ${id}). Nothing was written. ` +
      "Remove one of the two. If you mean another person, write their id.",
  );
}

function adoptionRefused(userName: string): DeclarationError {
  return new DeclarationError(
    `${userName} is a member already, and adopt is false. To manage them with this program, set adopt to true ` +
      "on the resource, or run `pulumi config set notion:adopt true`.",
  );
}
