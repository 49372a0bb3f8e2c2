import { afterEach, beforeEach, expect, test } from "vitest";
import { type RequestEntry, type Simulator, startSimulator } from "../simulator/index.mts";
import { type Declared, Stack } from "./session";

/** How the requests of one process are spread over time, seen from where they arrive. */

/** How late a timer or a socket may be on a busy machine. */
const SLACK_MS = 30;

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 3 } });
});
afterEach(() => simulator.close());

const newcomers = (count: number): Declared[] =>
  Array.from({ length: count }, (_, index) => ({ userName: `new.${index}@example.com`, role: "member" }));

const engine = { parallel: 8, order: "users first" } as const;

/** Entries that arrived within `ms` from each entry on, at most. */
function most(entries: readonly RequestEntry[], ms: number): number {
  const within = entries.map(
    ({ atMs }) => entries.filter((other) => other.atMs >= atMs && other.atMs < atMs + ms).length,
  );
  return Math.max(0, ...within);
}

test("one 429 is one pause for all, and one line; nothing arrives in it", async () => {
  simulator.configure({ latencyMs: 100 });
  simulator.faults.add({ name: "rate_limited", method: "POST", times: 1, retryAfter: 1 });
  const stack = new Stack(simulator, engine);
  await stack.create(newcomers(40));
  const { entries } = simulator.requests;
  const refused = entries.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(1);
  expect(stack.lines.filter((line) => line.includes("all requests wait"))).toHaveLength(1);

  const answeredAtMs = (refused[0]?.atMs ?? 0) + 100;
  const inPause = entries.filter(
    ({ atMs }) => atMs > answeredAtMs + SLACK_MS && atMs < answeredAtMs + 1000 - SLACK_MS,
  );
  expect(inPause).toEqual([]);
  expect(entries.length).toBe(new Set(entries.map(({ body }) => JSON.stringify(body))).size + 1);
});

test("after a pause requests come back one more with each success, not all at once", async () => {
  const latencyMs = 150;
  simulator.configure({ latencyMs });
  simulator.faults.add({ name: "rate_limited", method: "POST", times: 1, retryAfter: 1 });
  const stack = new Stack(simulator, engine);
  await stack.create(newcomers(40));
  const { entries } = simulator.requests;
  const pauseEndsAtMs = (entries.find(({ status }) => status === 429)?.atMs ?? 0) + latencyMs + 1000;
  const after = entries.filter(({ atMs }) => atMs >= pauseEndsAtMs - SLACK_MS);
  expect(after.length).toBeGreaterThan(20);
  const underWay = after.map(({ atMs }, index) => {
    const answered = after.filter((other) => other.atMs + latencyMs <= atMs + SLACK_MS).length;
    return { underWay: index + 1 - answered, allowed: Math.min(8, 1 + answered) };
  });
  expect(underWay.filter(({ underWay, allowed }) => underWay > allowed)).toEqual([]);
  // Back at full speed in the end, or this would hold for one at a time as well.
  expect(Math.max(...underWay.map((each) => each.underWay))).toBe(8);
});

test("a server that takes 3 requests a second is not stormed, and 1,000 members are read in less than 30 seconds", async () => {
  simulator.seed({ members: 1000 });
  const stack = new Stack(simulator, engine);
  const everybody = simulator.workspace.members.map(
    ({ userName }): Declared => ({ userName, role: "member" }),
  );
  await stack.create(everybody.slice(2));
  simulator.configure({ rateLimit: { requestsPerSecond: 3 } });
  const startedAtMs = Date.now();
  expect(await stack.refresh()).toHaveLength(2 * 998);
  expect(Date.now() - startedAtMs).toBeLessThan(30_000);
  const refused = simulator.requests.entries.filter(({ status }) => status === 429);
  expect(simulator.requests.count() - refused.length).toBe(10);
  // Eight were under way when the first was refused; after that each pause meets few.
  expect(refused.length).toBeLessThanOrEqual(15);
});

test("notion:requestsPerSecond is never exceeded, in any second", async () => {
  const stack = new Stack(simulator, engine, 5);
  await stack.create(newcomers(16));
  const { entries } = simulator.requests;
  expect(entries.length).toBeGreaterThanOrEqual(17);
  expect(most(entries, 1000 - SLACK_MS)).toBeLessThanOrEqual(5);
});
