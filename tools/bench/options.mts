import { parseArgs } from "node:util";

/** What a run of the bench is to measure. */
export interface BenchOptions {
  /** Members in the workspace, all of them declared with a role. */
  sizes: number[];
  /** How long the simulator waits before each answer. */
  latenciesMs: number[];
  /** Requests per second that the simulator takes in the runs about a limit; undefined: no such runs. */
  rate: number | undefined;
  /** Sizes to measure with the state written at each step, too. */
  checkpoints: number[];
  /** Where to write the results. */
  json: string | undefined;
  /** Where to write the tables as Markdown. */
  markdown: string | undefined;
}

export const USAGE = `npm run bench -- [flags]
  --sizes N,N        members in the workspace, all declared with a role; default 100,500,1000
  --latency MS,MS    wait of the simulator before each answer; default 0,100
  --rate N           requests per second of the runs about a limit, 0 for none; default 3
  --checkpoints N,N  sizes to measure with the state written at each step, too, or none; default 100,500
  --json FILE        write the results there
  --markdown FILE    write the tables there
  --quick            20 members and no wait: shows that the bench works, not how fast anything is`;

/** @throws {Error} that says which flag is wrong */
export function benchOptions(args: readonly string[]): BenchOptions | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sizes: { type: "string" },
      latency: { type: "string" },
      rate: { type: "string" },
      checkpoints: { type: "string" },
      json: { type: "string" },
      markdown: { type: "string" },
      quick: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return "help";
  const usual = values.quick
    ? { sizes: "20", latency: "0", rate: "0", checkpoints: "none" }
    : { sizes: "100,500,1000", latency: "0,100", rate: "3", checkpoints: "100,500" };
  const rate = number("--rate", values.rate ?? usual.rate, 0, 1000);
  const checkpoints = values.checkpoints ?? usual.checkpoints;
  return {
    sizes: numbers("--sizes", values.sizes ?? usual.sizes, 10, 10_000),
    latenciesMs: numbers("--latency", values.latency ?? usual.latency, 0, 10_000),
    rate: rate === 0 ? undefined : rate,
    checkpoints: checkpoints === "none" ? [] : numbers("--checkpoints", checkpoints, 10, 10_000),
    json: values.json,
    markdown: values.markdown,
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
