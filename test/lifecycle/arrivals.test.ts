import { expect, test } from "vitest";
import { Arrivals } from "../../provider/lifecycle/arrivals";

const NEVER = 3_600_000;

test("where nothing is said of other resources, none is waited for", async () => {
  expect(await new Arrivals({ counted: NEVER, uncounted: NEVER }).next()).toBe(false);
});

test("the resources that the program counts are waited for, and no longer than until all are there", async () => {
  const arrivals = new Arrivals({ counted: NEVER, uncounted: NEVER });
  arrivals.expect(2);
  arrivals.note("ada");
  arrivals.note("ada");
  const next = arrivals.next();
  arrivals.note("bea");
  expect(await next).toBe(true);
  expect(await arrivals.next()).toBe(false);
});

test("a resource that waits for another one is not waited for without an end", async () => {
  const arrivals = new Arrivals({ counted: 1, uncounted: NEVER });
  arrivals.expect(2);
  arrivals.note("ada");
  expect(await arrivals.next()).toBe(false);
});

test("where nobody counts them, the engine's silence tells that none is to come", async () => {
  const arrivals = new Arrivals({ counted: NEVER, uncounted: 1 });
  arrivals.expect("uncounted");
  arrivals.note("ada");
  expect(await arrivals.next()).toBe(false);
});

test.each([["uncounted" as const], [3]])(
  "each one that comes is told to all who wait (%s)",
  async (declared) => {
    const arrivals = new Arrivals({ counted: NEVER, uncounted: NEVER });
    arrivals.expect(declared);
    const waiting = [arrivals.next(), arrivals.next()];
    arrivals.note("ada");
    expect(await Promise.all(waiting)).toEqual([true, true]);
  },
);
