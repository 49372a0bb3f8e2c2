import { beforeAll, describe, expect, type TestContext, test } from "vitest";
import { type People, Stack, type Told, workspace } from "../lifecycle/workspace/stack";
import { type FaultSpec, type Simulator, startSimulator } from "../simulator/index.mts";
import { chosenOf, type Faulted, PASSING, patienceFor, rowsOf } from "./cases";
import { isWithin } from "./times";
import { watch } from "./tiny-engine";

// Every fault at every operation of a NotionWorkspace: once, and for as long as the run lasts. Whatever the first run
// comes to, the state holds what is true, and the next run without the fault does the rest.

const TOKEN = "sim_0123456789abcdef0123456789abcdef";
const email = (number: number) => `member.${String(number).padStart(3, "0")}@example.com`;
const OPEN = { maxAdditions: 50, maxPromotions: 50, maxRemovals: 50, maxDemotions: 50 };

/** Before and after the ends: of a role, and of a membership. */
const NOW = Date.parse("2026-12-01T09:00:00Z");
const UNTIL = "2026-12-04T18:00:00Z";
const AFTER_THE_ENDS = Date.parse("2026-12-05T09:00:00Z");

const FOR_A_TIME: People = {
  [email(30)]: { role: "owner", roleUntil: UNTIL, roleThen: "member", reason: "INC-42" },
  [email(114)]: { role: "membership_admin", roleUntil: UNTIL, roleThen: "restricted_member" },
  [email(35)]: { role: "member", title: "Title 35", until: UNTIL },
  [email(115)]: { role: "member", title: "Title 115", until: UNTIL },
};

/** Half of them on the second page of a listing, so that what happens between two pages matters. */
const BASE: People = {
  [email(10)]: { role: "membership_admin", title: "Title 10" },
  [email(60)]: { role: "member", title: "Title 60" },
  [email(105)]: { role: "owner", title: "Title 105" },
  [email(110)]: { role: "restricted_member", title: "Title 110" },
  [email(120)]: { role: "member", title: "Title 120", onRemove: "restrict" },
  [email(125)]: { role: "owner", title: "Title 125" },
  ...FOR_A_TIME,
};

interface Operation extends Faulted {
  /** undefined: the workspace is destroyed. */
  people: People | undefined;
  refresh?: boolean;
  /** The moment of its runs. Default {@link NOW}. */
  now?: number;
  drift?: (simulator: Simulator) => void;
  /** Who is out of the workspace at its end. */
  removed?: number[];
}

const ENDS: Operation = { people: BASE, now: AFTER_THE_ENDS, readsAsAnother: true, removed: [35, 115] };

const OPERATIONS: Record<string, Operation> = {
  additions: {
    people: {
      ...BASE,
      "new.owner@example.com": { role: "owner", title: "New" },
      "new.member@example.com": { role: "member", title: "New", department: "Sales" },
      "new.restricted@example.com": { role: "restricted_member" },
      [email(20)]: { role: "member" },
      [email(70)]: { role: "membership_admin", title: "Adopted" },
    },
    write: { method: "POST" },
  },
  changes: {
    people: {
      [email(10)]: { role: "restricted_member", title: "Changed" },
      [email(60)]: { role: "owner", title: "Title 60" },
      [email(105)]: { role: "member", title: "Title 105", department: "Design" },
      [email(110)]: { role: "membership_admin", title: "Title 110" },
      [email(120)]: { role: "member", title: "Changed", onRemove: "restrict" },
      "changed.125@example.com": { role: "owner", title: "Title 125", formerUserName: email(125) },
      ...FOR_A_TIME,
    },
    write: { method: "PATCH" },
  },
  removals: {
    people: {
      [email(60)]: { role: "member", title: "Title 60" },
      [email(105)]: { role: "owner", title: "Title 105" },
      [email(120)]: { role: "member", title: "Title 120", onRemove: "restrict" },
      [email(125)]: { role: "owner", title: "Title 125" },
      ...FOR_A_TIME,
    },
    write: { method: "DELETE" },
    removed: [10, 110],
  },
  refresh: {
    people: BASE,
    refresh: true,
    drift: ({ workspace: live }) => {
      live.edit(email(10), { title: "Edited in Notion", role: "member" });
      live.edit(email(110), { role: "owner" });
      live.edit(email(125), { userName: "swapped@example.com" });
      live.remove(email(60));
    },
  },
  destroy: {
    people: undefined,
    write: { method: "DELETE" },
    removed: [10, 30, 35, 60, 105, 110, 114, 115, 125],
  },
  // The program is as it was: the clock alone takes roles and memberships away.
  "ends of roles": { ...ENDS, write: { method: "PATCH" } },
  "ends of memberships": { ...ENDS, write: { method: "DELETE" } },
};

const ROWS = rowsOf(OPERATIONS);

interface Scene {
  simulator: Simulator;
  stack: Stack;
  seen: ReturnType<typeof watch>;
}

/** The workspace and the state after a faultless first run; every case starts from a copy. */
let base: { data: Simulator["workspace"]["data"]; state: Stack["state"] };

beforeAll(async () => {
  const simulator = await startSimulator({ seed: { members: 130 }, token: TOKEN });
  const stack = new Stack(simulator);
  const first = await stack.up([workspace("acme", BASE, { limits: OPEN })], { preview: false, now: NOW });
  expect(first.errors).toEqual([]);
  base = { data: structuredClone(simulator.workspace.data), state: stack.state };
  await simulator.close();
});

async function begin({ drift }: Operation, { onTestFinished }: TestContext): Promise<Scene> {
  const simulator = await startSimulator({ token: TOKEN });
  onTestFinished(() => simulator.close());
  simulator.workspace.load(structuredClone(base.data));
  const stack = new Stack(simulator);
  for (const [urn, entry] of base.state) stack.state.set(urn, structuredClone(entry));
  drift?.(simulator);
  simulator.requests.clear();
  return { simulator, stack, seen: watch(simulator) };
}

function run(
  { stack }: Scene,
  { people, refresh = false, now = NOW }: Operation,
  patience = {},
): Promise<Told> {
  // 404 proves them gone, whoever says it.
  if (people === undefined) return stack.destroy({ now, client: patience });
  const program = [workspace("acme", people, { limits: OPEN })];
  return stack.up(program, { refresh, preview: false, now, client: patience });
}

/** Everybody in the state has an id of their own. */
function expectWhole({ stack }: Scene): void {
  if (stack.state.size === 0) return;
  const { ids, people } = stack.workspace();
  expect(Object.keys(ids).sort()).toEqual(Object.keys(people).sort());
  expect(new Set(Object.values(ids)).size, "an id stands for one person").toBe(Object.keys(ids).length);
}

/** Whoever was in the state, is still declared and still a member is in the state, however the run went. */
function expectNobodyForgotten(
  { simulator, stack }: Scene,
  before: Record<string, string>,
  operation: Operation,
) {
  if (operation.people === undefined) return;
  const held = new Set(Object.values(stack.workspace().ids));
  const declared = new Set(
    Object.entries(operation.people).flatMap(([address, { formerUserName }]) => [address, formerUserName]),
  );
  for (const [address, id] of Object.entries(before))
    if (declared.has(address) && simulator.workspace.member(id) !== undefined)
      expect(held, `${address} in the state`).toContain(id);
}

/** The people as they are to be at a moment: those whose membership is over are not among them. */
function heldAt(people: People, now: number): People {
  const present = Object.entries(people).filter(([, { until }]) => isWithin(now, undefined, until));
  return Object.fromEntries(
    present.map(([userName, person]) => {
      const role = isWithin(now, undefined, person.roleUntil) ? person.role : person.roleThen;
      return [userName, { ...person, ...(role && { role }) }];
    }),
  );
}

function expectAsDeclared(
  { simulator, stack }: Scene,
  { people: declared, removed = [], now = NOW }: Operation,
): void {
  const people = declared && heldAt(declared, now);
  for (const [userName, { formerUserName: _, ...held }] of Object.entries(people ?? {})) {
    const { onRemove: __, until, roleUntil, roleThen, reason, ...seen } = held;
    const found = simulator.workspace.membersNamed(userName);
    expect(found, userName).toMatchObject([seen]);
    const {
      lastApplied: ___,
      timedRole: ____,
      setBack: _____,
      ...kept
    } = stack.workspace().people[userName] ?? {};
    expect(kept, userName).toEqual(held);
    expect(stack.workspace().ids[userName]).toBe(found[0]?.id);
  }
  if (people === undefined) expect(stack.state.size).toBe(0);
  else expect(Object.keys(stack.workspace().ids)).toHaveLength(Object.keys(people).length);
  for (const number of removed) expect(simulator.workspace.member(email(number))).toBeUndefined();
}

for (const name of Object.keys(OPERATIONS)) {
  describe.concurrent(`${name} of a workspace converge with the next run after`, () => {
    for (const { title, place, spec } of chosenOf(ROWS).filter(({ operation }) => operation === name))
      test(title, async (context) => {
        const operation = OPERATIONS[name] as Operation;
        const scene = await begin(operation, context);
        const { simulator, stack, seen } = scene;
        const before = { ...stack.workspace().ids };
        const fault = simulator.faults.add(spec);

        // What reads nothing meets no fault of a read; a listing is then asked for.
        const refresh = place === "read" && operation.people !== undefined;
        const first = await run(
          scene,
          { ...operation, refresh: refresh || operation.refresh === true },
          patienceFor(spec),
        );
        expect(fault.fired, "the fault has fired").toBeGreaterThan(0);
        if (first.errors.length === 0 && operation.people !== undefined && !drifts(spec))
          expectAsDeclared(scene, operation);
        if (spec.times === 1 && PASSING.has(spec.name))
          expect(first.errors, "a run that copes by itself").toEqual([]);
        expectWhole(scene);
        // A 404 for somebody who is there is the one lie that is believed.
        if (spec.name !== "not_found") expectNobodyForgotten(scene, before, operation);

        simulator.faults.clear();
        if (stack.state.size > 0 || operation.people !== undefined)
          for (let runs = 0; runs < 2; runs += 1) {
            const again = await run(scene, {
              ...operation,
              refresh: drifts(spec) || operation.refresh === true,
            });
            expect(again.errors).toEqual([]);
            // A role that a take-over left as it was is changed by the run after.
            if (operation.people === undefined) break;
          }
        expectAsDeclared(scene, operation);

        const declared = new Set(Object.keys(BASE));
        const lost = seen.left.filter((userName) => declared.has(userName)).sort();
        expect(lost, "who left").toEqual((operation.removed ?? []).map(email).sort());
        const added = seen.joined.filter((userName) => !userName.startsWith("joined.meanwhile"));
        expect(added.length, "nobody is added twice").toBe(new Set(added).size);
      });
  });
}

/** What may leave a wrong note in the state that a refresh puts right. */
function drifts({ name }: FaultSpec): boolean {
  return ["not_found", "unknown_role", "ignored_change"].includes(name);
}

test("every operation meets more than forty faults", () => {
  for (const operation of Object.keys(OPERATIONS))
    expect(ROWS.filter((row) => row.operation === operation).length).toBeGreaterThan(40);
});
