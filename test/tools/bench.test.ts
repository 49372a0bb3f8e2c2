import { describe, expect, test } from "vitest";
import { benchOptions } from "../../tools/bench/options.mts";
import { type Measurement, ratio, ratioWithRequests, waitingSeconds } from "../../tools/bench/results.mts";
import { markdown, TAKE_OVER, tables } from "../../tools/bench/tables.mts";
import { roleOf } from "../../tools/processes.mts";

const measurement = (changes: Partial<Measurement> = {}): Measurement => ({
  members: 1000,
  operation: TAKE_OVER,
  latencyMs: 0,
  checkpoints: false,
  seconds: 12,
  requests: 16,
  refused: 0,
  peaks: { engine: 100 * 1024 * 1024 },
  stateBytes: 2_048_000,
  floor: { seconds: 10, peaks: {}, stateBytes: 2_000_000 },
  ...changes,
});

const results = (...measurements: Measurement[]) => ({
  circumstances: {
    cores: 2,
    platform: "linux x64",
    node: "v24.0.0",
    pulumi: "3.0.0",
    sdk: "3.0.0",
    load: { before: 0, after: 2 },
    importMs: { sdk: 400, package: 2 },
  },
  measurements,
});

describe("the flags of the bench", () => {
  test("measure three sizes, two latencies and a limit where nothing is said", () => {
    expect(benchOptions([])).toMatchObject({
      sizes: [100, 500, 1000],
      latenciesMs: [0, 100],
      rate: 3,
      checkpoints: [100, 500],
    });
  });

  test("--quick is small, and what is said besides holds", () => {
    expect(benchOptions(["--quick", "--latency", "5"])).toMatchObject({
      sizes: [20],
      latenciesMs: [5],
      rate: undefined,
      checkpoints: [],
    });
  });

  test.each([
    ["--sizes", "100,many"],
    ["--sizes", "3"],
    ["--latency", "-1"],
    ["--rate", "1.5"],
  ])("%s %s is refused with its name", (flag, value) => {
    expect(() => benchOptions([`${flag}=${value}`])).toThrow(flag);
  });
});

describe("a measurement", () => {
  test("is set against the floor, and against the floor with the requests side by side", () => {
    expect(ratio(measurement())).toBeCloseTo(1.2);
    // 16 requests, 8 at a time: two waits.
    expect(ratioWithRequests(measurement({ latencyMs: 1000 }))).toBeCloseTo(1);
  });

  test("under a limit waited for what it took beyond the same operation without one", () => {
    const limited = measurement({ limit: 3, seconds: 15.5 });
    const others = [measurement({ members: 100, seconds: 1 }), measurement({ latencyMs: 100, seconds: 2 })];
    expect(waitingSeconds([...others, measurement(), limited], limited)).toBeCloseTo(3.5);
    expect(waitingSeconds([...others, limited], limited)).toBeUndefined();
  });
});

describe("the tables", () => {
  test("show each question that was measured, and no other", () => {
    const text = tables(results(measurement(), measurement({ operation: "preview", seconds: 6 })));
    expect(text).toContain("× 1.20");
    expect(text).toContain("100 (–)");
    expect(text).toContain("1024 B");
    expect(text).not.toContain("limit of requests");
  });

  test("are the same in Markdown", () => {
    const text = markdown(results(measurement(), measurement({ limit: 3, seconds: 14, refused: 4 })));
    expect(text).toContain("| 1,000 | up, all taken over | 3/s | not set | 14.0 s | 2.0 s | 16 | 4 |");
  });
});

test.each([
  [["/opt/pulumi/pulumi", "up"], "engine"],
  [["/opt/hosts/pulumi-language-nodejs", "127.0.0.1:1"], "language host"],
  [["node", "/x/node_modules/@pulumi/pulumi/cmd/run", "--monitor=1"], "program"],
  [["/usr/bin/node", "/x/node_modules/@pulumi/pulumi/cmd/dynamic-provider/index.js", "1"], "provider"],
  [["node", "tools/bench.mts"], undefined],
])("%j is the process of: %s", (commandLine, role) => {
  expect(roleOf(commandLine)).toBe(role);
});
