import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Engine } from "../engine/engine.mts";
import { languageHost } from "../engine/languages.mts";
import { repositoryRoot } from "../repository.mts";
import { run } from "../run.mts";
import type { Sandbox } from "../sandbox.mts";
import { formatDuration, type Log } from "../step.mts";
import { type Peaks, watchMemory } from "./memory.mts";
import { peopleOf } from "./project.mts";
import { type SimulatedWorkspace, startWorkspace } from "./workspace.mts";

/** A program, and the host that serves it. */
export const WAYS = ["dynamic", "native", "yaml"] as const;
export type Way = (typeof WAYS)[number];

/** What one run of Pulumi took. */
export interface Cost {
  /** Of all processes. */
  cpuSeconds: number;
  seconds: number;
  peaks: Peaks;
}

/** The same operation in each way, one right after the other; the medians of a few rounds. */
export interface HostRow {
  /** 0 for a program without resources. */
  members: number;
  operation: string;
  ways: Partial<Record<Way, Cost>>;
}

const LIMITS = (people: number) => ({
  maxAdditions: people,
  maxPromotions: people,
  maxRemovals: "100%",
});

const program = (module: string) => `const { NotionWorkspace } = require("${module}");
const people = require("./people.json");
new NotionWorkspace("acme", { people, limits: ${JSON.stringify(LIMITS(10 ** 6))} });
`;

const JAVASCRIPT = { runtime: { name: "nodejs", options: { typescript: false } }, main: "index.js" };
const PLUGIN = {
  plugins: { providers: [{ name: "notion", path: join(repositoryRoot, "dist", "bin") }] },
};
const WORKSPACE = {
  acme: {
    type: "notion:index:NotionWorkspace",
    properties: { roster: "members.csv", limits: LIMITS(10 ** 6) },
  },
};

/** The files of a project in each way; of one without resources where nobody is in it. */
const PROJECTS: Record<Way, (isEmpty: boolean) => { settings: object; program?: string }> = {
  dynamic: (isEmpty) => ({
    settings: JAVASCRIPT,
    program: isEmpty ? 'require("@pulumi/pulumi");\n' : program("pulumi-notion"),
  }),
  native: () => ({ settings: { ...JAVASCRIPT, ...PLUGIN }, program: program("pulumi-notion/native") }),
  yaml: (isEmpty) => ({
    settings: { runtime: "yaml", ...(isEmpty ? {} : { ...PLUGIN, resources: WORKSPACE }) },
  }),
};

interface Operation {
  name: string;
  command: string[];
  /** Up to so many people. */
  most: number;
}

const PREVIEW: Operation = {
  name: "preview",
  command: ["preview", "--expect-no-changes"],
  most: Number.POSITIVE_INFINITY,
};
const OPERATIONS: Operation[] = [
  PREVIEW,
  { name: "preview --refresh", command: ["preview", "--refresh", "--expect-no-changes"], most: 1000 },
];

export interface HostOptions {
  sizes: readonly number[];
  rounds: number;
  engine: Engine;
}

/**
 * Measures both hosts beside each other, and an empty program as the floor of each language.
 * @throws {Error} where this machine cannot run a program in YAML
 */
export async function measureHosts(
  { sizes, rounds, engine }: HostOptions,
  sandbox: Sandbox,
  log: Log,
): Promise<HostRow[]> {
  if (languageHost(engine, "yaml") === undefined)
    throw new Error("--hosts runs a program in YAML: `npm run engine -- --languages` installs what runs it.");
  const workspace = await startWorkspace();
  try {
    const rows: HostRow[] = [];
    for (const members of [0, ...sizes])
      rows.push(...(await ofSize(members, rounds, sandbox, workspace, log)));
    return rows;
  } finally {
    await workspace.close();
  }
}

async function ofSize(
  members: number,
  rounds: number,
  sandbox: Sandbox,
  { control, env }: SimulatedWorkspace,
  log: Log,
): Promise<HostRow[]> {
  await control.seed({ members });
  const ways = WAYS.filter((way) => members > 0 || way !== "native");
  const projects = new Map<Way, HostProject>();
  for (const way of ways) {
    const project = new HostProject(sandbox, way, members, env);
    await project.up();
    projects.set(way, project);
  }
  const rows: HostRow[] = [];
  for (const { name, command } of members === 0
    ? [PREVIEW]
    : OPERATIONS.filter(({ most }) => members <= most)) {
    const costs: Record<Way, Cost[]> = { dynamic: [], native: [], yaml: [] };
    // Way after way in each round: what else the machine does weighs on all of them.
    for (let round = 0; round < rounds; round += 1)
      for (const [way, project] of projects) costs[way].push(await project.measure(command));
    const row: HostRow = {
      members,
      operation: name,
      ways: Object.fromEntries(ways.map((way) => [way, medianOf(costs[way])])),
    };
    rows.push(row);
    const told = ways.map((way) => `${way} ${formatDuration((row.ways[way]?.cpuSeconds ?? 0) * 1000)} CPU`);
    log(`  ${members.toLocaleString("en")} people, ${name}: ${told.join(", ")}`);
  }
  return rows;
}

/** Pure: the median of each figure. */
export function medianOf(costs: readonly Cost[]): Cost {
  const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  const names = Object.keys(costs[0]?.peaks ?? {}) as (keyof Peaks)[];
  return {
    cpuSeconds: median(costs.map(({ cpuSeconds }) => cpuSeconds)),
    seconds: median(costs.map(({ seconds }) => seconds)),
    peaks: Object.fromEntries(
      names.map((name) => [name, median(costs.map(({ peaks }) => peaks[name] ?? 0))]),
    ),
  };
}

/** A project with one stack. */
class HostProject {
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;

  constructor(sandbox: Sandbox, way: Way, members: number, env: NodeJS.ProcessEnv) {
    this.#folder = join(sandbox.folder, `${way}-${members}`);
    this.#env = { ...sandbox.env, ...env, NOTION_TOKEN_OWNER: "unknown" };
    const modules = join(this.#folder, "node_modules");
    mkdirSync(modules, { recursive: true });
    symlinkSync(join(repositoryRoot, "node_modules", "@pulumi"), join(modules, "@pulumi"));
    symlinkSync(repositoryRoot, join(modules, "pulumi-notion"));
    const { settings, program } = PROJECTS[way](members === 0);
    const people = peopleOf(members, 0);
    const rows = people.map(({ userName, role }) => `${userName},${role}`);
    const files = {
      // JSON is YAML.
      "Pulumi.yaml": JSON.stringify({ name: "hosts", ...settings }),
      "package.json": '{"name": "hosts", "private": true}',
      "people.json": JSON.stringify(people),
      "members.csv": ["userName,role", ...rows, ""].join("\n"),
      ...(program !== undefined && { "index.js": program }),
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.#folder, name), text);
    this.#env.PULUMI_STACK = `${way}-${members}`;
  }

  async up(): Promise<void> {
    await this.#pulumi(["stack", "init", `${this.#env.PULUMI_STACK}`]);
    await this.#pulumi(["up", "--yes", "--skip-preview"]);
  }

  async measure(command: readonly string[]): Promise<Cost> {
    const file = join(this.#folder, "cpu");
    const memory = watchMemory();
    const startedAt = performance.now();
    try {
      await this.#pulumi(
        [...command, "--suppress-progress"],
        ["python3", join(import.meta.dirname, "cpu.py"), file],
      );
      return {
        seconds: (performance.now() - startedAt) / 1000,
        cpuSeconds: Number(readFileSync(file, "utf8")),
        peaks: memory.stop(),
      };
    } finally {
      memory.stop();
    }
  }

  async #pulumi(args: readonly string[], through: readonly string[] = []): Promise<void> {
    const [command = "", ...rest] = [...through, "pulumi", ...args, "--non-interactive"];
    await run(command, rest, { cwd: this.#folder, env: this.#env });
  }
}
