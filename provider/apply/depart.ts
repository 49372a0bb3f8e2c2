import { emailMatcher, emailOf } from "../model/email";
import { allEmailsOf, roleOf, type User } from "../model/record";
import { LOWEST_ROLE, rankOf } from "../model/role";
import { isScheduled } from "../plan/schedule";
import type { Departure } from "../plan/step";
import { ConflictError } from "../scim/errors";
import { unmanagedMemberOf } from "../state/world";
import type { Application } from "./context";
import { DeclarationError } from "./errors";
import { hasMoved, movedEmail } from "./who-is-meant";

/** Ends what the program declares of a person, or what it says of an unmanaged member. */
export async function depart(application: Application, step: Departure): Promise<void> {
  const { people, directory, writer, log } = application;
  const { kind, email, role, unmanaged } = step;
  const id = unmanaged ? people.unmanaged[email]?.id : people.ids[email];
  if (kind === "retain" || id === undefined) return people.forget(step);
  if (kind === "managedElsewhere") {
    // Under whichever e-mail the account is found: the other resource asks this state for it.
    if (!(await hasMoved(application, email, id))) people.leftTo[email] = id;
    return people.forget(step);
  }
  if (!unmanaged && step.ended === undefined) {
    refuseWhileUnclear(application, email);
    // A run that was killed may have left the account in two states: of the two, the one that keeps the person counts.
    if (application.registry.isRetainedElsewhere(id, application.applied.ids)) {
      log(retainedElsewhereWords(email));
      return people.forget(step);
    }
  }
  const user = await directory.member(id, "write");
  if (user === undefined) {
    if (unmanaged) log(`${email} was gone already.`);
    else await noteGone(application, email, id);
    return people.forget(step);
  }
  if (unmanaged && isNamedOtherwise(application, email, user)) return people.forget(step);
  const found = emailOf(user);
  // What the state knows was shown.
  const shown = unmanaged ? email : (people.people[email]?.userName ?? email);
  if (found !== shown && staysAs(application, step, user, found)) return people.forget(step);
  const held = roleOf(user);
  if (role !== undefined && rankOf(held) > rankOf(role)) {
    people.recordRole(step, held);
    throw new DeclarationError(
      `${email} stays in this run: they are ${held} now, no longer ${role || "without a role"}. The next preview shows it, and the next \`up\` goes on from there.`,
    );
  }
  if (kind === "demote") {
    if (held !== LOWEST_ROLE) await writer.changeRole(user, LOWEST_ROLE, isScheduled(step));
  } else await writer.remove(user, isScheduled(step));
  people.forget(step);
}

/**
 * Makes sure that nobody leaves while another resource may be to have them and does not know it. A declared end is an end.
 * @throws {DeclarationError} with what to correct there
 */
function refuseWhileUnclear({ registry }: Application, email: string): void {
  const { isRefused, formerOfNew, heldAs, names } = registry;
  if (isRefused) {
    throw new DeclarationError(
      `${email} stays in this run: Pulumi refused another resource of this program, which may declare them. Correct that resource, then run \`pulumi up\` again.`,
    );
  }
  const known = new Set([...heldAs.keys(), ...names.values()]);
  const [former, later] = [...formerOfNew].find(([each]) => !known.has(each)) ?? [];
  if (former === undefined) return;
  throw new DeclarationError(
    `${email} stays in this run: ${later} is a new resource with formerUserName ${former}, and nobody of this stack has that e-mail. ` +
      `If ${later} is the same person as ${email}, declare ${later} as ${email} first and change the e-mail in the next run. Otherwise, remove formerUserName.`,
  );
}

export const retainedElsewhereWords = (email: string) =>
  `${email} stays: the state of another resource of this program has them too, with onRemove: "retain".`;

/** Whether the program names an unmanaged member by a further address of theirs: declares it, or leaves it alone. */
function isNamedOtherwise(
  { people, declared, registry, log }: Application,
  email: string,
  user: User,
): boolean {
  const { except = [] } = declared;
  const further = allEmailsOf(user).filter((each) => each !== email);
  const other = further.find((each) => people.isDeclared(each) || registry.declaresEmail(each));
  const named = other ?? further.find(emailMatcher(except));
  if (named === undefined) return false;
  const how = other === undefined ? `excepts ${named}` : `declares ${named}`;
  log(`${email} stays: the program ${how}, which is a further address of theirs.`);
  return true;
}

/** A person who should leave is gone already; another account may have their e-mail. */
async function noteGone({ people, directory, log }: Application, email: string, id: string): Promise<void> {
  // Where it is a further e-mail of another member, nobody else has it as theirs.
  const other = await directory.find(email, "write").catch(unlessConflict);
  if (other === undefined || other.id === id || people.keyWithId(other.id) !== undefined) {
    log(`${email} was gone already.`);
    return;
  }
  people.reinvited[email] = unmanagedMemberOf(other);
  const role = roleOf(other);
  log(
    `${email} was gone already, and another account has the e-mail now (id ${other.id}${role === undefined ? "" : `, ${role}`}). ` +
      "The program does not manage it: declare it, or remove it in Notion.",
  );
}

/**
 * Whether a leaving person stays because of their new e-mail: another resource declares it, or no run has named the
 * unmanaged member by it.
 */
function staysAs(
  { people, registry, log }: Application,
  { email, unmanaged }: Departure,
  user: User,
  found: string,
): boolean {
  if (people.isDeclared(found)) {
    // Where the declared person is known to have another account, it is not theirs.
    const theirs = people.accountOf(found);
    if (theirs !== undefined && theirs !== user.id) return false;
    throw movedEmail(email, found);
  }
  if (registry.declaresEmail(found)) {
    log(`${email} stays: another resource of this program declares ${found}, which is their e-mail now.`);
    return true;
  }
  if (!unmanaged) return false;
  log(`${email} stays: they are ${found} now, and no run has named them so yet.`);
  people.unmanaged[found] = { ...unmanagedMemberOf(user), unseen: true };
  return true;
}

/** Nobody has an e-mail as theirs that is a further one of another member. */
export function unlessConflict(error: unknown): undefined {
  if (!(error instanceof ConflictError)) throw error;
}
