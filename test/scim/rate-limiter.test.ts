import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DEFAULT_CONCURRENCY, RateLimiter, type RateLimiterOptions } from "../../provider/scim/rate-limiter";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A pace with tasks that end when they are told to. */
function paced(options: RateLimiterOptions = {}) {
  const lines: string[] = [];
  const limiter = new RateLimiter({ log: (line) => lines.push(line), ...options });
  const ends: (() => void)[] = [];
  let begun = 0;
  const add = (times: number) => {
    for (let each = 0; each < times; each += 1) {
      void limiter.run(async () => {
        begun += 1;
        await new Promise<void>((resolve) => ends.push(resolve));
        limiter.ease();
      });
    }
  };
  const end = async (times: number) => {
    for (const resolve of ends.splice(0, times)) resolve();
    await pass(0);
  };
  return { pace: limiter, lines, add, end, begun: () => begun };
}

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

describe("how many run side by side", () => {
  test(`is ${DEFAULT_CONCURRENCY} by default; the next begins when one has ended`, async () => {
    const { add, end, begun } = paced();
    add(20);
    await pass(0);
    expect(begun()).toBe(8);
    await end(3);
    expect(begun()).toBe(11);
  });

  test("is what is asked for", async () => {
    const { add, end, begun } = paced({ concurrency: 2 });
    add(5);
    await pass(0);
    expect(begun()).toBe(2);
    await end(1);
    expect(begun()).toBe(3);
  });

  test("is not used up by a task that fails, whose error reaches its caller", async () => {
    const { pace: limiter, add, begun } = paced({ concurrency: 1 });
    await expect(limiter.run(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    add(1);
    await pass(0);
    expect(begun()).toBe(1);
  });
});

test("with a rate, one begins each 1/rate of a second, not a burst at the start of each", async () => {
  const { add, begun } = paced({ requestsPerSecond: 4, concurrency: 100 });
  add(10);
  await pass(0);
  expect(begun()).toBe(1);
  for (const expected of [2, 3, 4, 5]) {
    await pass(249);
    expect(begun()).toBe(expected - 1);
    await pass(1);
    expect(begun()).toBe(expected);
  }
});

test("a rate below one a second is kept too", async () => {
  const { add, begun } = paced({ requestsPerSecond: 0.5 });
  add(3);
  await pass(1999);
  expect(begun()).toBe(1);
  await pass(1);
  expect(begun()).toBe(2);
});

describe("a pause", () => {
  test("lets nothing begin before it is over, and says once for how long", async () => {
    const { pace: limiter, lines, add, begun } = paced();
    limiter.pause(30_000, "Notion answered 429");
    add(5);
    await pass(29_999);
    expect(begun()).toBe(0);
    await pass(1);
    expect(begun()).toBe(1);
    expect(lines).toEqual(["Notion answered 429: all requests wait 30 s."]);
  });

  test("lets what is under way end", async () => {
    const { pace: limiter, add, end, begun } = paced({ concurrency: 2 });
    add(3);
    await pass(0);
    limiter.pause(1000, "429");
    await end(2);
    expect(begun()).toBe(2);
    await pass(1000);
    expect(begun()).toBe(3);
  });

  test("begins again with one, and one more side by side for each that goes well", async () => {
    const { pace: limiter, add, end, begun } = paced();
    limiter.pause(1000, "429");
    add(40);
    await pass(1000);
    expect(begun()).toBe(1);
    await end(1);
    expect(begun()).toBe(3);
    await end(2);
    expect(begun()).toBe(7);
    await end(4);
    expect(begun()).toBe(15);
    // Eight under way, the usual number, and never more.
    await end(1);
    expect(begun()).toBe(16);
  });

  test("begins again with one, though what was under way ended well in the meantime", async () => {
    const { pace: limiter, add, end, begun } = paced();
    add(30);
    await pass(0);
    expect(begun()).toBe(8);
    limiter.pause(1000, "429");
    await end(8);
    await pass(1000);
    expect(begun()).toBe(9);
  });

  test("that is asked for by several together is the longest of them, told once", async () => {
    const { pace: limiter, lines, add, begun } = paced();
    limiter.pause(2000, "429");
    limiter.pause(500, "429");
    limiter.pause(3000, "429");
    limiter.pause(3000, "429");
    add(1);
    await pass(2999);
    expect(begun()).toBe(0);
    await pass(1);
    expect(begun()).toBe(1);
    expect(lines).toEqual(["429: all requests wait 2 s."]);
  });

  test("is not cut short by another that asks for less", async () => {
    const { pace: limiter, add, begun } = paced();
    limiter.pause(2000, "429");
    limiter.pause(500, "429");
    add(1);
    await pass(1999);
    expect(begun()).toBe(0);
    await pass(1);
    expect(begun()).toBe(1);
  });

  test("that follows later is told again", async () => {
    const { pace: limiter, lines, add, begun } = paced();
    limiter.pause(100, "429");
    await pass(100);
    limiter.pause(1500, "529");
    add(1);
    await pass(1499);
    expect(begun()).toBe(0);
    await pass(1);
    expect(begun()).toBe(1);
    expect(lines).toEqual(["429: all requests wait 100 ms.", "529: all requests wait 1.5 s."]);
  });

  test("of nothing stops nothing for good", async () => {
    const { pace: limiter, add, begun } = paced();
    limiter.pause(0, "429");
    add(1);
    await pass(1);
    expect(begun()).toBe(1);
  });

  test("keeps to a rate after it is over", async () => {
    const { pace: limiter, add, end, begun } = paced({ requestsPerSecond: 10 });
    limiter.pause(1000, "429");
    add(5);
    await pass(1000);
    expect(begun()).toBe(1);
    await end(1);
    expect(begun()).toBe(1);
    await pass(100);
    expect(begun()).toBe(2);
  });
});
