import { emailOf } from "../model/email";
import type { Profile } from "../model/profile";
import { roleOf, type User } from "../model/record";
import { isDemotion, rankOf } from "../model/role";
import { isScheduled } from "../plan/schedule";
import { type ProfileChange, type RoleChange, takesBack } from "../plan/step";
import { takenWords } from "../plan/unclear";
import { profileFrom } from "../state/person";
import type { Application } from "./context";
import { DeclarationError, NotAppliedError } from "./errors";
import { holderOf, movedEmail, refuseHandedOn } from "./who-is-meant";

/** Records a member as Notion has them, and that the resource has their account. */
export function record(
  application: Application,
  email: string,
  user: User,
  setBack: readonly string[] = [],
): void {
  const { people, registry, holder } = application;
  people.record(email, user, setBack);
  if (user.active === false && registry.added.has(user.id)) people.recordInactive(email);
  if (holder !== null) registry.hold(user.id, { kind: holder, email });
}

/** Runs a write; what an answer shows of the member is recorded, also where it is not what was asked for. */
export async function writing(
  application: Application,
  email: string,
  write: () => Promise<User>,
): Promise<User> {
  const { people, directory } = application;
  try {
    return await write();
  } catch (error) {
    const id = people.accountOf(email);
    const known = id === undefined ? undefined : directory.known(id);
    if (known !== undefined) {
      const { lastApplied, uncertain } = people.people[people.keyOf(email)] ?? {};
      record(application, email, known);
      // Without an answer nothing is known of what became of the change: what was found before it is still so.
      if (!(error instanceof NotAppliedError))
        people.keep(email, { ...(lastApplied && { lastApplied }), ...(uncertain && { uncertain }) });
    }
    throw error;
  }
}

export async function changeRole(application: Application, step: RoleChange): Promise<void> {
  const { email, from, or, to, drifted } = step;
  const { people, registry, writer, log, tellOfOwners } = application;
  tellOfOwners(to);
  const user = await mustFind(application, email, isScheduled(step), takesBack(step));
  const held = roleOf(user);
  if (from === undefined && isDemotion(held, to) && !registry.added.has(user.id)) {
    // What they held was not managed, so no preview could show what would be taken from them.
    log(
      `${email} is ${held}, more than the declared ${to}, and stays ${held}. ` +
        "The next preview shows the change, and the next `up` makes it.",
    );
    return record(application, email, user);
  }
  // What was applied last is no surprise either: what a refresh found has been undone since.
  const lastApplied = people.people[people.keyOf(email)]?.lastApplied?.role ?? from;
  if (from !== undefined && ![to, from, or, lastApplied].includes(held) && rankOf(held) > 0) {
    record(application, email, user);
    people.keep(email, { lastApplied: { role: lastApplied ?? "" } });
    throw new DeclarationError(
      `${email} is ${held} now, no longer ${from || "without a role"}. Nothing was changed. The next preview shows the change from there.`,
    );
  }
  const after =
    held === to
      ? user
      : await writing(application, email, () => writer.changeRole(user, to, isScheduled(step)));
  record(application, email, after, drifted ? ["role"] : []);
}

export async function changeProfile(
  application: Application,
  { email, changes }: ProfileChange,
): Promise<void> {
  const { people, writer } = application;
  const wanted = wantedBy({ changes }, profileFrom(email, people.personOf(email)));
  const { user, ...addressed } = await memberToWrite(application, email);
  const after = await writing(application, email, () =>
    user === undefined ? writer.set(addressed, wanted) : writer.change(user, wanted),
  );
  const drifted = changes.filter((change) => change.drifted).map(({ field }) => field);
  record(application, email, after, drifted);
}

/** What a step shows of a profile, and no more: what else is otherwise by now the next preview shows. */
export function wantedBy({ changes }: Pick<ProfileChange, "changes">, profile: Profile): Partial<Profile> {
  const fields = new Set(changes.map(({ field }) => field));
  return Object.fromEntries(Object.entries(profile).filter(([key]) => fields.has(key)));
}

export async function activate(application: Application, email: string): Promise<void> {
  const { user, ...addressed } = await memberToWrite(application, email);
  const after =
    user === undefined || user.active === false
      ? await writing(application, email, () => application.writer.set(addressed, {}, { active: true }))
      : user;
  record(application, email, after, ["active"]);
}

/** The member, as far as they are known: whether they are looked up, the plan says. */
async function memberToWrite(
  application: Application,
  email: string,
): Promise<{ id: string; userName: string; user?: User }> {
  const { people, directory, looksFirst } = application;
  const id = people.accountOf(email);
  const known = id === undefined ? undefined : directory.known(id);
  if (!looksFirst && id !== undefined && known === undefined) {
    const key = people.keyOf(email);
    return { id, userName: people.people[key]?.userName ?? key };
  }
  const user = await mustFind(application, email);
  return { id: user.id, userName: user.userName, user };
}

/**
 * @param isEnd whether an end strikes that was declared: that is for the account, whatever its e-mail
 * @param isForAccount whether it takes back a role that was given in Notion
 */
async function mustFind(
  application: Application,
  email: string,
  isEnd = false,
  isForAccount = false,
): Promise<User> {
  const { people, directory } = application;
  const id = people.accountOf(email);
  const user = id === undefined ? undefined : await directory.member(id, "write");
  if (user === undefined)
    throw new DeclarationError(`${email} is no longer in the workspace. Run \`pulumi up --refresh\`.`);
  if (isEnd) return user;
  if (!isForAccount) await refuseHandedOn(application, email);
  return asShown(application, email, user, isForAccount);
}

/** A member whose e-mail changed in Notion may be another person than the row means, and no preview has shown it. */
export async function asShown(
  application: Application,
  email: string,
  user: User,
  isForAccount = false,
): Promise<User> {
  const { people } = application;
  const key = people.keyOf(email);
  const found = emailOf(user);
  const { userName = key, unanswered } = people.people[key] ?? {};
  // What a write without an answer has made of it is as the preview showed.
  if ([email, userName, unanswered?.userName].includes(found)) return user;
  if (people.isDeclared(found) && people.accountOf(found) !== user.id) throw movedEmail(email, found);
  const isClear = isForAccount || people.personOf(email).id !== undefined;
  const other = isClear ? undefined : await holderOf(application, email);
  if (other !== undefined && other.id !== user.id)
    throw new DeclarationError(takenWords(email, found, other.id));
  return user;
}
