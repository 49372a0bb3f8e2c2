import { parseArgs } from "node:util";
import { startSimulator } from "./index.mts";
import type { Seed } from "./seed.mts";
import type { SimulatorOptions } from "./simulator.mts";

const DEFAULT_PORT = 8743;
/** sysexits.h: the command was used wrongly. */
const EXIT_USAGE = 64;

const USAGE = `npm run simulator -- [flags]
  --port N                 default ${DEFAULT_PORT}; 0 for any free port
  --data FILE              keep the workspace in a file, across restarts
  --seed workspace|empty|N the workspace to begin with (N: so many tidy members), default workspace
  --order stable|moving    moving: each listing comes in another order
  --requests-per-second N  answer 429 above it
  --latency-ms N           wait before each answer`;

let options: SimulatorOptions | "help";
try {
  options = optionsFrom(process.argv.slice(2));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  process.exit(EXIT_USAGE);
}
if (options === "help") {
  console.log(USAGE);
  process.exit(0);
}
await run(options);

async function run(chosen: SimulatorOptions): Promise<void> {
  const simulator = await startSimulator(chosen).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EADDRINUSE") {
      console.error(
        `Port ${chosen.port} is taken, perhaps by another simulator. Stop that one, or pass --port N (--port 0 takes any free port).`,
      );
    } else console.error(error.message);
    process.exit(1);
  });
  const { workspace } = simulator;
  console.log(`export NOTION_SCIM_BASE_URL=${simulator.baseUrl}
export NOTION_SCIM_TOKEN=${simulator.token}
export NOTION_TOKEN_OWNER=${simulator.tokenOwner ?? "unknown"}

A Notion workspace of ${workspace.members.length} members (${workspace.owners.length} owners) and ${workspace.groups.length} groups, none of them real. Press Ctrl-C to stop it.`);
  if (chosen.dataFile !== undefined) console.log(`Its data is kept in ${chosen.dataFile}.`);

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, async () => {
      await simulator.close();
      console.log("\nStopped.");
      process.exit(0);
    });
  }
}

function optionsFrom(args: string[]): SimulatorOptions | "help" {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: "string", default: String(DEFAULT_PORT) },
      data: { type: "string" },
      seed: { type: "string", default: "workspace" },
      order: { type: "string", default: "stable" },
      "requests-per-second": { type: "string" },
      "latency-ms": { type: "string", default: "0" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return "help";
  const { order, data } = values;
  if (order !== "stable" && order !== "moving") {
    throw new Error(`--order must be stable or moving, not "${order}".`);
  }
  const perSecond = values["requests-per-second"];
  return {
    port: wholeNumber("--port", values.port, 65_535),
    // The same one each time, so that a shell that was set up once goes on working.
    token: "sim_0123456789abcdef0123456789abcdef",
    seed: seedFrom(values.seed),
    order,
    latencyMs: wholeNumber("--latency-ms", values["latency-ms"], 600_000),
    ...(data === undefined ? {} : { dataFile: data }),
    ...(perSecond === undefined ? {} : { rateLimit: { requestsPerSecond: positive(perSecond) } }),
  };
}

function seedFrom(text: string): Seed {
  if (text === "workspace" || text === "empty") return text;
  if (/^\d+$/.test(text)) return { members: wholeNumber("--seed", text, 100_000) };
  throw new Error(`--seed must be workspace, empty or a number of members, not "${text}".`);
}

function wholeNumber(flag: string, text: string, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= max) return value;
  throw new Error(`${flag} must be a whole number from 0 to ${max}, not "${text}".`);
}

function positive(text: string): number {
  const value = Number(text);
  if (text !== "" && Number.isFinite(value) && value > 0) return value;
  throw new Error(`--requests-per-second must be a number above 0, not "${text}".`);
}
