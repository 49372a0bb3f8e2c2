import { describe, expect, test } from "vitest";
import { withFigures } from "../../tools/bench/docs.mts";
import { medianOf } from "../../tools/bench/hosts.mts";
import { benchOptions } from "../../tools/bench/options.mts";
import { terminal } from "../../tools/bench/printing.mts";
import {
  bytesAPerson,
  type Comparison,
  type Measurement,
  providerBytesOver,
  type Results,
  ratioWithRequests,
  type Section,
  secondsBesidesStart,
} from "../../tools/bench/results.mts";
import { OPERATIONS } from "../../tools/bench/scale.mts";
import { roleOf } from "../../tools/processes.mts";

const MB = 1024 * 1024;

const measurement = (changes: Partial<Measurement> = {}): Measurement => ({
  members: 1000,
  operation: OPERATIONS.adopt,
  latencyMs: 0,
  backend: "file",
  seconds: 12,
  requests: 16,
  refused: 0,
  peaks: { provider: 300 * MB },
  stateBytes: 204_800,
  floor: { seconds: 10, peaks: { provider: 200 * MB }, stateBytes: 200_000 },
  ...changes,
});

const comparison: Comparison = {
  members: 200,
  operation: "add all",
  latencyMs: 50,
  own: { seconds: 3.5, requests: 203 },
  rest: { seconds: 3.1, requests: 200 },
  startSeconds: 2,
};

const section = <Row>(...rows: Row[]): Section<Row> => ({
  circumstances: {
    cores: 2,
    platform: "linux x64",
    node: "v24.0.0",
    pulumi: "3.0.0",
    sdk: "3.0.0",
    load: { before: 0, after: 2 },
    importMs: { sdk: 400, package: 2 },
  },
  rows,
});

describe("the flags of the bench", () => {
  test("measure three sizes, 100 ms a request and a limit where nothing is said", () => {
    expect(benchOptions([])).toMatchObject({
      sections: ["scale"],
      sizes: [100, 1000, 10_000],
      latencyMs: 100,
      rate: 3,
      docs: false,
    });
  });

  test("choose what is measured; --docs alone measures nothing", () => {
    expect(benchOptions(["--compare", "--huge"])).toMatchObject({
      sections: ["huge", "compare"],
      huge: 50_000,
      compared: [200, 1000],
      comparedLatencyMs: 50,
    });
    expect(benchOptions(["--docs", "--json", "x.json"])).toMatchObject({ sections: [], json: "x.json" });
    expect(() => benchOptions(["--docs"])).toThrow("--json");
  });

  test("measure both hosts at three sizes, in a few rounds", () => {
    expect(benchOptions(["--hosts"])).toMatchObject({
      sections: ["hosts"],
      hosted: [10, 1000, 10_000],
      rounds: 3,
    });
  });

  test("measure workspaces with groups, of the two sizes that the page shows", () => {
    expect(benchOptions(["--groups"])).toMatchObject({
      sections: ["groups"],
      grouped: [
        { members: 1000, groups: 40 },
        { members: 10_000, groups: 200 },
      ],
    });
  });

  test("--quick is small, and what is said besides holds", () => {
    expect(benchOptions(["--quick", "--latency", "5"])).toMatchObject({
      sizes: [20],
      latencyMs: 5,
      rate: undefined,
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
  test("is set against the floor with the requests side by side", () => {
    // 16 requests, 8 at a time: two waits.
    expect(ratioWithRequests(measurement({ latencyMs: 1000 }))).toBeCloseTo(1);
  });

  test("says what a person takes in the state, and the provider in memory", () => {
    expect(bytesAPerson(measurement())).toBeCloseTo(204.8);
    expect(providerBytesOver(measurement())).toBe(100 * MB);
    expect(providerBytesOver(measurement({ peaks: {} }))).toBeUndefined();
  });

  test("of a comparison is told apart from the engine's own start", () => {
    expect(secondsBesidesStart(comparison)).toBeCloseTo(1.5);
  });
});

describe("the tables", () => {
  const preview = measurement({ operation: OPERATIONS.preview, seconds: 6 });

  test("show each question that was measured, and no other", () => {
    const text = terminal({ scale: section(measurement(), preview) });
    expect(text).toContain("12.0 s (10.0 s)");
    expect(text).toContain("× 1.20");
    expect(text).toContain("205 B");
    expect(text).not.toContain("limit of requests");
    expect(text).not.toContain("OpenTofu");
  });

  test("show groups beside the people who are in them", () => {
    const text = terminal({
      groups: section(measurement({ groups: 40, operation: OPERATIONS.moves, requests: 36 })),
    });
    expect(text).toMatch(
      /1,000 +│ 40 +│ up, 10 people in another group +│ 12\.0 s +│ 10\.0 s .*│ 36 +│ 200 kB/,
    );
  });

  test("show a backend beside the folder, and another tool beside this one", () => {
    const text = terminal({
      scale: section(measurement()),
      backends: section(measurement({ backend: "postgres", seconds: 14, stateBytes: undefined })),
      compare: section(comparison),
      startup: section({ name: "`notion-ci --help`", cpuMs: 50, cachedCpuMs: 40 }),
    });
    expect(text).toMatch(/notion-ci --help +│ 50 ms +│ 40 ms/);
    expect(text).toMatch(/PostgreSQL +│ 14\.0 s \(10\.0 s\)/);
    expect(text).toMatch(/add all +│ 3\.5 s +│ 2\.0 s +│ 1\.5 s +│ 203 +│ 3\.1 s +│ 200/);
  });
});

test("the hosts stand beside each other, each figure the median of its rounds", () => {
  const cost = (cpuSeconds: number, seconds: number) => ({
    cpuSeconds,
    seconds,
    peaks: { provider: 100 * MB * cpuSeconds },
  });
  const dynamic = medianOf([cost(4, 9), cost(3, 5), cost(9, 7)]);
  expect(dynamic).toEqual(cost(4, 7));
  const row = { members: 1000, operation: "preview", ways: { dynamic, yaml: cost(1, 1) } };
  const text = terminal({ hosts: section({ ...row, members: 0 }, row) });
  expect(text).toMatch(/no resource +│ preview +│ 4\.00 \/ 7\.00 s +│ – +│ 1\.00 \/ 1\.00 s +│ 4\.0/);
  expect(text).toMatch(/1,000 +│ preview +│ – \+ – \+ – \+ 400 +│ /);
});

describe("a page", () => {
  const results: Results = { scale: section(measurement(), measurement({ limit: 3, refused: 4 })) };
  const page = (name: string) => `Before\n<!-- bench: ${name} -->\nold\n<!-- /bench -->\nafter\n`;

  test("gets the figures where it has a mark for them, as often as one likes", () => {
    const once = withFigures(page("limit"), results);
    expect(once).toMatch(
      /^Before\n<!-- bench: limit -->\n\n\| people \|[\s\S]* \| 3\/s \| not set \| 12\.0 s \|[\s\S]*<!-- \/bench -->\nafter\n$/,
    );
    expect(withFigures(once, results)).toBe(once);
  });

  test("keeps the figures of what was not measured", () => {
    expect(withFigures(page("compare"), results)).toBe(page("compare"));
  });

  test("with a mark that nothing belongs to is an error", () => {
    expect(() => withFigures(page("speed"), results)).toThrow("speed");
  });
});

test.each([
  [["/opt/pulumi/pulumi", "up"], "engine"],
  [["/opt/hosts/pulumi-language-nodejs", "127.0.0.1:1"], "language host"],
  [["node", "/x/node_modules/@pulumi/pulumi/cmd/run", "--monitor=1"], "program"],
  [["/usr/bin/node", "/x/node_modules/@pulumi/pulumi/cmd/dynamic-provider/index.js", "1"], "provider"],
  [["/opt/hosts/pulumi-language-yaml", "127.0.0.1:1"], "language host"],
  [["node", "/x/node_modules/pulumi-notion/dist/bin/pulumi-resource-notion.js", "127.0.0.1:1"], "provider"],
  [["/opt/plugins/pulumi-resource-notion", "127.0.0.1:1"], "provider"],
  [["node", "tools/bench.mts"], undefined],
])("%j is the process of: %s", (commandLine, role) => {
  expect(roleOf(commandLine)).toBe(role);
});
