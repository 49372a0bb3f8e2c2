import type { DeclaredPerson } from "../state/person";
import type { Account } from "./accounts";
import { carriedOut } from "./email-changes";
import { has, isAsApplied, type Rows, ringFrom } from "./rows";

/** Why it is unclear which account a row means, by its e-mail. */
type Unclear = Map<string, string>;

/** Pure: the rows of which Notion says otherwise than the file and the state. Nothing but their ends is carried out. */
export function unclearOf(rows: Rows): Unclear {
  const unclear: Unclear = new Map();
  taken(rows, unclear);
  for (const [email, person] of Object.entries(rows.declared)) returned(rows, email, person, unclear);
  changedInNotion(rows, unclear);
  takenInNotion(rows, unclear);
  exchangedInNotion(rows, unclear);
  namedByAnother(rows, unclear);
  return unclear;
}

/** Rows whose new e-mail another account has in Notion. */
function taken(rows: Rows, unclear: Unclear): void {
  for (const [email, key] of rows.moving()) {
    const other = rows.state.unmanagedAt(email);
    const found = rows.state.foundUnder(email);
    if (other !== undefined) {
      unclear.set(
        email,
        `The row of ${email} has ${rows.saysOf(email)}, but another account in the workspace already has the e-mail ${email} (id ${other.id}). ` +
          "Decide which of the two accounts is right. Correct it in Notion, or declare the right one by its id.",
      );
    } else if (found !== undefined && found !== key) {
      unclear.set(
        email,
        `The row of ${email} has ${rows.saysOf(email)}, but ${email} is now the e-mail of the account that this program has as ${found}. ` +
          `Declare ${found} and run \`pulumi up --refresh\`, which sets their e-mail back. Then change ${key}.`,
      );
    }
  }
}

/** Who is gone and declared under a new e-mail may be the one who was invited again under the old one. */
function returned(
  rows: Rows,
  email: string,
  { id, formerUserName: former }: DeclaredPerson,
  unclear: Unclear,
): void {
  const { applied } = rows.state;
  if (rows.heldAs.has(email)) return;
  const gone = id === undefined ? former : rows.state.goneAs(id);
  if (gone === undefined || gone === email || !has(applied.gone, gone)) return;
  if (carriedOut(applied, email, former)) return;
  const other = rows.state.unmanagedAt(gone);
  if (other === undefined || isNamed(rows, other)) return;
  const why =
    `${email} was ${gone}. That account is gone, and another account has the e-mail ${gone} now (id ${other.id}). ` +
    "Write that id into the row of the account's person, or remove the account in Notion.";
  unclear.set(email, why);
  if (has(rows.declared, gone)) unclear.set(gone, why);
}

const isNamed = ({ declared }: Rows, { id }: Account) =>
  Object.values(declared).some((person) => person.id === id);

/**
 * An account whose e-mail was changed in Notion to one that another row declares, while its own row is otherwise than it was: the other
 * row may be its, and its own a newcomer's. One that is as it was is its own.
 */
function changedInNotion(rows: Rows, unclear: Unclear): void {
  const { declared, heldAs } = rows;
  for (const [key, person] of Object.entries(rows.state.applied.people)) {
    // A change of e-mail without an answer may be made.
    const found = person.userName ?? person.unanswered?.userName;
    const row = declared[key];
    if (found === undefined || row === undefined || row.id !== undefined || heldAs.get(key) !== key) continue;
    const other = declared[found];
    if (other === undefined || other.id !== undefined || heldAs.has(found)) continue;
    if (isAsApplied(row, person)) continue;
    const why =
      `${key} ${person.userName === undefined ? "may be" : "is"} ${found} in Notion now. The program declares both, and the row of ${key} changes. ` +
      `If ${found} is the same person, write ${key} as their formerUserName. Otherwise, undo the change of ${key} for one run, which sets the e-mail back.`;
    unclear.set(key, why);
    unclear.set(found, why);
  }
}

/** Rows of an account that has another e-mail in Notion by now, while a further account has theirs: each of the two may be meant. */
function takenInNotion(rows: Rows, unclear: Unclear): void {
  for (const [email, key] of rows.heldAs) {
    const found = rows.state.applied.people[key]?.userName;
    const other = rows.state.unmanagedAt(email);
    if (email !== key || found === undefined || other === undefined) continue;
    if (rows.declared[email]?.id !== undefined || rows.state.pendingFrom(key) !== undefined) continue;
    unclear.set(email, takenWords(email, found, other.id));
  }
}

/** Why a row is neither of two accounts: the one that the state has under its e-mail, and the one that has that e-mail now. */
export function takenWords(email: string, found: string, other: string): string {
  return (
    `The account that this program has as ${email} is ${found} in Notion now, and another account has ${email} (id ${other}). Neither is changed. ` +
    `If the person is ${found} now, declare ${found} with formerUserName ${email}. Otherwise, give the other account another e-mail in Notion and run \`pulumi up --refresh\`.`
  );
}

/** Accounts that have each other's e-mails in Notion: none of them is free for the one whose it is. */
function exchangedInNotion(rows: Rows, unclear: Unclear): void {
  const back = new Map(
    [...rows.heldAs].flatMap(([email, key]): [string, string][] => {
      const address = rows.state.applied.people[key]?.userName;
      return address === undefined || address === email ? [] : [[email, address]];
    }),
  );
  for (const email of back.keys()) {
    const ring = unclear.has(email) ? undefined : ringFrom(email, back);
    if (ring === undefined) continue;
    const are = ring.map((each) => `${each} is ${back.get(each)}`).join(", ");
    const why =
      `${ring.join(", ")} have each other's e-mails in Notion (${are}). No run can set them back at once. ` +
      `In Notion, give ${email} another e-mail that nobody has. Then run \`pulumi up --refresh\`, which sets all of them back.`;
    for (const each of ring) unclear.set(each, why);
  }
}

/** Accounts that are gone, or whose time is over, each with its last e-mail. */
function goneAccounts({ applied, withId }: Rows["state"]): [email: string, id: string][] {
  const ended = Object.values(applied.outside ?? {}).flatMap(({ id, userName }): [string, string][] =>
    id === undefined || userName === undefined || withId(id) !== undefined ? [] : [[userName, id]],
  );
  return [...Object.entries(applied.gone ?? {}), ...ended];
}

/** Rows under the e-mail of a gone account that another row names by its id: Notion gives that account to the next invited person. */
function namedByAnother(rows: Rows, unclear: Unclear): void {
  for (const [email, gone] of goneAccounts(rows.state)) {
    if (!rows.isUnmatched(email) || unclear.has(email)) continue;
    const other = Object.entries(rows.declared).find(([, { id }]) => id === gone)?.[0];
    if (other === undefined) continue;
    unclear.set(
      email,
      `${email} is not invited: the account ${gone} had this e-mail and is gone, and the row of ${other} names it by its id. ` +
        `Notion would give ${email} that account. If ${other} has another account now, write its id into their row. ` +
        `If ${gone} is the account of ${email}, move the id into the row of ${email}.`,
    );
  }
}
