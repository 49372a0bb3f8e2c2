import type { Row } from "./roster";
import type { World } from "./world";

/**
 * Which human beings a row may mean to somebody who knows the file, the state and the workspace, and not its author.
 * A row without an id that was restored from an old file, or whose address belongs to somebody else by now while
 * nobody else is declared for them, can be read in two ways; nobody is to be blamed for either.
 */
export interface Reading {
  row: Row;
  humans: string[];
  /** Whether it means just the human being whom its author means. */
  certain: boolean;
}

export function readingsOf(world: World): Reading[] {
  const state = world.stateIds();
  return world.file.rows.map((row) => readingOf(world, row, state));
}

function readingOf(world: World, row: Row, state: ReadonlyMap<string, string>): Reading {
  const { human, userName, formerUserName: former } = row;
  const certain: Reading = { row, humans: [human], certain: true };
  if (row.id !== undefined) {
    // Whoever had an id that nobody has any more is invited again: the row does not say that the state has them otherwise.
    const isSaid = world.isMember(row.id) || !isKnownOtherwise(world, row, state);
    return { ...certain, certain: isSaid };
  }
  const spent = former === undefined || isCarriedOut(world, former, userName);
  // Whom the state has and who is gone is nobody whom a row could mean: whoever has the address by now is.
  const held = [state.get(userName), spent ? undefined : state.get(former)].find((id) => world.isMember(id));
  const named = held ?? world.memberAt(userName)?.id;
  const other = named === undefined ? undefined : world.owners.get(named);
  if (named !== undefined && other !== undefined && other !== human) {
    const saysOther = world.file.rows.some(
      (each) => each !== row && each.human === other && isNamedBy(world, each, named, state),
    );
    if (!saysOther) return { row, humans: [human, other], certain: false };
  }
  // The state has them under another address, the row does not say so, and has an address that was never theirs there.
  const isNew = named === undefined || other !== human;
  // Its former address is that of somebody else in the state, also where that one is gone: the row says that it is them.
  const formerOwner = spent ? undefined : world.owners.get(heldUnder(world, former, state) ?? "");
  const saysAnother = formerOwner !== undefined && formerOwner !== human;
  const isUnsaid = saysAnother || (spent && isKnownOtherwise(world, row, state));
  return isNew && isUnsaid ? { ...certain, certain: false } : certain;
}

/** Whether the state has the human being of a row under an address only that the row does not have. */
function isKnownOtherwise(
  world: World,
  { human, userName }: Row,
  state: ReadonlyMap<string, string>,
): boolean {
  return [...state.values()].some(
    (id) => world.owners.get(id) === human && !world.managedAs.get(id)?.includes(userName),
  );
}

/** The account that the state has under an address, or had there last before it was gone. */
function heldUnder(
  world: World,
  address: string | undefined,
  state: ReadonlyMap<string, string>,
): string | undefined {
  const gone = [...world.managedAs].find(
    ([id, addresses]) => !world.isMember(id) && addresses.at(-1) === address,
  );
  return state.get(address ?? "") ?? gone?.[0];
}

/** The addresses by which a row may mean somebody: its own, and a former one for which the change is not carried out yet. */
export function addressesOf(world: World, { userName, formerUserName: former }: Row): string[] {
  return former === undefined || isCarriedOut(world, former, userName) ? [userName] : [userName, former];
}

/** Whether a row says by an id or an address of its own that it means this account. */
function isNamedBy(
  world: World,
  { id, userName, formerUserName: former }: Row,
  account: string,
  state: ReadonlyMap<string, string>,
): boolean {
  if (id !== undefined) return id === account;
  if (former !== undefined && !isCarriedOut(world, former, userName) && state.get(former) === account)
    return true;
  return state.get(userName) === account || world.memberAt(userName)?.id === account;
}

/** Whether a change of address was carried out once: the words for it count no more. */
function isCarriedOut(world: World, from: string, to: string): boolean {
  return [...world.managedAs.values()].some((addresses) => {
    const first = addresses.indexOf(from);
    return first >= 0 && addresses.includes(to, first + 1) && addresses.at(-1) !== from;
  });
}

/** After a run a row that could be read in two ways means whom the program took it to mean. */
export function settleReadings(world: World, readings: readonly Reading[]): void {
  const state = world.stateIds();
  for (const { row, certain } of readings) {
    const id = state.get(row.userName);
    const human = id === undefined ? undefined : world.owners.get(id);
    if (certain || id === undefined || human === undefined) continue;
    // Nobody has two rows: of the two that mean one human being to whoever reads the file, one is somebody else's.
    const other = world.file.rows.find((each) => each.human === human && each.userName !== row.userName);
    const othersId = other && state.get(other.userName);
    if (othersId !== undefined && world.owners.get(othersId) === human) {
      row.human = world.twinOf(human);
      world.owners.set(id, row.human);
      continue;
    }
    row.human = human;
    if (other !== undefined) other.human = world.twinOf(human);
  }
}
