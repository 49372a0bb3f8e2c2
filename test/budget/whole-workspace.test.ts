import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LONG_RUN } from "../long-run";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import { type Declared, type Engine, type Role, Stack } from "./session";

/** The request budget (issue 6) where everybody in the workspace is declared, counted at the simulator. */

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator({ seed: "empty" });
});
afterEach(() => simulator.close());

const pages = (members: number) => Math.ceil(members / 100);
const requests = () => simulator.requests.count();
const writes = () => simulator.requests.entries.filter(({ method }) => method !== "GET").length;
const everybody = (): Declared[] =>
  simulator.workspace.members.map(({ userName, role }) => ({ userName, role: role as Role }));
/** From the end of the workspace, so that a first page tells of nobody. */
const few = (count: number) => everybody().slice(-count);
const newcomers = (count: number): Declared[] =>
  Array.from({ length: count }, (_, index) => ({
    userName: `new.${index}@example.com`,
    role: "membership_admin",
  }));

/** How many at once, and in which order. */
const ENGINES: Engine[] = [
  { parallel: 8, order: "paired" },
  { parallel: 64, order: "users first" },
  { parallel: 8, order: "users first" },
  { parallel: 1, order: "paired" },
  { parallel: 1, order: "users first" },
];
/** Each order shows at the smaller size; a long run sees all of them at both. */
const OF_MANY = LONG_RUN ? ENGINES : ENGINES.slice(0, 1);

describe.each([
  { members: 250, engines: ENGINES },
  { members: 1000, engines: OF_MANY },
])("$members members", ({ members, engines }) => {
  describe.each(engines)("$parallel at a time, $order", (engine) => {
    let stack: Stack;
    beforeEach(() => {
      simulator.seed({ members });
      stack = new Stack(simulator, engine);
    });

    test("all adopted: pages and 5, no write", async () => {
      await stack.create(everybody());
      expect(writes()).toBe(0);
      expect(requests()).toBeLessThanOrEqual(pages(members) + 5);
    });

    test.each([members / 50, members])(
      "%i refreshed: the pages and 2, one at a time twice the pages and 2",
      async (n) => {
        await stack.create(few(n));
        expect(await stack.refresh()).toHaveLength(2 * n);
        const listings = engine.parallel === 1 ? 2 : 1;
        expect(requests()).toBeLessThanOrEqual(listings * pages(members) + 2);
        expect(writes()).toBe(0);
      },
    );

    test.each([3, 12, members / 5])("%i roles changed: a write each, the pages and 2", async (k) => {
      await stack.create(few(members / 2));
      await stack.changeRoles((index) => (index < k ? "restricted_member" : undefined));
      expect(writes()).toBe(k);
      expect(requests()).toBeLessThanOrEqual(k + pages(members) + 2);
    });

    test("one role changed: 2", async () => {
      await stack.create(few(members / 2));
      await stack.changeRoles((index) => (index === 7 ? "restricted_member" : undefined));
      expect(requests()).toBe(2);
    });

    test("an attribute of everybody changed: a write each, and nothing else", async () => {
      await stack.create(everybody());
      await stack.setTitles("Engineer");
      expect(simulator.requests.counts).toEqual({ "PATCH /Users/{id}": members });
    });

    test.each([3, members])("%i new ones with roles: a write each, the pages and 5", async (n) => {
      await stack.create(newcomers(n));
      expect(simulator.requests.count("POST /Users")).toBe(n);
      expect(writes()).toBe(n);
      expect(requests()).toBeLessThanOrEqual(n + pages(members) + 5);
    });

    test.each([3, members - 2])("%i destroyed: a write each and its proof, the pages and 2", async (n) => {
      await stack.create(few(n));
      await stack.destroy();
      expect(writes()).toBe(n);
      // Of 64 at once some may be removed before the page that came first is used: then it is read once more.
      const again = engine.parallel === 64 ? 1 : 0;
      expect(requests()).toBeLessThanOrEqual(2 * n + pages(members) + 2 + again);
      expect(simulator.workspace.members).toHaveLength(members - n);
    });
  });
});

describe("calls that come one after the other, while earlier ones are being answered", () => {
  beforeEach(() => {
    simulator.seed({ members: 1000 });
    simulator.configure({ latencyMs: 40 });
  });

  test.each([5, 15, 30, 60])(
    "every %i ms: own additions and removals do not upset the listing",
    async (spacingMs) => {
      const stack = new Stack(simulator, { parallel: 8, order: "paired", spacingMs });
      await stack.create(newcomers(24));
      expect(requests()).toBeLessThanOrEqual(24 + pages(1000) + 5);
      await stack.destroy();
      expect(requests()).toBeLessThanOrEqual(2 * 24 + pages(1024) + 2);
    },
  );

  test.each([5, 15, 30])(
    "every %i ms: however few wait at a time, a refresh costs the pages and 2",
    async (spacingMs) => {
      const stack = new Stack(simulator, { parallel: 8, order: "users first", spacingMs });
      await stack.create(few(20));
      await stack.refresh();
      expect(requests()).toBeLessThanOrEqual(pages(1000) + 2);
    },
  );
});

describe("10,000 members", () => {
  test("k and their roles cost 2k + 1 to adopt or to refresh, and 1 for one; one role change costs 2", async () => {
    simulator.seed({ members: 10_000 });
    for (const parallel of [8, 1]) {
      for (const k of [1, 2, 5, 10]) {
        const atMost = k === 1 ? 1 : 2 * k + 1;
        const stack = new Stack(simulator, { parallel, order: "paired" });
        const people = few(k);
        await stack.create(people);
        expect.soft(requests(), `${k} adopted, ${parallel} at a time`).toBeLessThanOrEqual(atMost);
        expect(await stack.refresh()).toHaveLength(2 * k);
        expect.soft(requests(), `${k} refreshed, ${parallel} at a time`).toBeLessThanOrEqual(atMost);
        const other = people[0]?.role === "member" ? "restricted_member" : "member";
        await stack.changeRoles((index) => (index === 0 ? other : undefined));
        expect.soft(requests(), `one role of ${k}, ${parallel} at a time`).toBe(2);
      }
    }
  });
});

test("four times the members cost at most four times the requests", async () => {
  const asked: { refresh: number; roles: number }[] = [];
  for (const members of [250, 1000]) {
    simulator.seed({ members });
    const stack = new Stack(simulator, { parallel: 8, order: "paired" });
    await stack.create(everybody());
    await stack.refresh();
    const refresh = requests();
    await stack.changeRoles((index) => (index % 10 === 3 ? "membership_admin" : undefined));
    asked.push({ refresh, roles: requests() });
  }
  const [small, large] = asked;
  expect(large?.refresh).toBeLessThanOrEqual(4 * (small?.refresh ?? 0));
  expect(large?.roles).toBeLessThanOrEqual(4 * (small?.roles ?? 0));
});
