import { emailOf, foldEmail } from "../model/email";
import type { User } from "../model/record";
import { carriedOut } from "../plan/email-changes";
import { formerElsewhereWords } from "../plan/former-elsewhere";
import { replacedWords } from "../plan/plan";
import type { Join } from "../plan/step";
import { ConflictError } from "../scim/errors";
import { UnreadableEntryError } from "../scim/unreadable";
import type { DeclaredPerson } from "../state/person";
import type { Application, ApplyContext, Holding, RestOfProgram } from "./context";
import { DeclarationError } from "./errors";

// Which account the program means, checked against the live workspace and the other resources of the program.

/** What identifies a person: the members and the other resources. */
type Known = Pick<ApplyContext, "registry" | "directory">;

/**
 * The existing member with the declared id or e-mail. A former e-mail adopts nobody.
 * @throws {DeclarationError} if it may be another person
 */
export async function whoJoins(
  application: Application,
  { email, id }: Pick<Join, "email" | "id">,
  { formerUserName: former }: DeclaredPerson,
): Promise<User | undefined> {
  const { people, directory, registry } = application;
  if (id === undefined) refuseLeaving(registry, email);
  const isInState = ({ id: other }: User) => people.keyWithId(other) !== undefined;
  const account = id === undefined ? undefined : await directory.member(id, "write");
  if (account !== undefined) {
    const address = emailOf(account);
    if (address !== email && address !== former && application.elsewhere().emails.has(address))
      throw addressOfDeclared(account.id, email, address);
    return account;
  }
  const there = await directory.find(email, "write");
  if (there !== undefined) await refuseFormerHolder(application, email, there);
  const moved = id === undefined ? await movedFrom(application, email, there) : undefined;
  if (moved !== undefined && !isInState(moved)) return moved;
  if (there !== undefined) {
    if (id === undefined) return there;
    people.keepReinvited(email, there);
    throw new DeclarationError(replacedWords(email, id, there.id));
  }
  if (former === undefined || carriedOut(application.applied, email, former) || people.isDeclared(former))
    return undefined;
  const holder = await directory.find(former, "write");
  if (holder === undefined || isInState(holder)) return undefined;
  people.keepReinvited(former, holder);
  throw new DeclarationError(
    `${email} is not a member, but their formerUserName ${former} is, and this resource has never managed that member. ` +
      `If they are the same person, declare them as ${former} first and change the e-mail in the next run. Otherwise, remove formerUserName.`,
  );
}

/**
 * Makes sure that a newcomer is not an account that leaves another resource of the program.
 * @throws {DeclarationError} with what to do
 */
export function refuseLeaving(
  { leavingFormers }: Pick<RestOfProgram, "leavingFormers">,
  email: string,
): void {
  const account = leavingFormers.get(email);
  if (account !== undefined) throw new DeclarationError(formerElsewhereWords(email, account));
}

/**
 * Makes sure that no other resource or row has the account of a joining person. A member in the state may still have
 * the address, and give it up later in this run.
 * @throws {DeclarationError} with who has it
 */
export function refuseHeld(application: Application, email: string, { id }: User): void {
  const { people, registry } = application;
  const holder = people.keyWithId(id);
  const isElsewhere = () =>
    isHeld(registry, id, { kind: "NotionWorkspace", email }) || application.elsewhere().ids.has(id);
  if (holder === undefined && !isElsewhere()) return;
  const declaredAs = people.declaredAs(id);
  if (holder !== undefined && declaredAs === undefined) throw movedEmail(holder, email);
  const how = holder === undefined ? "by another resource already" : `as ${declaredAs}`;
  throw new DeclarationError(
    `${email} is the address of a member that this program declares ${how}. Keep one of the two. ` +
      "If this run changes their e-mail, run `pulumi up` again.",
  );
}

/**
 * Makes sure that a row does not change the account of a person who gives up its e-mail for a new NotionUser: the row is
 * for the person who gets the e-mail.
 * @throws {DeclarationError} with the e-mail that they are to have
 */
export async function refuseHandedOn({ registry, directory }: Known, email: string): Promise<void> {
  const later = registry.formerOfNew.get(email);
  if (later !== undefined && (await directory.find(later, "write")) === undefined)
    throw addressOfAnother(email, later);
}

/**
 * Whether a person who is no longer declared here is with the other resource that declares their address. Where Notion
 * has another address for them now, that resource finds nobody under the one that it declares, or another person.
 * @returns whether that resource has them already; else it may have them later
 * @throws {DeclarationError} where it is another account that has the address there
 */
export async function hasMoved(
  { registry, directory, log, elsewhere }: Application,
  email: string,
  id: string,
): Promise<boolean> {
  const user = await directory.member(id, "write");
  if (user === undefined || isHeld(registry, id)) return true;
  const address = emailOf(user);
  const { emails, ids } = elsewhere();
  if (ids.has(id) || registry.accounts.has(id) || emails.has(address) || registry.declaresEmail(address))
    return false;
  const other = await holderOf({ directory }, email);
  if (other !== undefined && other.id !== id) {
    throw new DeclarationError(
      `This NotionWorkspace had the account ${id} as ${email}, and it is ${address} in Notion now. It was not changed: ` +
        `another resource of this program declares ${email}, which is the account ${other.id}. If the two accounts are one person, remove ${other.id} in Notion. ` +
        `Then write ${id} as the id in that resource and run \`pulumi up --refresh\`. If they are two people, declare ${address}, or remove it in Notion.`,
    );
  }
  log(
    `${email} moves to another resource and is ${address} (the account ${id}) in Notion now. That resource adopts the account.`,
  );
  return false;
}

/** Whether a resource of the program is known to have an account. @param holding of the one that asks, which does not count */
export function isHeld(registry: RestOfProgram, id: string, holding?: Holding): boolean {
  return registry.holderOf(id, holding) !== undefined || registry.users.holds(id);
}

/** A member's e-mail was changed in Notion to one that the program declares without saying that it is theirs. */
export function movedEmail(email: string, address: string): DeclarationError {
  return new DeclarationError(
    `${email} is ${address} in Notion now, and the program declares ${address}. Nothing was changed. ` +
      `If they are the same person, give the row of ${address} the formerUserName ${email}, or run \`pulumi up --refresh\`.`,
  );
}

/**
 * The account that a workspace of the program has had under this e-mail and declares no more: it is the same person who
 * moves, whichever e-mail they have in Notion by now.
 * @param there who has the e-mail
 * @throws {DeclarationError} where another account has the e-mail by now
 */
export async function movedFrom(
  { registry, directory }: Known,
  email: string,
  there: User | undefined,
): Promise<User | undefined> {
  const id = registry.heldAs.get(email);
  if (
    id === undefined ||
    id === there?.id ||
    registry.isOfWorkspace(id) ||
    registry.holderOf(id) !== undefined
  )
    return undefined;
  const moved = await directory.member(id, "write");
  if (moved === undefined || there === undefined) return moved;
  throw new DeclarationError(
    `${email} is the e-mail of the account ${there.id}, but another resource of this program has the account ${moved.id} under that e-mail ` +
      `(${emailOf(moved)} in Notion now). Write the id of the right account into their row or resource.`,
  );
}

/**
 * Refuses a member found by an address that another person of the program gives up: it is still that person. A member
 * who already has their new address passes. A run with `--target` may have left the change out.
 */
export async function refuseFormerHolder(
  { registry, directory }: Known,
  userName: string,
  there: User,
): Promise<void> {
  const later = registry.handedOn.get(userName);
  if (later === undefined || foldEmail(there.userName) !== userName) return;
  if ((await directory.find(later, "write")) === undefined) throw addressOfAnother(userName, later);
}

/** Who has an address as their e-mail; not who has it as a further one, or whose entry cannot be read. */
export async function holderOf(
  { directory }: Pick<ApplyContext, "directory">,
  address: string,
  tell: (line: string) => void = () => {},
): Promise<User | undefined> {
  try {
    return await directory.find(address, "write");
  } catch (error) {
    if (!(error instanceof ConflictError || error instanceof UnreadableEntryError)) throw error;
    tell(error.message);
    return undefined;
  }
}

/** An account that is named by its id and has an address that the program also declares for another resource. */
export function addressOfDeclared(id: string, userName: string, address: string): DeclarationError {
  return new DeclarationError(
    `The program names the account ${id} for ${userName}. That account has the e-mail ${address}, which another resource of this program declares. ` +
      `If the account belongs to ${userName} and ${address} is another person now, write formerUserName: "${address}" beside the id. Otherwise, keep one of the two.`,
  );
}

/** The error about an address that one run hands on: its present holder is another person. */
export function addressOfAnother(userName: string, declaredAs: string): DeclarationError {
  return new DeclarationError(
    `${userName} is the address of a member that another resource of this program declares as ${declaredAs}. ` +
      "If this run changes their e-mail, run `pulumi up` again. If it was changed in Notion, run `pulumi up --refresh`. " +
      "If both resources mean the same person, give this one an alias to the other.",
  );
}
