import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type People, Stack, workspace } from "../lifecycle/workspace/stack";
import { type Simulator, startSimulator } from "../simulator/index.mts";

/** The request budget of a NotionWorkspace that declares everybody, counted at the simulator. */

let simulator: Simulator;
let stack: Stack;
beforeEach(async () => {
  simulator = await startSimulator({ seed: "empty" });
});
afterEach(() => simulator.close());

const OPEN = { maxAdditions: 2000, maxPromotions: 2000, maxDemotions: 2000, maxRemovals: 2000 };
const pages = (members: number) => Math.ceil(members / 100);
const writes = () => simulator.requests.entries.filter(({ method }) => method !== "GET").length;
const everybody = () =>
  Object.fromEntries(simulator.workspace.members.map(({ userName, role }) => [userName, { role }])) as People;

async function run(people: People, options: Parameters<Stack["up"]>[1] = {}): Promise<void> {
  simulator.requests.clear();
  const { errors } = await stack.up([workspace("acme", people, { limits: OPEN })], options);
  expect(errors).toEqual([]);
}

describe.each([250, 1000])("%i members, all declared", (members) => {
  let people: People;
  beforeEach(async () => {
    simulator.seed({ members });
    stack = new Stack(simulator);
    people = everybody();
    await run(people);
  });
  /** Not the first ones: those are owners, and a first page tells of them. */
  const last = (count: number) => Object.keys(people).slice(-count);

  test("adopted: the pages and 2, no write", () => {
    expect(writes()).toBe(0);
    expect(simulator.requests.count()).toBeLessThanOrEqual(pages(members) + 2);
  });

  test("a plain preview, and an up of nothing: none", async () => {
    await run(people);
    expect(simulator.requests.count()).toBe(0);
  });

  test("a refresh: the pages", async () => {
    simulator.requests.clear();
    expect((await stack.refresh()).errors).toEqual([]);
    expect(simulator.requests.counts).toEqual({ "GET /Users": pages(members) });
  });

  test("an up that reads first: the pages, once more where it previews", async () => {
    await run(people, { refresh: true });
    expect(simulator.requests.counts).toEqual({ "GET /Users": 2 * pages(members) });
  });

  test("one role changed: a look and a PATCH", async () => {
    const [who = ""] = last(1);
    await run({ ...people, [who]: { role: "restricted_member" } });
    expect(simulator.requests.counts).toEqual({ "GET /Users/{id}": 1, "PATCH /Users/{id}": 1 });
  });

  test.each([12, members / 5])("%i roles changed: a write each, the pages and 2", async (count) => {
    const changed = last(count).map((who) => [who, { role: "restricted_member" }]);
    await run({ ...people, ...Object.fromEntries(changed) });
    expect(writes()).toBe(count);
    expect(simulator.requests.count()).toBeLessThanOrEqual(count + pages(members) + 2);
  });

  test.each([3, 200])("%i added: a POST each, the pages and 5", async (count) => {
    const added = Array.from({ length: count }, (_, index) => [
      `new.${index}@example.com`,
      { role: "member" },
    ]);
    await run({ ...people, ...Object.fromEntries(added) });
    expect(simulator.requests.count("POST /Users")).toBe(count);
    expect(simulator.requests.count()).toBeLessThanOrEqual(count + pages(members) + 5);
  });

  test("one removed: a look, the DELETE and its proof", async () => {
    const [who = ""] = last(1);
    const { [who]: _, ...rest } = people;
    await run(rest);
    expect(simulator.requests.counts).toEqual({ "GET /Users/{id}": 2, "DELETE /Users/{id}": 1 });
  });

  test("many removed: a DELETE and its proof each, the pages and 2", async () => {
    const gone = new Set(last(members / 5));
    await run(Object.fromEntries(Object.entries(people).filter(([who]) => !gone.has(who))));
    expect(writes()).toBe(gone.size);
    expect(simulator.requests.count()).toBeLessThanOrEqual(2 * gone.size + pages(members) + 2);
  });
});
