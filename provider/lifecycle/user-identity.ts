import { DeclarationError } from "../apply/errors";
import {
  addressOfAnother,
  addressOfDeclared,
  holderOf,
  movedFrom,
  refuseFormerHolder,
  refuseLeaving,
} from "../apply/who-is-meant";
import { emailOf, foldEmail, isEmail } from "../model/email";
import { roleOf, type User } from "../model/record";
import type { Session } from "./session";

// Which account a NotionUser is for. The id decides wherever one is known; an address is believed only where no resource has
// an account yet, and nobody is adopted by an address that they had before.

/** How a resource names its person. */
interface Meant {
  userName: string;
  formerUserName?: string | undefined;
  userId?: string | undefined;
}

/**
 * The member that a new resource is for; undefined if there is none yet, so that `up` adds them.
 * @throws {DeclarationError} where the program may mean another person than the one found
 */
export async function findMember(session: Session, inputs: Meant): Promise<User | undefined> {
  const { userName, formerUserName = userName, userId } = inputs;
  const { directory, registry } = session;
  if (userId !== undefined) return findAccount(session, inputs, userId);
  refuseLeaving(registry, userName);
  const there = await directory.find(userName, "write");
  if (there !== undefined) {
    await refuseFormerHolder(session, userName, there);
    refuseAnothers(session, userName, there);
  }
  const moved = await movedFrom(session, userName, there);
  if (there !== undefined || moved !== undefined) return moved ?? there;
  if (formerUserName === userName) return undefined;
  const holder = await directory.find(formerUserName, "write");
  if (holder !== undefined) throw movedWithAddress(inputs, holder);
  if (registry.heldAs.size > 0) throw ofNobody(userName, formerUserName);
  return undefined;
}

async function findAccount(
  session: Session,
  { userName, formerUserName }: Meant,
  userId: string,
): Promise<User> {
  const [account, holder] = await Promise.all([
    session.directory.member(userId, "write"),
    holderOf(session, userName),
  ]);
  if (account === undefined) {
    throw new DeclarationError(
      holder === undefined
        ? `There is no account ${userId} in the workspace (userId of ${userName}). To add ${userName}, remove userId.`
        : `The account ${userId} is no longer in the workspace, and another account has ${userName} (${holder.id}). ` +
            `If the same person was invited again, write userId: "${holder.id}".`,
    );
  }
  if (holder !== undefined && holder.id !== userId) {
    throw new DeclarationError(
      `The program declares ${userName} for the account ${userId}, but that account has the e-mail ${account.userName}, and the account ${holder.id} has ${userName}. ` +
        `Correct in Notion which account has ${userName}, or write the right userId.`,
    );
  }
  const address = emailOf(account);
  if (address !== userName && address !== formerUserName && session.registry.addresses.has(address))
    throw addressOfDeclared(userId, userName, address);
  return account;
}

/** A member found by address is not the declared one if the state or an id has them under another address. */
function refuseAnothers({ registry }: Session, userName: string, there: User): void {
  const wanted = registry.users.heldOtherwise(there.id, userName) ?? registry.accounts.get(there.id);
  if (wanted !== undefined && wanted !== userName) throw addressOfAnother(there.userName, wanted);
}

function ofNobody(userName: string, formerUserName: string): DeclarationError {
  return new DeclarationError(
    `Neither ${userName} nor their formerUserName ${formerUserName} is a member. If a NotionWorkspace of this program has the person, ` +
      "declare them under the e-mail that it has, and change the e-mail in the next run. To invite them, remove formerUserName.",
  );
}

function movedWithAddress({ userName, formerUserName }: Meant, holder: User): DeclarationError {
  return new DeclarationError(
    `${userName} is not a member, but their formerUserName ${formerUserName} is (the account ${holder.id}). A new resource adopts nobody by a former e-mail. ` +
      `If they are the same person, do one of these: give this resource an alias to the one that had them, write ` +
      `userId: "${holder.id}", or declare them as ${formerUserName} first and change the e-mail in the next run. ` +
      `If ${formerUserName} is another person now, remove formerUserName.`,
  );
}

/**
 * Makes sure that an address that an account is to get is nobody else's.
 * @throws {DeclarationError} with both accounts
 */
export async function refuseTakenAddress(session: Session, id: string, { userName }: Meant): Promise<void> {
  const holder = await holderOf(session, userName);
  if (holder === undefined || holder.id === id) return;
  throw new DeclarationError(
    `The program declares ${userName} for the account ${id}, but the account ${holder.id} has that e-mail now. ` +
      `Correct in Notion which account has ${userName}, or write the right userId.`,
  );
}

/** Another account that has the address of an account that is gone. */
export async function reinvited(
  session: Session,
  id: string,
  addresses: readonly (string | undefined)[],
): Promise<User | undefined> {
  for (const address of addresses) {
    const holder = address === undefined ? undefined : await holderOf(session, address, session.log);
    if (holder !== undefined && holder.id !== id) return holder;
  }
  return undefined;
}

/** The message about a person whose account is gone while another account has their address. */
export function reinvitedWords(id: string, holder: User): string {
  const role = roleOf(holder);
  return `The account of this stack (${id}) is gone, and another account has ${holder.userName} (${holder.id}${role === undefined ? "" : `, ${role}`}).`;
}

/** The addresses that the state has of a resource. */
interface Held {
  userName: string;
  declaredUserName?: string | undefined;
}

/**
 * The member that a resource which is deleted was for; undefined where nobody leaves, which is said in a line.
 * @throws {DeclarationError} where the member may be one that another resource is for
 */
export async function whoLeaves(session: Session, id: string, held: Held): Promise<User | undefined> {
  const { directory, registry, log } = session;
  const user = await directory.member(id, "write");
  if (user === undefined) {
    await refuseReinvited(session, id, held);
    log(`${held.userName} was gone already.`);
    return undefined;
  }
  // A workspace holds on to people by their address where its rows say no id: it has none of them before it has adopted them.
  if (
    registry.accounts.has(id) ||
    registry.isOfWorkspace(id) ||
    registry.declaresEmail(foldEmail(user.userName))
  ) {
    log(`${user.userName} stays: another resource of this program declares them.`);
    return undefined;
  }
  await refuseMoved(session, user, held);
  return user;
}

/** @throws {DeclarationError} where the address of an account that is gone is in the workspace, and nobody declares it */
async function refuseReinvited(
  session: Session,
  id: string,
  { userName, declaredUserName }: Held,
): Promise<void> {
  const { registry } = session;
  const holder = await reinvited(session, id, [userName, declaredUserName]);
  if (holder === undefined || registry.accounts.has(holder.id) || registry.users.holds(holder.id)) return;
  if (registry.declaresEmail(foldEmail(holder.userName))) return;
  throw new DeclarationError(
    `${reinvitedWords(id, holder)} That account was not removed. To keep it, declare it again and run \`pulumi up --refresh\`. Otherwise, remove it in Notion.`,
  );
}

/**
 * @throws {DeclarationError} where the member may have moved to another resource and got another e-mail in Notion:
 * that resource had to add a second account, or could not
 */
async function refuseMoved(
  session: Session,
  user: User,
  { userName, declaredUserName }: Held,
): Promise<void> {
  const { registry, directory } = session;
  for (const address of [userName, declaredUserName]) {
    if (address === undefined || address === foldEmail(user.userName) || !registry.declaresEmail(address))
      continue;
    const other = await directory.find(address, "write");
    if (other !== undefined && !registry.added.has(other.id)) continue;
    throw new DeclarationError(
      `${user.userName} (the account ${user.id}) stays: they were ${address}, which another resource of this program declares now. ` +
        `If they are the same person, write userId: "${user.id}" in that resource. To remove them, run \`pulumi up\` again.`,
    );
  }
}

/** The member that a `get` asks for, by Notion's id or by e-mail. */
export function memberToGet({ directory }: Session, key: string): Promise<User | undefined> {
  return isEmail(key) ? directory.find(key) : directory.member(key);
}

/** What a `get` asks by. */
export const keyWords = (key: string) => `${isEmail(key) ? "e-mail" : "id"} ${key}`;
