import { emailOf, isEmail } from "../../provider/model/email";
import { isMemberId } from "../../provider/model/id";
import type { User } from "../../provider/model/record";
import type { RosterFields } from "../../provider/roster/editing/change";
import type { ParsedRoster } from "../../provider/roster/roster";
import type { RosterRow } from "../../provider/roster/roster-rows";

/** What becomes of one finding: cells of a row, a row less, a row more, or words. */
export type Answer =
  | { row: RosterRow; set: RosterFields; note?: string }
  | { remove: RosterRow }
  | { add: RosterFields & { userName: string }; notes: string[] }
  | { left: string }
  | { note: string };

/** An account as the state or Notion knows it. */
interface Account {
  /** null: a refresh has not found it any more. */
  id: string | null;
  email: string;
  /** The id that the program declares of the person; another one where they were invited again. */
  declaredId?: string | undefined;
}

/**
 * Pure: the row that means an account: the one with its id, else the one with its e-mail.
 * @returns the row, and why it is not for this account, if so
 */
export function rowFor(
  { rows }: ParsedRoster,
  { id, email, declaredId }: Account,
): { row?: RosterRow; why?: string } {
  const withId = (wanted: string | null | undefined) =>
    wanted ? rows.find(({ fields }) => fields.id === wanted) : undefined;
  const row = withId(id) ?? withId(declaredId) ?? rows.find((each) => each.email === email);
  if (row === undefined) return {};
  const named = row.fields.id;
  if (id === null || named === undefined || named === id || named === declaredId) return { row };
  return {
    row,
    why: `line ${row.line} means the account ${named}, and this is the account ${id}: settle there which of the two it is.`,
  };
}

/** Pure: the present address of a row's account. The id identifies it; without an id, `formerUserName` does. */
export function newEmail(row: RosterRow, user: User, { rows }: ParsedRoster): Answer {
  const email = emailOf(user);
  if (row.email === email) return { note: `line ${row.line} says so already.` };
  const other = rows.find((each) => each.email === email);
  if (other !== undefined)
    return { left: `line ${other.line} is for ${email} already: settle which of the two rows is right.` };
  if (!isEmail(email)) return { left: `${email} is no address that a program can declare.` };
  const former = row.fields.id === undefined ? { formerUserName: row.email } : {};
  return { row, set: { userName: email, ...former } };
}

/** Pure: the new account of somebody whose row names one that is gone. */
export function newId(
  row: RosterRow,
  { id }: User,
  { rows }: ParsedRoster,
  live: ReadonlyMap<string, User>,
): Answer {
  const gone = row.fields.id;
  if (gone === id) return { note: `line ${row.line} has the new id already.` };
  if (live.has(gone ?? "")) {
    return { left: `the account ${gone} of line ${row.line} is there, too: settle which of the two it is.` };
  }
  const other = rows.find(({ fields }) => fields.id === id);
  if (other !== undefined)
    return { left: `line ${other.line} has the id ${id}, which has the e-mail by now.` };
  if (!isMemberId(id)) return { left: `"${id}" does not have the form of Notion's ids.` };
  const what = `the account ${gone} is gone, and the new account ${id} has the e-mail.`;
  return { row, set: { id }, note: `${what} Check that it is the same person.` };
}

/** Pure: a cell that is to say what is there; one that says something else than was applied last is not touched. */
export function cell(row: RosterRow, column: string, before: string, after: string): Answer {
  const says = row.fields[column] ?? "";
  if (says === after) return { note: `line ${row.line} says so already.` };
  if (says !== before) {
    return {
      left: `line ${row.line} says ${says === "" ? "nothing" : `"${says}"`} by now, which no run has applied: settle it there.`,
    };
  }
  const note =
    after === "" ? { note: "empty in Notion: its cell is cleared, and it is not managed any more." } : {};
  return { row, set: { [column]: after }, ...note };
}
