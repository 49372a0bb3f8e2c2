import { foldEmail } from "../member/email";
import { difference, differingAttributes, liveProfile, type Profile, toAttributes } from "../member/profile";
import { NOTION_SCHEMA, type User } from "../member/record";
import type { Role } from "../member/role";
import { ConflictError, isRefusal, mayHaveActed, RefusedError, ScimError } from "../scim/errors";
import type { UserAttributes } from "../scim/messages";
import { DeclarationError, NotAppliedError } from "./errors";
import type { Session } from "./session";

/** How often a creation whose answer was lost is sent again, once a look-up showed that nobody was added. */
const CREATE_ATTEMPTS = 3;

/**
 * Adds somebody to the workspace. An answer that was lost is looked for before anything is sent again.
 * @returns the member, and whether they turned out to be one already
 */
export async function addMember(
  session: Session,
  profile: Profile,
  role: Role | undefined,
): Promise<{ user: User; adopted: boolean }> {
  const { client, roster } = session;
  const { userName } = profile;
  await roster.proveHere();
  const attributes = {
    ...toAttributes(profile),
    userName,
    // Some servers go by what is sent, and add somebody without it as inactive.
    active: true as const,
    ...(role === undefined ? {} : { [NOTION_SCHEMA]: { role } }),
  };
  for (let attempt = 1; ; attempt += 1) {
    try {
      const user = await roster.change(() => client.createUser(attributes));
      if (foldEmail(user.userName) !== userName) throw addedAnother(userName, user);
      roster.put(user);
      return await added(session, user);
    } catch (error) {
      const conflict = error instanceof ConflictError;
      if (!conflict && !mayHaveActed(error)) throw error;
      const user = await roster.search(userName).catch((unseen: unknown) => {
        // Neither an answer nor a look-up: it is the addition of which nobody knows.
        throw conflict || isRefusal(unseen) ? unseen : error;
      });
      if (user !== undefined) {
        roster.put(user);
        // A conflict right after a lost answer is our own first attempt.
        return conflict && attempt === 1 ? { user, adopted: true } : await added(session, user);
      }
      if (conflict) throw unexplained(error);
      if (attempt === CREATE_ATTEMPTS) throw error;
    }
  }
}

/**
 * Notes somebody who was added. One who is inactive is asked once to be active: where that changes nothing, nobody did anything
 * wrong.
 */
async function added(session: Session, user: User): Promise<{ user: User; adopted: false }> {
  session.claims.added.add(user.id);
  if (user.active !== false) return { user, adopted: false };
  return { user: await activateIfPossible(session, user, "was added"), adopted: false };
}

/**
 * Asks once that somebody be active. Some accounts become so only when their person logs in.
 * @param why they are to be, a verb
 */
export async function activateIfPossible(
  { client, roster, claims, log }: Session,
  user: User,
  why: string,
): Promise<User> {
  const doing = `make ${user.userName} active`;
  const latest = await client.patchUser(user.id, { active: true }, doing).catch((error: unknown) => {
    const isRefused = error instanceof RefusedError;
    // Whoever was added stays added.
    if (isRefused || (error instanceof ScimError && claims.added.has(user.id))) return user;
    throw error;
  });
  roster.put(latest);
  if (latest.active === false)
    log(
      `${user.userName} ${why}, and Notion shows the account as inactive. It may become active when they log in.`,
    );
  return latest;
}

/** A conflict, and nobody who is in its way as far as can be seen. */
function unexplained(conflict: ConflictError): ConflictError {
  return new ConflictError(
    conflict,
    conflict.met,
    "No member has this address: they were looked up by it, and where that proves nothing all members were listed. " +
      "It may be that of a guest or of an account that is no member, or Notion may mean something else: look in its settings.",
  );
}

/**
 * Writes those attributes of `wanted` that the member does not have, and makes sure of them.
 * @throws {NotAppliedError} when Notion answers success and the member is otherwise; the roster then knows how
 */
export async function changeProfile(
  session: Session,
  user: User,
  wanted: Partial<Profile>,
  activity: { active?: true } = {},
): Promise<User> {
  const differing = difference(wanted, liveProfile({ userName: user.userName, ...wanted }, user));
  if (Object.keys(differing).length === 0 && activity.active === undefined) return user;
  return writeProfile(session, user, differing, activity);
}

/**
 * Writes attributes without a look at what the member has, and makes sure of them, and of them alone.
 * @throws {NotAppliedError} as {@link changeProfile}
 */
export async function writeProfile(
  { client, roster }: Session,
  { id, userName }: Pick<User, "id" | "userName">,
  wanted: Partial<Profile>,
  activity: { active?: true } = {},
): Promise<User> {
  const attributes: UserAttributes = { ...toAttributes(wanted), ...activity };
  const differs = (latest: User) => [
    ...differingAttributes(wanted, liveProfile({ userName, ...wanted }, latest)),
    ...(activity.active === true && latest.active === false ? ["active"] : []),
  ];
  await roster.proveHere();
  const doing = `change ${attributeNames(attributes).join(", ")} of ${userName}`;
  const latest = await client.patchUser(id, attributes, doing);
  roster.put(latest);
  const ignored = differs(latest);
  if (ignored.length > 0) throw notApplied(ignored, latest.userName);
  return latest;
}

/**
 * Takes somebody out of the workspace, past the rails, and has it proven.
 * @param promised whether it is an end that the state has known of
 */
export async function removeMember(session: Session, user: User, promised = false): Promise<void> {
  await session.roster.proveHere();
  await session.rails.beforeRemoval(user, promised);
  await session.roster.change(async () => {
    const removal = await session.client.deleteUser(user.id, user.userName);
    if (removal === "gone already") session.log(`${user.userName} was gone already.`);
    session.roster.drop(user.id);
  });
}

/** The attributes by the words of a program, those of an extension singly. */
function attributeNames(attributes: UserAttributes): string[] {
  return Object.entries(attributes).flatMap(([key, value]) =>
    key.startsWith("urn:") ? Object.keys(value as object) : [key === "userName" ? "the e-mail" : key],
  );
}

function notApplied(attributes: string[], userName: string): NotAppliedError {
  if (attributes.every((attribute) => attribute === "active")) {
    return new NotAppliedError(
      `Notion accepted to make ${userName} active, and the account is still inactive. ` +
        "Activate it in Notion's settings, or in the identity provider that deactivated it; or take the person out of the program.",
    );
  }
  return new NotAppliedError(
    `Notion accepted ${attributes.join(", ")} for ${userName} and did not apply ${attributes.length === 1 ? "it" : "them"}. ` +
      "Profile changes work only for accounts of a domain that the organization has verified. " +
      "Verify the domain in Notion, or take the attribute out of the program: then it is left as it is.",
  );
}

function addedAnother(userName: string, user: User): DeclarationError {
  return new DeclarationError(
    `Notion answered with ${user.userName} when ${userName} was to be added: one account may have both addresses. ` +
      `Declare ${user.userName} instead.`,
  );
}
