import { roleOf } from "./edits";
import { type Account, HUMANS, type World } from "./world";

/** What somebody does in Notion by hand, with two numbers that say to whom and how. */
export interface Hand {
  what: HandName;
  a: number;
  b: number;
}

const STRANGERS = ["sam", "tom", "uma"] as const;

/** @returns what was done, in words; undefined where there was nothing to do */
type Do = (world: World, hand: Hand) => string | undefined;

function someMember(world: World, index: number): Account | undefined {
  const members = HUMANS.flatMap((who) => world.membersOf(who));
  return members[index % Math.max(1, members.length)];
}

const HANDS = {
  promote: (world, { a, b }) => {
    const account = someMember(world, a);
    const role = roleOf(b);
    if (account === undefined || role === undefined || account.role === role) return undefined;
    world.simulator.workspace.edit(account.id, { role });
    return `${account.userName} is made ${role}`;
  },
  remove: (world, { a }) => {
    const account = someMember(world, a);
    if (account === undefined) return undefined;
    world.simulator.workspace.remove(account.id);
    return `${account.userName} is removed`;
  },
  rename: (world, { a, b }) => {
    const account = someMember(world, a);
    if (account === undefined) return undefined;
    const used = world.file.rows.flatMap(({ userName, formerUserName: former }) => [
      userName,
      former ?? userName,
    ]);
    const free = used.filter((userName) => world.simulator.workspace.person(userName) === undefined);
    const userName = b % 3 === 0 ? free[b % Math.max(1, free.length)] : undefined;
    const to = userName ?? world.freshAddress(world.owners.get(account.id) ?? "?", "home");
    world.simulator.workspace.edit(account.id, { userName: to });
    return `${account.userName} gets the e-mail ${to}`;
  },
  reinvite: (world, { a, b }) => {
    const absent = HUMANS.filter((each) => world.membersOf(each).length === 0);
    const who = absent[a % Math.max(1, absent.length)];
    if (who === undefined) return undefined;
    const theirs = [...world.accounts().values()].find(({ id }) => world.owners.get(id) === who);
    const userName = world.rowOf(who)?.userName ?? theirs?.userName;
    return userName === undefined ? undefined : invite(world, who, userName, b);
  },
  replace: (world, { a, b }) => {
    const account = someMember(world, a);
    if (account === undefined) return undefined;
    world.simulator.workspace.forget(account.id);
    return `${account.userName} is removed; ${invite(world, world.owners.get(account.id) ?? "?", account.userName, b)}`;
  },
  deactivate: (world, { a }) => {
    const account = someMember(world, a);
    if (account === undefined || !account.active) return undefined;
    world.simulator.workspace.edit(account.id, { active: false });
    return `${account.userName} is deactivated`;
  },
  stranger: (world, { a, b }) => {
    const who = STRANGERS[a % STRANGERS.length] ?? "sam";
    return world.membersOf(who).length > 0 ? undefined : invite(world, who, `${who}@example.com`, b);
  },
} satisfies Record<string, Do>;

/** Under another id than before, but for every other time: then it is the account that they had. */
function invite(world: World, who: string, userName: string, b: number): string | undefined {
  const { workspace } = world.simulator;
  const known = workspace.person(userName);
  if (known?.standing === "member") return undefined;
  // Nobody can tell that an account which Notion gives to somebody else is not that of who had it.
  if (known !== undefined && (b % 2 === 0 || world.owners.get(known.id) !== who)) workspace.forget(known.id);
  const role = roleOf(b >> 1);
  const { id } = workspace.add({ userName, role });
  world.owners.set(id, who);
  return `${userName} (${who}) is invited as ${role}${known?.id === id ? "" : ", a new account"}`;
}

type HandName = keyof typeof HANDS;
export const HAND_NAMES = Object.keys(HANDS) as HandName[];

/** Does it, if there is anything to do, and says so. */
export function doByHand(world: World, hand: Hand): void {
  const words = HANDS[hand.what](world, hand);
  if (words === undefined) return;
  world.hands += 1;
  world.say(`Notion, by hand: ${words}`);
  world.takeNote();
}

/** How the server and the machine treat one run, with two numbers that say whom and when. */
export interface Trouble {
  what: TroubleName;
  a: number;
  b: number;
}

/** How a trouble begins that lies about a role. */
export const OTHER_ROLE = "an answer shows the role ";

const TROUBLES = {
  none: () => undefined,
  "refused change": (world, { a }) => {
    const account = someMember(world, a);
    if (account === undefined) return undefined;
    world.simulator.faults.add({
      name: "forbidden",
      method: "PATCH",
      path: `/Users/${account.id}`,
      times: "always",
    });
    return `every PATCH of ${account.userName} is answered 403`;
  },
  "ignored change": (world, { a }) => {
    const account = someMember(world, a);
    if (account === undefined) return undefined;
    world.simulator.faults.add({ name: "ignored_change", path: `/Users/${account.id}`, times: "always" });
    return `every PATCH of ${account.userName} is answered 200 and does nothing`;
  },
  "ignored profiles": (world) => {
    world.simulator.configure({ verifiedDomains: [] });
    return "no change of a profile is carried out (200)";
  },
  "other role": (world, { b }) => {
    world.simulator.faults.add({
      name: "unknown_role",
      method: b % 2 === 0 ? "PATCH" : "POST",
      role: roleOf(b >> 1) ?? "member",
      after: b % 3,
    });
    return `${OTHER_ROLE}${roleOf(b >> 1)}`;
  },
  "lost answer": (world, { a, b }) => {
    const method = (["POST", "PATCH", "DELETE"] as const)[a % 3] ?? "POST";
    world.simulator.faults.add({ name: "drop_after", method, times: "always", after: b % 3 });
    return `the answers to ${method} are lost from number ${(b % 3) + 1} on`;
  },
  kill: (world, { b }) => {
    world.simulator.faults.add({ name: "drop_before", times: "always", after: b });
    return `killed after ${b} requests`;
  },
} satisfies Record<string, (world: World, trouble: Trouble) => string | undefined>;

type TroubleName = keyof typeof TROUBLES;
export const TROUBLE_NAMES = Object.keys(TROUBLES) as TroubleName[];

/** @returns what goes wrong in the run, in words; undefined: nothing */
export function makeTrouble(world: World, trouble: Trouble): string | undefined {
  return TROUBLES[trouble.what](world, trouble);
}

export function endTrouble({ simulator }: World): void {
  simulator.faults.clear();
  simulator.configure({ verifiedDomains: ["example.com"] });
}
