import { emailOf, foldEmail } from "../../provider/model/email";
import { isMemberId } from "../../provider/model/id";
import type { User } from "../../provider/model/record";
import type { RosterChange } from "../../provider/roster/editing/change";
import type { ParsedRoster } from "../../provider/roster/roster";
import type { RosterRow } from "../../provider/roster/roster-rows";
import { type Declared, whoOf } from "../live/declared";

/** The ids that a roster gets, and the rows that get none. */
export interface AddedIds {
  changes: RosterChange[];
  /** Rows without the id of a member, a sentence each. */
  left: string[];
  notes: string[];
}

/**
 * Pure: the ids of the accounts that the rows of a roster mean. The account of the last run decides. The present holder of
 * the e-mail decides only for people that the state does not know.
 * @param users everybody who is there
 * @param declared what the state declares; undefined: without one e-mails decide alone
 */
export function addIds(
  roster: ParsedRoster,
  users: readonly User[],
  declared: Declared | undefined,
): AddedIds {
  const live = new Map(users.map((user) => [user.id, user]));
  const known = new Map((declared?.users ?? []).map((each) => [whoOf(each), each.id]));
  const lines = new Map(
    roster.rows.flatMap(({ fields, line }) => (fields.id ? [[fields.id, line] as const] : [])),
  );
  const byEmail = Map.groupBy(users, emailOf);
  const added: AddedIds = { changes: [], left: [], notes: [] };
  for (const row of roster.rows) {
    const who = `${row.email} (line ${row.line})`;
    const { id: stands } = row.fields;
    if (stands !== undefined) {
      if (!live.has(stands)) added.left.push(`The id of ${who} is that of no member: ${stands}.`);
      continue;
    }
    const { user, why } = accountOf(row, byEmail, live, known);
    if (user === undefined) {
      added.left.push(`No id for ${who}: ${why}.`);
      continue;
    }
    const { id } = user;
    const taken = lines.get(id);
    if (taken !== undefined) {
      added.left.push(`No id for ${who}: line ${taken} has the id ${id} already.`);
    } else if (!isMemberId(id)) {
      added.left.push(`No id for ${who}: "${id}" does not have the form of Notion's ids.`);
    } else {
      lines.set(id, row.line);
      added.changes.push({ kind: "set", userName: row.email, fields: { id } });
      if (emailOf(user) !== row.email) added.notes.push(`${who} has the e-mail ${emailOf(user)} in Notion.`);
    }
  }
  return added;
}

function accountOf(
  { email, fields }: RosterRow,
  byEmail: ReadonlyMap<string, readonly User[]>,
  live: ReadonlyMap<string, User>,
  known: ReadonlyMap<string, string | null>,
): { user?: User | undefined; why?: string } {
  const [user, other] = byEmail.get(email) ?? [];
  const id = known.get(email);
  // What an instruction means that no run has carried out is for the plan to say.
  if (id === undefined && known.has(foldEmail(fields.formerUserName ?? "")))
    return { why: "the state has them under their formerUserName. Run `pulumi up` first" };
  if (id !== undefined && (live.has(id ?? "") || user !== undefined)) {
    const account = id === null ? "the account" : `the account ${id}`;
    return {
      user: live.get(id ?? ""),
      why: `${account} of the last run is gone, and the account ${user?.id} has the e-mail. If it is the same person, write the new id into the row`,
    };
  }
  if (other !== undefined) return { why: "two members have this e-mail" };
  return { user, why: "no member has this e-mail" };
}
