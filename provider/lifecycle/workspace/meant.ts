import { emailOf } from "../../model/email";
import type { User } from "../../model/record";
import type { Elsewhere } from "../../plan/elsewhere";
import { carriedOut } from "../../plan/email-changes";
import { replacedWords } from "../../plan/plan";
import type { Join } from "../../plan/step";
import type { DeclaredPerson } from "../../state/person";
import type { Applied, Declaration } from "../../state/world";
import { DeclarationError } from "../errors";
import type { Holding } from "../run-registry";
import type { Session } from "../session";
import { addressOfDeclared, holderOf, movedFrom, refuseFormerHolder } from "../user-identity";

// Which account a row of a workspace is for, held against the live workspace and against the other resources of the program.

/** What tells who is who while a plan is carried out. */
export interface Here {
  session: Session;
  applied: Applied;
  people: Declaration["people"];
  /** The e-mail under which each id stands in the state. */
  byId: ReadonlyMap<string, string>;
  /** The id of each declared person. */
  accounts: ReadonlyMap<string, string>;
  /** What the rest of the program declares, as far as this run knows. */
  elsewhere: () => Elsewhere;
  /** Keeps an account that was refused, so that later runs name it also when its row is taken out. */
  remember: (email: string, user: User) => void;
}

/**
 * Who is there already: by their id, or by their e-mail. Nobody is adopted by a former e-mail.
 * @throws {DeclarationError} where it may be somebody else
 */
export async function whoJoins(
  here: Here,
  { email, id }: Pick<Join, "email" | "id">,
  { formerUserName: former }: DeclaredPerson,
): Promise<User | undefined> {
  const { session, byId } = here;
  const { directory } = session;
  const account = id === undefined ? undefined : await directory.member(id, "write");
  if (account !== undefined) {
    const address = emailOf(account);
    if (address !== email && address !== former && here.elsewhere().emails.has(address))
      throw addressOfDeclared(account.id, email, address);
    return account;
  }
  const there = await directory.find(email, "write");
  if (there !== undefined) await refuseFormerHolder(session, email, there);
  const moved = id === undefined ? await movedFrom(session, email, there) : undefined;
  if (moved !== undefined && !byId.has(moved.id)) return moved;
  if (there !== undefined) {
    if (id === undefined) return there;
    here.remember(email, there);
    throw new DeclarationError(replacedWords(email, id, there.id));
  }
  if (former === undefined || carriedOut(here.applied, email, former) || Object.hasOwn(here.people, former))
    return undefined;
  const holder = await directory.find(former, "write");
  if (holder === undefined || byId.has(holder.id)) return undefined;
  here.remember(former, holder);
  throw new DeclarationError(
    `${email} is no member, and their formerUserName ${former} is the e-mail of a member whom this resource has never had. ` +
      `If they are the same person, declare them as ${former} first and change the e-mail in the next run; else take formerUserName out.`,
  );
}

/**
 * Makes sure that nothing of the program has the account of somebody who joins: who joins is not in the state, and a
 * member who is has an address still that they are to give up.
 * @throws {DeclarationError} with who has it
 */
export function refuseHeld(here: Here, email: string, { id }: User): void {
  const { registry } = here.session;
  const holder = here.byId.get(id);
  const isElsewhere = () =>
    isHeld(registry, id, { kind: "NotionWorkspace", email }) || here.elsewhere().ids.has(id);
  if (holder === undefined && !isElsewhere()) return;
  const declaredAs = [...here.accounts].find(([, held]) => held === id)?.[0];
  if (holder !== undefined && declaredAs === undefined) throw movedAddress(holder, email);
  const how = holder === undefined ? "by another resource already" : `as ${declaredAs}`;
  throw new DeclarationError(
    `${email} is the address of a member whom this program declares ${how}. Keep one of the two; ` +
      "if their e-mail is changed by this run, run `pulumi up` again.",
  );
}

/**
 * Makes sure that a row does not change the account of somebody who gives its e-mail up to move to another resource: the
 * row is that of whoever gets it. Whom that resource has in its state has moved already.
 * @throws {DeclarationError} with the e-mail that they are to have
 */
export async function refuseHandedOn(session: Session, email: string, user: User): Promise<void> {
  const { handedOn, heldAs, names } = session.registry;
  const later = handedOn.get(email);
  if (later === undefined || heldAs.has(later) || [...names.values()].includes(later)) return;
  await refuseFormerHolder(session, email, user);
}

/**
 * Whether somebody who is not declared here any more is with the other resource that declares their address. Where Notion
 * has another address for them by now, that resource finds nobody under the one that it declares, or somebody else.
 * @returns whether that resource has them already; else it may have them later
 * @throws {DeclarationError} where it is another account that has the address there
 */
export async function hasMoved(
  { session, elsewhere }: Pick<Here, "session" | "elsewhere">,
  email: string,
  id: string,
): Promise<boolean> {
  const { registry, directory, log } = session;
  const user = await directory.member(id, "write");
  if (user === undefined || isHeld(registry, id)) return true;
  const address = emailOf(user);
  const { emails, ids } = elsewhere();
  if (ids.has(id) || registry.accounts.has(id) || emails.has(address) || registry.declaresEmail(address))
    return false;
  const other = await holderOf(session, email);
  if (other !== undefined && other.id !== id) {
    throw new DeclarationError(
      `Another resource of this program declares ${email}, which is the account ${other.id}. The account ${id}, which this NotionWorkspace had as ${email}, ` +
        `is ${address} in Notion by now: left alone. If the two are one person, remove the account ${other.id} in Notion, write ${id} as the id in that resource ` +
        `and run \`pulumi up --refresh\`. If they are two people, declare ${address}, or remove it in Notion.`,
    );
  }
  log(
    `${email} moves to another resource, and is ${address} (the account ${id}) in Notion by now: that resource adopts the account.`,
  );
  return false;
}

/** Whether a resource of the program is known to have an account. @param holding of the one that asks, which does not count */
export function isHeld(registry: Session["registry"], id: string, holding?: Holding): boolean {
  return registry.holderOf(id, holding) !== undefined || registry.users.holds(id);
}

/** Somebody's e-mail was changed in Notion to one that the program declares, without saying that it is theirs. */
export function movedAddress(email: string, address: string): DeclarationError {
  return new DeclarationError(
    `${email} is ${address} in Notion by now, and the program declares ${address}: left alone. ` +
      `If they are the same person, give the row of ${address} the formerUserName ${email}, or run \`pulumi up --refresh\`.`,
  );
}
