import { expect, test } from "vitest";
import { Arrivals } from "../../provider/lifecycle/arrivals";

const NEVER = 3_600_000;

/** Whether it is settled without another resource. */
async function isSettled(arrivals: Arrivals): Promise<boolean> {
  return Promise.race([
    arrivals.settled().then(() => true),
    new Promise<boolean>((resolve) => setImmediate(resolve, false)),
  ]);
}

test("where nothing is said of other resources, none is waited for", async () => {
  expect(await isSettled(new Arrivals({ counted: NEVER, uncounted: NEVER }))).toBe(true);
});

test("a write waits for all resources that the program counts, and no longer", async () => {
  const arrivals = new Arrivals({ counted: NEVER, uncounted: NEVER });
  arrivals.expect(2);
  arrivals.note("ada");
  arrivals.note("ada");
  expect(await isSettled(arrivals)).toBe(false);
  const waiting = [arrivals.settled(), arrivals.settled()];
  arrivals.note("bea");
  await Promise.all(waiting);
  expect(await isSettled(arrivals)).toBe(true);
});

test("a resource that waits for another one is not waited for without an end", async () => {
  const arrivals = new Arrivals({ counted: 1, uncounted: NEVER });
  arrivals.expect(2);
  arrivals.note("ada");
  await arrivals.settled();
});

test("what was waited for in vain is not waited for again: the engine may hold it back until something is written", async () => {
  const arrivals = new Arrivals({ counted: 1, uncounted: NEVER });
  arrivals.expect(1000);
  await arrivals.settled();
  arrivals.note("ada");
  expect(await isSettled(arrivals)).toBe(true);
});

test("a write waits no longer than until it knows enough", async () => {
  const arrivals = new Arrivals({ counted: NEVER, uncounted: NEVER });
  const known = new Set<string>();
  arrivals.expect(3);
  const enough = arrivals.settled(() => known.has("bea"));
  arrivals.note("ada");
  known.add("bea");
  arrivals.note("bea");
  await enough;
});

test("where nobody counts them, the engine's silence tells that none is to come", async () => {
  const arrivals = new Arrivals({ counted: NEVER, uncounted: 1 });
  arrivals.expect("uncounted");
  arrivals.note("ada");
  await arrivals.settled();
});
