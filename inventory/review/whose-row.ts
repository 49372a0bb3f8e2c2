import { foldEmail } from "../../provider/model/email";
import type { RosterRow } from "../../provider/roster/roster-rows";
import type { Person } from "./person";

/** The row of somebody in a roster, or why it cannot be told which is theirs. */
export type WhoseRow = { row: RosterRow } | { doubt: string };

type Somebody = Pick<Person, "id" | "userName">;

/**
 * Pure: whose row each row of a roster is, by the person's id. A row with an `id` is about that account; another one
 * is about the member with its address or, where there is none, with the address that it had before. Where two rows or
 * two people come into question, nobody guesses.
 */
export function whoseRows(people: readonly Somebody[], rows: readonly RosterRow[]): Map<string, WhoseRow> {
  const byEmail = Map.groupBy(people, ({ userName }) => userName);
  const ids = new Set(people.map(({ id }) => id));
  const sure = new Map<string, RosterRow>();
  const claimed = new Map<string, RosterRow[]>();
  const former = new Map<string, RosterRow>();
  for (const row of rows) {
    const { id, formerUserName } = row.fields;
    if (id !== undefined) {
      if (ids.has(id)) sure.set(id, row);
      continue;
    }
    const before = formerUserName === undefined ? undefined : foldEmail(formerUserName);
    // It is an instruction for one change, and a member under the new address shows that it is made.
    const meant = byEmail.get(row.email) ?? byEmail.get(before ?? "") ?? [];
    for (const person of meant) claimed.set(person.id, [...(claimed.get(person.id) ?? []), row]);
    if (before !== undefined) former.set(before, row);
  }
  const found = new Map<string, WhoseRow>();
  for (const person of people) {
    const { id, userName } = person;
    const row = sure.get(id);
    if (row !== undefined) {
      found.set(id, { row });
      continue;
    }
    const claims = claimed.get(id) ?? [];
    const [only, ...others] = claims;
    // Of two members with one address, one may have a row that names its id.
    const twins = (byEmail.get(userName) ?? []).filter((each) => !sure.has(each.id));
    if (only !== undefined && others.length === 0 && twins.length === 1) found.set(id, { row: only });
    else if (only !== undefined && others.length === 0) {
      found.set(id, {
        doubt: `two members have this e-mail, and line ${only.line} does not say by \`id\` which it means`,
      });
    } else if (only !== undefined) {
      const lines = claims.map(({ line }) => line).join(" and ");
      found.set(id, { doubt: `lines ${lines} may both be theirs: name their \`id\` in one` });
    } else {
      const named = former.get(userName);
      if (named !== undefined) {
        found.set(id, { doubt: `line ${named.line} says that its person had this address before` });
      }
    }
  }
  return found;
}
