import type { Applied, UnmanagedMember } from "../state/world";
import { accountsByFormer, type FormerEmail, pendingFrom } from "./email-changes";

/** An account that this program does not manage. */
export type Account = Pick<UnmanagedMember, "id">;

/** Finds people in the state. */
export interface StateIndex {
  readonly applied: Applied;
  has(email: string): boolean;
  /** The key of the account with this id. */
  withId(id: string): string | undefined;
  /** The key of the account that a refresh found under this e-mail, another one than it is kept under. */
  foundUnder(email: string): string | undefined;
  /** The e-mail that the account under this key still has, since the change of it that the program asked for was not made. */
  pendingFrom(key: string): string | undefined;
  /** Accounts that had this e-mail before. */
  formerlyAt(email: string): readonly FormerEmail[];
  /** Whether the state has the account with this id, or had it until a refresh did not find it any more. */
  knowsId(id: string): boolean;
  /** The e-mail of each person that a refresh no longer found, by their id. */
  goneAs(id: string): string | undefined;
  /** Another account that has this e-mail in Notion, as a refresh found it. */
  unmanagedAt(email: string): Account | undefined;
}

/** Pure: the accounts of the state, by everything by which a row may mean one. */
export function accountsOf(applied: Applied): StateIndex {
  const people = Object.entries(applied.people);
  const byId = new Map([
    // The id that a person had before they were invited again still means them.
    ...people.flatMap(([key, { id }]): [string, string][] => (id === undefined ? [] : [[id, key]])),
    ...Object.entries(applied.ids).map(([key, id]): [string, string] => [id, key]),
  ]);
  const byFoundEmail = new Map(
    people.flatMap(([key, { userName }]): [string, string][] =>
      userName === undefined ? [] : [[userName, key]],
    ),
  );
  const gone = new Map(Object.entries(applied.gone ?? {}).map(([email, id]) => [id, email]));
  const byFormer = accountsByFormer(applied);
  const at = (accounts: Applied["unmanaged"], email: string) =>
    accounts !== undefined && Object.hasOwn(accounts, email) ? accounts[email] : undefined;
  return {
    applied,
    has: (email) => Object.hasOwn(applied.people, email),
    withId: (id) => byId.get(id),
    foundUnder: (email) => byFoundEmail.get(email),
    pendingFrom: (key) => pendingFrom(applied, key),
    formerlyAt: (email) => byFormer.get(email) ?? [],
    knowsId: (id) => byId.has(id) || gone.has(id),
    goneAs: (id) => gone.get(id),
    unmanagedAt: (email) => at(applied.unmanaged, email) ?? at(applied.reinvited, email),
  };
}
