import { parseArgs } from "node:util";

/** The questions that a bench can answer. */
export const SECTIONS = ["scale", "huge", "groups", "backends", "compare", "startup", "hosts"] as const;
export type SectionName = (typeof SECTIONS)[number];

/** What a run of the bench is to measure, and where that goes. */
export interface BenchOptions {
  sections: SectionName[];
  /** People in the workspace, all of them declared with a role. */
  sizes: number[];
  /** The people of `--huge`. */
  huge: number;
  /** The workspaces of `--groups`. */
  grouped: { members: number; groups: number }[];
  /** The people of `--backends`. */
  shared: number;
  /** The sizes of `--compare`. */
  compared: number[];
  /** How long the simulator waits before each answer, in milliseconds. */
  latencyMs: number;
  /** The same for `--compare`. */
  comparedLatencyMs: number;
  /** How often each process of `--startup` is started. */
  starts: number;
  /** The people of `--hosts`. */
  hosted: number[];
  /** How often each way of `--hosts` is run. */
  rounds: number;
  /** Requests per second that the simulator takes in the runs about a limit; undefined: no such runs. */
  rate: number | undefined;
  /** Where the results are kept; a section that is measured anew replaces the one in it. */
  json: string | undefined;
  /** Whether the tables of docs/bench.md and README.md are made anew, from all that `json` holds. */
  docs: boolean;
}

export const USAGE = `npm run bench -- [what] [flags]
What to measure (default --scale):
  --scale            this package beside a provider that does nothing, on Pulumi's file backend
  --huge             the same once for 50,000 people
  --groups           1,000 people in 40 groups, and 10,000 in 200
  --backends         what --scale does for 1,000 people with the state in PostgreSQL and in an S3-compatible store
  --compare          200 and 1,000 people beside a generic REST provider under OpenTofu, which is built from Go modules at first
  --startup          CPU of each process until it is ready, with and without NODE_COMPILE_CACHE
  --hosts            CPU, time and memory of the native plugin beside the dynamic host; needs Python and the host of YAML
Flags:
  --sizes N,N        people of --scale; default 100,1000,10000
  --latency MS       wait of the simulator before each answer; default 100, of --compare 50
  --rate N           requests per second of the runs about a limit, 0 for none; default 3
  --json FILE        keep the results there, beside those of other sections
  --docs             make the tables of docs/bench.md and README.md anew from --json; alone it measures nothing
  --quick            20 people and no wait: shows that the bench works, not how fast anything is`;

const MOST = 100_000;

/** @throws {Error} that says which flag is wrong */
export function benchOptions(args: readonly string[]): BenchOptions | "help" {
  const flag = { type: "boolean", default: false } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      scale: flag,
      huge: flag,
      groups: flag,
      backends: flag,
      compare: flag,
      startup: flag,
      hosts: flag,
      sizes: { type: "string" },
      latency: { type: "string" },
      rate: { type: "string" },
      json: { type: "string" },
      docs: flag,
      quick: flag,
      help: { ...flag, short: "h" },
    },
  });
  if (values.help) return "help";
  if (values.docs && values.json === undefined)
    throw new Error("--docs needs --json FILE: it is made of that.");
  const chosen = SECTIONS.filter((name) => values[name]);
  const quick = values.quick;
  const latencyMs = (usual: number) =>
    number("--latency", values.latency ?? String(quick ? 0 : usual), 0, 10_000);
  const rate = number("--rate", values.rate ?? (quick ? "0" : "3"), 0, 1000);
  return {
    sections: chosen.length === 0 && !values.docs ? ["scale"] : chosen,
    sizes: numbers("--sizes", values.sizes ?? (quick ? "20" : "100,1000,10000"), 10, MOST),
    huge: quick ? 20 : 50_000,
    grouped: quick
      ? [{ members: 20, groups: 4 }]
      : [
          { members: 1000, groups: 40 },
          { members: 10_000, groups: 200 },
        ],
    shared: quick ? 20 : 1000,
    compared: quick ? [20] : [200, 1000],
    latencyMs: latencyMs(100),
    comparedLatencyMs: latencyMs(50),
    starts: quick ? 1 : 9,
    hosted: quick ? [20] : [10, 1000, 10_000],
    rounds: quick ? 1 : 3,
    rate: rate === 0 ? undefined : rate,
    json: values.json,
    docs: values.docs,
  };
}

function numbers(flag: string, text: string, min: number, max: number): number[] {
  return text.split(",").map((each) => number(flag, each, min, max));
}

function number(flag: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new Error(`${flag} takes whole numbers from ${min} to ${max}, not "${text}".`);
}
