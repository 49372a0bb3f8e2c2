import type { Told } from "../lifecycle/workspace/stack";
import { addressesOf, type Reading } from "./readings";
import { isPresent, wantedRole } from "./roster";
import type { Account, Accounts, World } from "./world";

/** What one command did, as it is seen from outside. */
export interface Happened {
  command: string;
  /** Whether it may write at all. */
  isUp: boolean;
  refreshed: boolean;
  trouble: string | undefined;
  before: Accounts;
  after: Accounts;
  /** Ids by address, as the state had them. */
  stateBefore: ReadonlyMap<string, string>;
  readings: readonly Reading[];
  told: Told;
  /** Requests other than GET. */
  writes: readonly { method: string; path: string; status: number; fault?: string }[];
}

/** Something happened to somebody that was not declared for them, or did not although it was. */
export class Violation extends Error {
  readonly kind: string;

  constructor(kind: string, what: string) {
    super(`${kind}: ${what}`);
    this.kind = kind;
  }
}

const RANK = ["restricted_member", "member", "membership_admin", "owner"];
const rank = (role: string | undefined) => RANK.indexOf(role ?? "");

/** Asks of every account whether what the command did to it was declared for the human being whose it is. */
export function checkChanges(world: World, happened: Happened): void {
  const { before, after, writes, isUp, command } = happened;
  if (!isUp && writes.length > 0) throw new Violation("written without an up", `${command} sent a write`);
  for (const account of after.values())
    if (account.member && before.get(account.id)?.member !== true) checkAdded(world, happened, account);
  for (const was of before.values()) {
    const is = after.get(was.id);
    if (!was.member || is === undefined) continue;
    noteAdopted(world, happened, was);
    if (!is.member) checkRemoved(world, happened, was);
    else checkChanged(world, happened, was, is);
  }
  checkOwners(happened);
  checkManyAtOnce(world, happened);
}

const presentOf = (world: World, { readings }: Happened) =>
  readings.filter(({ row }) => isPresent(row, world.now));

/**
 * Whether the file says of the human being whose account this is, and in no other reading, that they are in. An account
 * that nothing names which the program knows, neither a row nor the state, nobody can tell to be theirs: it is unmanaged.
 */
const isCertainlyIn = (world: World, happened: Happened, { id, userName }: Account) => {
  const human = world.owners.get(id);
  const isKnown = world.managedAs.has(id);
  return presentOf(world, happened).some(
    ({ row, certain, humans }) =>
      certain &&
      humans[0] === human &&
      (isKnown || row.id === id || addressesOf(world, row).includes(userName)),
  );
};

function checkAdded(world: World, happened: Happened, account: Account): void {
  const { before, stateBefore } = happened;
  const reading = presentOf(world, happened).find(({ row }) => row.userName === account.userName);
  if (reading === undefined)
    throw new Violation("added and not declared", `${account.userName} was added as ${account.role}`);
  const { row, certain } = reading;
  const others = [...before.values()].filter(
    ({ id, member }) => member && world.owners.get(id) === row.human,
  );
  const known = new Set(stateBefore.values());
  // One that another row has in the state, and was read as theirs, is that row's.
  const isOtherRow = (id: string) =>
    happened.readings.some(
      (other) =>
        other !== reading && other.humans.includes(row.human) && stateBefore.get(other.row.userName) === id,
    );
  const second = others.find(
    ({ id, userName }) =>
      !isOtherRow(id) && (known.has(id) || addressesOf(world, row).includes(userName) || id === row.id),
  );
  if (certain && second !== undefined)
    throw new Violation(
      "a second account",
      `${account.userName} was added for ${row.human}, who is ${second.userName} in the workspace`,
    );
  // Whoever has the mailbox has the account, also one that was somebody else's once.
  const human = certain || others.length === 0 ? row.human : world.twinOf(row.human);
  world.owners.set(account.id, human);
  if (rank(account.role) > Math.max(rank(wantedRole(row, world.now)), rank("member")))
    throw new Violation("a role not declared for them", `${account.userName} was added as ${account.role}`);
}

/** An account that the program has never had is that of whoever has its e-mail: it is adopted by the row with that e-mail. */
function noteAdopted(world: World, happened: Happened, { id, userName }: Account): void {
  if (world.managedAs.has(id) || world.stateIds().get(userName) !== id) return;
  const row = presentOf(world, happened).find((reading) => reading.row.userName === userName)?.row;
  if (row !== undefined) world.owners.set(id, row.human);
}

function checkChanged(world: World, happened: Happened, was: Account, is: Account): void {
  const human = world.owners.get(was.id);
  const rows = presentOf(world, happened).flatMap(({ row, humans }) =>
    human !== undefined && humans.includes(human) ? [row] : [],
  );
  const who = `${was.userName}, the account of ${human ?? "nobody"}`;
  if (was.userName !== is.userName && !rows.some((row) => row.userName === is.userName))
    throw new Violation("an address not declared for them", `${who} became ${is.userName}`);
  if (was.title !== is.title && !rows.some(({ title }) => title === is.title))
    throw new Violation("a title not declared for them", `${who} became ${is.title}, was ${was.title}`);
  if (was.active && !is.active) throw new Violation("deactivated", who);
  if (!was.active && is.active && rows.length === 0)
    throw new Violation("activated and not declared", `${who} was activated`);
  if (was.role === is.role || rows.some((row) => wantedRole(row, world.now) === is.role)) return;
  const isDismissed = is.role === "restricted_member" && !isCertainlyIn(world, happened, was);
  if (isDismissed && mayLose(world, happened, was, "restrict")) return;
  throw new Violation("a role not declared for them", `${who} became ${is.role}, was ${was.role}`);
}

function checkRemoved(world: World, happened: Happened, was: Account): void {
  const human = world.owners.get(was.id);
  if (isCertainlyIn(world, happened, was))
    throw new Violation("declared and removed", `${was.userName}, the account of ${human}, was removed`);
  if (!mayLose(world, happened, was, "remove"))
    throw new Violation(
      "removed, which nobody said",
      `${was.userName}, the account of ${human ?? "nobody"}, was removed`,
    );
}

/** Whether somebody who is not declared may lose this account: as their row said, or as it was said of strangers and shown. */
function mayLose(world: World, { stateBefore }: Happened, was: Account, how: "remove" | "restrict"): boolean {
  const human = world.owners.get(was.id);
  const { file } = world;
  if ([...stateBefore.values()].includes(was.id)) {
    const said = [...(world.lastRows.get(was.id) ?? []), ...file.rows.filter((row) => row.human === human)];
    return said.length === 0 ? how === "remove" : said.some((row) => (row.onRemove ?? "remove") === how);
  }
  const since = world.unmanagedSince.get(was.id) ?? 0;
  return (
    file.undeclared === how &&
    !file.except.includes(was.userName) &&
    // The print of this very command is the last one.
    world.prints.slice(since, -1).some(({ text }) => text.includes(was.userName))
  );
}

/** No run that knows who is an owner leaves fewer than two of them, where there were two. */
function checkOwners({ before, after, refreshed }: Happened): void {
  const owners = (accounts: Accounts) =>
    [...accounts.values()].filter(({ member, role }) => member && role === "owner");
  const [had, has] = [owners(before), owners(after)];
  if (refreshed && has.length < 2 && had.length >= 2)
    throw new Violation("too few owners", `of ${had.map(({ userName }) => userName)} one is left`);
}

/** Ends are judged when they are declared, by the limits of each workspace: one edit does not bring many of one day. */
function checkManyAtOnce(world: World, { before, after, stateBefore }: Happened): void {
  const gone = world.file.rows.flatMap((row) => {
    const id = stateBefore.get(row.userName);
    const ended = row.until !== undefined && !isPresent(row, world.now) && id !== undefined;
    const edit = world.versions.findIndex(({ rows }) =>
      rows.some(({ human, until }) => human === row.human && until === row.until),
    );
    return ended && before.get(id)?.member && !after.get(id)?.member
      ? [`${row.place} ${row.until?.slice(0, 10)} ${edit}`]
      : [];
  });
  const most = Math.max(0, ...gone.map((day) => gone.filter((other) => other === day).length));
  if (most > Math.max(5, stateBefore.size / 4))
    throw new Violation("many ends at once", `${most} people were removed, whose time ended on one day`);
}

/** What a command did to whom, a line each. */
export function effectsOf(world: World, before: Accounts, after: Accounts): string[] {
  const words = ({ userName, role, title, active }: Account) =>
    `${userName} ${role}${title === undefined ? "" : ` ${title}`}${active ? "" : " deactivated"}`;
  return [...after.values()].flatMap((is) => {
    const was = before.get(is.id);
    const whose = `account of ${world.owners.get(is.id) ?? "?"}`;
    if (was?.member !== true) return is.member ? [`=> added: ${words(is)} (${whose})`] : [];
    if (!is.member) return [`=> removed: ${words(was)} (${whose})`];
    return words(was) === words(is) ? [] : [`=> ${words(was)} is now ${words(is)} (${whose})`];
  });
}
