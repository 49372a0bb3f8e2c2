import { emailOf } from "../model/email";
import { roleOf, type User } from "../model/record";
import { isDemotion, isPrivileged } from "../model/role";
import { foundOne, planOne } from "../plan/one-person";
import type { Join } from "../plan/step";
import { profileFrom } from "../state/person";
import type { Application } from "./context";
import { DeclarationError } from "./errors";
import { refuseHeld, whoJoins } from "./who-is-meant";
import { record, wantedBy, writing } from "./write-member";

/** What an adoption found that no preview could show: told at the end. */
export interface Adoption {
  /** What was set to what is declared. */
  set: string[];
  /** The role that they keep, since it is more than the declared one. */
  keeps: string | undefined;
  /** The e-mail that they keep: found by their id, they have another one than declared. */
  keepsEmail: string | undefined;
  activated: boolean;
  /** The privileged role that they have and that no row declares. */
  unmanagedRole: string | undefined;
}

/** Adds a declared person to the workspace, or adopts them. @returns what adopting them met; undefined where they were added */
export async function join(
  application: Application,
  step: Pick<Join, "email" | "id" | "wasRemoved">,
): Promise<Adoption | undefined> {
  const { people, writer, tellOfOwners } = application;
  const { email, wasRemoved } = step;
  const person = people.personOf(email);
  const there = await whoJoins(application, step, person);
  tellOfOwners(person.role);
  const { user, adopted } =
    there === undefined
      ? await writer.add(profileFrom(email, person), person.role)
      : { user: there, adopted: true };
  if (!adopted) {
    await completeAddition(application, email, user, wasRemoved);
    return undefined;
  }
  const adoption = await adopt(application, email, user);
  delete people.unmanaged[email];
  return adoption;
}

/** What an added person's answer shows otherwise is asked for once more. */
async function completeAddition(
  application: Application,
  email: string,
  user: User,
  wasRemoved: boolean,
): Promise<void> {
  const { people, writer, log } = application;
  const person = people.personOf(email);
  const named = namedBy(application, user.id, email);
  if (named !== undefined) {
    throw new DeclarationError(
      `${email} was added, and Notion gave them the account ${user.id}, which the row of ${named} names by its id. The program does not manage it. ` +
        `If it belongs to ${email} now, remove the id from the row of ${named}. Otherwise, remove the account in Notion.`,
    );
  }
  record(application, email, user, wasRemoved ? ["membership"] : []);
  let latest = user;
  // Who was added by this run gets the declared role, also a lesser one than Notion's own.
  const { role } = person;
  if (role !== undefined && roleOf(latest) !== role) {
    latest = await writing(application, email, () => writer.changeRole(user, role));
    record(application, email, latest);
  }
  const changed = await writing(application, email, () => writer.change(latest, profileFrom(email, person)));
  if (changed !== latest) record(application, email, changed);
  if (person.id !== undefined && person.id !== user.id) {
    log(
      `${email} was invited again and has the id ${user.id} now. Write it into their row in place of ${person.id}.`,
    );
  }
}

/** An existing member is brought to what is declared, but for a role that would be lowered and an e-mail that no preview showed. */
async function adopt(application: Application, email: string, user: User): Promise<Adoption> {
  const { people, writer, settings } = application;
  const person = people.personOf(email);
  if (!settings.adopt && !isAddedByUs(application, email)) {
    throw new DeclarationError(
      `${email} is a member already, and notion:adopt is false. To manage them with this program, run \`pulumi config set notion:adopt true\`.`,
    );
  }
  refuseHeld(application, email, user);
  const named = namedBy(application, user.id, email);
  if (named !== undefined) {
    throw new DeclarationError(
      `${email} is the e-mail of the account ${user.id}, which the row of ${named} names by its id. Give one of the two another e-mail or id.`,
    );
  }
  if (emailOf(user) !== email) {
    // Found by their id under another e-mail, they are that account still to everybody who judges by e-mails: nothing is written.
    record(application, email, user);
    return {
      set: [],
      keeps: undefined,
      keepsEmail: emailOf(user),
      activated: false,
      unmanagedRole: undefined,
    };
  }
  const held = roleOf(user);
  const adoption: Adoption = {
    set: [],
    keeps: undefined,
    keepsEmail: undefined,
    activated: false,
    unmanagedRole: person.role === undefined && isPrivileged(held) ? held : undefined,
  };
  let latest = user;
  for (const step of planOne(foundOne(user, { email, person }), application.now).steps) {
    if (step.kind === "activate") {
      latest = await writer.activateIfPossible(latest, "is a member already");
      adoption.activated = latest.active !== false;
    } else if (step.kind === "updateProfile") {
      latest = await writer.change(latest, wantedBy(step, profileFrom(email, person)));
      adoption.set.unshift(...step.changes.map(({ field }) => field));
    } else if (step.kind === "changeRole" && isDemotion(step.from, step.to)) {
      adoption.keeps = step.from;
    } else if (step.kind === "changeRole") {
      latest = await writer.changeRole(latest, step.to);
      adoption.set.push("role");
    }
  }
  record(application, email, latest);
  if (latest.active === false) people.recordInactive(email);
  return adoption;
}

/** Whether a run that got no answer has added them. */
function isAddedByUs({ people, applied }: Application, email: string): boolean {
  return people.maybeAdded.has(email) || applied.reinvited?.[email]?.maybeAdded === true;
}

/** Another row that names the account by its id. */
function namedBy({ declared: { people } }: Application, id: string, email: string): string | undefined {
  const rows = rowsById.get(people) ?? Map.groupBy(Object.keys(people), (each) => people[each]?.id);
  rowsById.set(people, rows);
  return rows.get(id)?.find((other) => other !== email);
}

/** The rows of a declaration by the ids that they name: each who joins asks for one. */
const rowsById = new WeakMap<Application["declared"]["people"], Map<string | undefined, string[]>>();
