import { ROLES } from "../simulator/person.mts";
import { changesBetween, type Mode, type Roster, type Row } from "./roster";
import { HUMANS, TOKEN_OWNER, type World } from "./world";

/** What somebody does to the roster, with three numbers that say to whom and how. */
export interface Edit {
  what: EditName;
  a: number;
  b: number;
  c: number;
}

type Do = (world: World, rows: Row[], edit: Edit) => Row[] | undefined;

const of = <T>(list: readonly T[], index: number): T | undefined => list[index % Math.max(1, list.length)];

export const roleOf = (index: number) => ROLES[3 - (index % 4)] as Row["role"];
export const titleOf = (index: number) => ["Engineer", "Designer", "Lead"][index % 3] as string;

/** Somebody who has a row, but for the token's owner; somebody who has none. */
const declared = (rows: readonly Row[], index: number) =>
  of(
    rows.filter((row) => row.human !== TOKEN_OWNER),
    index,
  )?.human ?? TOKEN_OWNER;
const absent = (rows: readonly Row[], index: number) =>
  of(
    HUMANS.filter((who) => !isDeclared(rows, who)),
    index,
  );

const isDeclared = (rows: readonly Row[], who: string) => rows.some((row) => row.human === who);
const isTaken = (rows: readonly Row[], userName: string) => rows.some((row) => row.userName === userName);

/** The row with other cells; `undefined` empties one. */
const changed = (rows: Row[], who: string, cells: Partial<Row> | ((row: Row) => Partial<Row>)) =>
  isDeclared(rows, who)
    ? rows.map((row) =>
        row.human === who ? { ...row, ...(typeof cells === "function" ? cells(row) : cells) } : row,
      )
    : undefined;

/** Another address: whoever has an id in the file needs no word for it. */
const readdressed = (rows: Row[], who: string, userName: string) =>
  changed(rows, who, (row) => ({
    userName,
    formerUserName: row.id === undefined ? row.userName : undefined,
  }));

/** A row for somebody who has none, under the address that they have in Notion, or had last. */
function newRow(world: World, who: string, { b, c }: Edit, userName?: string): Row {
  const account = world.membersOf(who)[0];
  return {
    human: who,
    userName: userName ?? account?.userName ?? world.freshAddress(who),
    place: 0,
    role: roleOf(b),
    ...(c % 2 === 1 && { title: titleOf(c) }),
    ...(world.withIds && account !== undefined && userName === undefined && { id: account.id }),
  };
}

/** Whether an account that is no member would be taken for a newcomer who gets its address: then Notion forgets it first. */
function freed(world: World, userName: string): boolean {
  const holder = world.simulator.workspace.person(userName);
  if (holder === undefined) return true;
  if (holder.standing === "member") return false;
  world.simulator.workspace.forget(holder.id);
  return true;
}

const time = (edit: Edit) => 1 + (edit.b % 9) * 2;
const outside = (edit: Edit) => roleOf(edit.c % 2);

const EDITS = {
  role: (_, rows, { a, b }) => changed(rows, declared(rows, a), { role: roleOf(b), ...NO_ROLE_TIME }),
  title: (_, rows, { a, b }) => changed(rows, declared(rows, a), { title: titleOf(b) }),
  add: (world, rows, edit) => {
    const who = absent(rows, edit.a);
    if (who === undefined) return undefined;
    const row = newRow(world, who, edit);
    return isTaken(rows, row.userName) ? undefined : [...rows, row];
  },
  drop: (_, rows, { a }) =>
    rows.filter((row) => row.human !== declared(rows, a) || row.human === TOKEN_OWNER),
  move: (world, rows, { a }) => {
    const who = declared(rows, a);
    return readdressed(rows, who, world.freshAddress(who));
  },
  "hand on": (world, rows, edit) => {
    const holder = rows.find((row) => row.human === declared(rows, edit.a));
    const newcomer = absent(rows, edit.b);
    if (holder === undefined || newcomer === undefined || world.membersOf(newcomer).length > 0)
      return undefined;
    const moved = readdressed(rows, holder.human, world.freshAddress(holder.human)) ?? rows;
    return [...moved, newRow(world, newcomer, { ...edit, b: edit.c }, holder.userName)];
  },
  "take freed": (world, rows, edit) => {
    const newcomer = absent(rows, edit.a);
    const free = rows.flatMap(({ formerUserName: former }) =>
      former === undefined || isTaken(rows, former) ? [] : [former],
    );
    const userName = of(free, edit.c);
    if (userName === undefined || newcomer === undefined || world.membersOf(newcomer).length > 0)
      return undefined;
    return freed(world, userName) ? [...rows, newRow(world, newcomer, edit, userName)] : undefined;
  },
  swap: (_, rows, { a, b }) => ring(rows, [declared(rows, a), declared(rows, b)]),
  circle: (_, rows, { a, b, c }) => ring(rows, [declared(rows, a), declared(rows, b), declared(rows, c)]),
  chain: (world, rows, { a, b }) => {
    const who = declared(rows, a);
    const next = rows.find((row) => row.human === declared(rows, b));
    if (next === undefined || next.human === who) return undefined;
    const moved = readdressed(rows, next.human, world.freshAddress(next.human)) ?? rows;
    return readdressed(moved, who, next.userName);
  },
  until: (world, rows, edit) => changed(rows, declared(rows, edit.a), { until: world.moment(time(edit)) }),
  from: (world, rows, edit) =>
    changed(rows, declared(rows, edit.a), ({ until }) => {
      const from = world.moment(time(edit) - 2);
      return until !== undefined && until <= from ? {} : { from };
    }),
  extend: (world, rows, edit) =>
    changed(rows, declared(rows, edit.a), ({ until, roleUntil }) => ({
      ...(until !== undefined && { until: world.moment(time(edit)) }),
      ...(roleUntil !== undefined && { roleUntil: world.moment(time(edit)), roleFrom: undefined }),
    })),
  "role until": (world, rows, edit) =>
    changed(rows, declared(rows, edit.a), {
      role: roleOf(edit.b),
      roleFrom: undefined,
      roleUntil: world.moment(time(edit)),
      roleThen: outside(edit),
    }),
  "role from": (world, rows, edit) =>
    changed(rows, declared(rows, edit.a), ({ role = "member" }) => ({
      role: roleOf(edit.b),
      roleFrom: world.moment(time(edit)),
      roleUntil: undefined,
      roleThen: role,
    })),
  "no times": (_, rows, { a }) =>
    changed(rows, declared(rows, a), { from: undefined, until: undefined, ...NO_ROLE_TIME }),
  "fill down until": (world, rows, edit) =>
    rows.map((row) =>
      ["olivia", "bertil"].includes(row.human)
        ? row
        : { ...row, from: undefined, until: world.moment(time(edit)) },
    ),
  "on remove": (_, rows, { a, b }) =>
    changed(rows, declared(rows, a), { onRemove: (["remove", "restrict", "retain"] as const)[b % 3] }),
  protect: (_, rows, { a }) =>
    changed(rows, declared(rows, a), ({ protect }) => ({ protect: protect ? undefined : true })),
  transfer: (world, rows, { a }) =>
    world.places === 1
      ? undefined
      : changed(rows, declared(rows, a), ({ place }) => ({ place: place === 0 ? 1 : 0 })),
  "transfer and move": (world, rows, { a }) => {
    const who = declared(rows, a);
    const moved = world.places === 1 ? undefined : readdressed(rows, who, world.freshAddress(who));
    return moved && changed(moved, who, ({ place }) => ({ place: place === 0 ? 1 : 0 }));
  },
  tidy: (_, rows) => rows.map((row) => ({ ...row, formerUserName: undefined })),
  "no role column": (_, rows) => rows.map((row) => ({ ...row, role: undefined, ...NO_ROLE_TIME })),
} satisfies Record<string, Do>;

const NO_ROLE_TIME = { roleFrom: undefined, roleUntil: undefined, roleThen: undefined };

/** Each gets the address of the next one, the last one that of the first. */
function ring(rows: Row[], who: string[]): Row[] | undefined {
  const theirs = who.map((each) => rows.find((row) => row.human === each));
  const distinct = new Set(who).size === who.length;
  if (!distinct || theirs.some((row) => row === undefined)) return undefined;
  return who.reduce<Row[] | undefined>(
    (left, each, index) =>
      left && readdressed(left, each, theirs[(index + 1) % theirs.length]?.userName ?? ""),
    rows,
  );
}

/** What is done to the file as a whole. */
const WHOLE = {
  restore: ({ versions, file }, { a }) => versions.at(-1 - (a % versions.length)) ?? file,
  undo: ({ accepted, file }) => accepted ?? file,
  mode: ({ places, file }, { a }) => ({
    ...file,
    // Whoever decides over people who are not declared is alone in the program.
    undeclared:
      (["ignore", "report", "restrict", "remove"] as Mode[])[a % (places === 1 ? 4 : 2)] ?? "ignore",
  }),
  except: ({ unmanagedSince, file, simulator }, { a }) => {
    const who = simulator.workspace.person(of([...unmanagedSince.keys()], a) ?? "");
    return who === undefined ? file : { ...file, except: [...new Set([...file.except, who.userName])] };
  },
  "protect all": ({ file }) => ({ ...file, protect: !file.protect }),
  /** The ids of everybody whom the state has, as `accept` writes them. */
  accept: (world) => ({ ...world.file, rows: world.withIds ? withIds(world) : world.file.rows }),
} satisfies Record<string, (world: World, edit: Edit) => Roster>;

function withIds(world: World): Row[] {
  const state = world.stateIds();
  return world.file.rows.map((row) => {
    const id = state.get(row.userName);
    return id === undefined || world.owners.get(id) !== row.human
      ? row
      : { ...row, id, formerUserName: undefined };
  });
}

type EditName = keyof typeof EDITS | keyof typeof WHOLE;
const MOSTLY: EditName[] = [
  "move",
  "hand on",
  "take freed",
  "drop",
  "add",
  "role",
  "until",
  "restore",
  "restore",
];
/** Those that touch on who is who are in it more often. */
export const EDIT_NAMES = [...Object.keys(EDITS), ...Object.keys(WHOLE), ...MOSTLY, ...MOSTLY] as EditName[];

/** Changes the file, if there is anything to change, and says so. */
export function edit(world: World, change: Edit): void {
  const before = structuredClone(world.file);
  const what = change.what;
  if (what in WHOLE) world.file = structuredClone(WHOLE[what as keyof typeof WHOLE](world, change));
  else {
    const rows = EDITS[what as keyof typeof EDITS](world, before.rows, change);
    if (rows === undefined) return;
    world.file = { ...before, rows: structuredClone(rows) };
  }
  const changes = changesBetween(before, world.file);
  if (changes.length === 0) return;
  world.say(`roster: ${what}`);
  world.detail(changes);
}
