import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { classOfUrn, isOfProvider } from "../../provider/state/type-tokens";
import { ensureBuilt } from "../../tools/build.mts";
import type { Engine } from "../../tools/engine/engine.mts";
import { ensureEngine } from "../../tools/engine/ensure-engine.mts";
import { repositoryRoot } from "../../tools/repository.mts";
import { makeSandbox, stateFileOf } from "../../tools/sandbox.mts";
import type { Simulator } from "../simulator/index.mts";
import { processesWith, signal } from "./processes";

/** One step of a preview. */
export interface Step {
  op: string;
  /** Outputs before it; after a refresh, what is live. */
  before: Record<string, unknown> | undefined;
  /** Inputs after it. */
  after: Record<string, unknown> | undefined;
}

export interface Steps {
  byName: Map<string, Step>;
  /** All of the JSON, the steps of the refresh included. */
  text: string;
}

/** What a run of a command came to. */
export interface Outcome {
  exitCode: number;
  stdout: string;
  stderr: string;
  /** stdout and stderr as they came. */
  everything: string;
}

/** A command under way. */
export interface Run {
  process: ChildProcess;
  done: Promise<Outcome>;
}

/** Resources of the state, or of a step of a preview. */
const ResourceSchema = z.looseObject({
  urn: z.string(),
  type: z.string(),
  id: z.string().optional(),
  inputs: z.record(z.string(), z.unknown()).default({}),
  outputs: z.record(z.string(), z.unknown()).default({}),
});
export type Resource = z.infer<typeof ResourceSchema>;

const PreviewSchema = z.object({
  steps: z.array(
    z.object({
      op: z.string(),
      urn: z.string(),
      oldState: ResourceSchema.optional(),
      newState: ResourceSchema.optional(),
    }),
  ),
});

const StateSchema = z.object({
  checkpoint: z.object({
    latest: z.object({
      resources: z.array(ResourceSchema).default([]),
      pending_operations: z.array(z.unknown()).default([]),
    }),
  }),
});

/** With `plugin` the programs of these tests use the native plugin: `PULUMI_NOTION_HOST=plugin npm test -- test/engine/…`. */
export const IS_NATIVE = process.env.PULUMI_NOTION_HOST === "plugin";

/** What Pulumi.yaml says for it; a project lies in a home that has the packages. */
export const WITH_PLUGIN = {
  plugins: { providers: [{ name: "notion", path: "../node_modules/pulumi-notion/dist/bin" }] },
};

export interface ProjectOptions {
  /** Whose address is in the environment. */
  simulator: Simulator;
  /** Where the simulator's token is to be found. Default: `environment`. */
  token?: "environment" | "configuration" | "nowhere";
  /** `runtime.options` of Pulumi.yaml. Default: plain JavaScript, the quickest loader. */
  runtimeOptions?: Record<string, unknown>;
  /** The file of the program. Default: index.js */
  main?: string;
  /** Fields of package.json besides the name. Default: none. */
  packageJson?: Record<string, unknown>;
  /** Where to make it, next to others. Default: a home of its own. */
  below?: Home;
  /** Its folder. Default: named as it, in the home. */
  folder?: string;
  /** A command that runs the CLI, such as `yarn exec`. Default: none. */
  through?: readonly string[];
  /** Of the home that is made for it; with `below` that one's hold. */
  programs?: "started" | "kept";
}

/** A folder apart from this clone and from the user's own Pulumi, for projects and their state. */
export interface Home {
  folder: string;
  env: NodeJS.ProcessEnv;
  engine: Engine;
  /** Where the CLI has programs run; undefined where it starts what runs them. */
  programHost: string | undefined;
  dispose(): void;
}

export interface HomeOptions {
  /** How projects in it find this package: by a link to this clone (default), or by what they install. */
  packages?: "linked" | "none";
  /**
   * `started`: for each command Pulumi starts what a user's does (default). `kept`: one process runs all programs,
   * plain JavaScript, in half of the time: for tests of what the engine and the provider make of them. It has the
   * environment of the home, not of the project, and runs one after the other.
   */
  programs?: "started" | "kept";
}

export async function makeHome(
  name: string,
  { packages = "linked", programs = "started" }: HomeOptions = {},
): Promise<Home> {
  const quiet = () => {};
  await ensureBuilt(quiet);
  const engine = await ensureEngine({ log: quiet });
  const sandbox = await makeSandbox(name, { engine, compiled: true });
  if (packages === "linked") linkPackages(sandbox.folder);
  const dispose = () => {
    // A provider outlives an engine that was killed, and so does a run whose test gave up on it.
    for (const left of processesWith(sandbox.env, "PULUMI_HOME")) signal(left, "SIGKILL");
    sandbox.dispose();
  };
  const programHost = programs === "kept" ? await startProgramHost(sandbox) : undefined;
  return { ...sandbox, engine, programHost, dispose };
}

/** @returns its address */
async function startProgramHost({ folder, env }: Pick<Home, "folder" | "env">): Promise<string> {
  const main = join(__dirname, "program-host.mts");
  // In the folder: there the package looks whether the provider would find it.
  const child = spawn(process.execPath, [main], { cwd: folder, env, stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`The program host ended with exit code ${code}.`);
  });
  const [port] = (await Promise.race([once(child.stdout, "data"), ended])) as [Buffer];
  return `127.0.0.1:${`${port}`.trim()}`;
}

/** Makes the tarball that would be published, and says where it is. */
export async function packTarball({ folder, env }: Home): Promise<string> {
  const pack = ["pack", "--silent", "--pack-destination", folder];
  const { stdout } = await succeed(run("npm", pack, { cwd: repositoryRoot, env }));
  // What builds it says so first.
  return join(folder, stdout.trimEnd().split("\n").at(-1) ?? "");
}

/** Makes what is in `node_modules` after `npm link`: this clone, and the SDK that the program shares with it. */
function linkPackages(folder: string): void {
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, "@pulumi"), { recursive: true });
  symlinkSync(repositoryRoot, join(modules, "pulumi-notion"));
  for (const name of ["@pulumi/pulumi", "@types", "typescript"])
    symlinkSync(join(repositoryRoot, "node_modules", name), join(modules, name));
}

const RUNS_PROGRAM = /^(up|preview)$/;

/** One Pulumi project with one stack, run by the real CLI. */
export class Project {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly #home: Home;
  readonly #name: string;
  readonly #through: readonly string[];
  readonly #settings: { name: string; runtime: object; main: string };

  constructor(
    home: Home,
    name: string,
    env: NodeJS.ProcessEnv,
    {
      folder = join(home.folder, name),
      through = [],
      main = "index.js",
      runtimeOptions = { typescript: false },
    }: Omit<ProjectOptions, "simulator"> = {},
  ) {
    this.#settings = { name, runtime: { name: "nodejs", options: runtimeOptions }, main };
    this.#home = home;
    this.#name = name;
    this.#through = through;
    this.folder = folder;
    this.env = { ...home.env, ...env };
  }

  /** Makes `text` the program, in plain JavaScript, which has the classes and `pulumi` at hand. */
  declare(text: string): void {
    const imports = [
      'const { NotionRoleAssignment, NotionUser } = require("pulumi-notion");',
      'const pulumi = require("@pulumi/pulumi");',
    ];
    this.write("index.js", [...imports, text].join("\n"));
  }

  write(file: string, text: string): void {
    const isProgram = IS_NATIVE && /\.[cm]?[jt]s$/.test(file);
    writeFile(
      this.folder,
      file,
      isProgram ? text.replaceAll('"pulumi-notion"', '"pulumi-notion/native"') : text,
    );
  }

  /** Writes Pulumi.yaml, with these fields beside its own. */
  settings(more: object = {}): void {
    // JSON is YAML.
    this.write("Pulumi.yaml", JSON.stringify({ ...this.#settings, ...(IS_NATIVE && WITH_PLUGIN), ...more }));
  }

  start(args: readonly string[], { programs, ...options }: CommandOptions = {}): Run {
    const { engine, programHost } = this.#home;
    const runsProgram = RUNS_PROGRAM.test(args[0] ?? "") || args.includes("--run-program");
    const isPlain = this.#settings.main.endsWith(".js");
    const isKept = runsProgram && isPlain && programs !== "started" && programHost !== undefined;
    const client = isKept ? [`--client=${programHost}`] : [];
    const command = [...this.#through, engine.pulumi, ...args, "--non-interactive", ...client];
    const [program = engine.pulumi, ...rest] = command;
    return startProgram(program, rest, {
      cwd: this.folder,
      env: this.env,
      ...options,
    });
  }

  pulumi(...args: string[]): Promise<Outcome> {
    return this.start(args).done;
  }

  up(...args: string[]): Promise<Outcome> {
    return this.pulumi("up", "--yes", "--skip-preview", ...args);
  }

  preview(...args: string[]): Promise<Outcome> {
    return this.pulumi("preview", ...args);
  }

  refresh(...args: string[]): Promise<Outcome> {
    return this.pulumi("refresh", "--yes", "--skip-preview", ...args);
  }

  destroy(...args: string[]): Promise<Outcome> {
    return this.pulumi("destroy", "--yes", "--skip-preview", ...args);
  }

  /** What a preview would do to resources of this package, by `kind name`; what it would leave as it is is not in it. */
  async steps(...args: string[]): Promise<Steps> {
    const { stdout } = await succeed(this.preview("--json", ...args));
    const { steps } = PreviewSchema.parse(JSON.parse(stdout));
    const changing = steps.filter(
      ({ op, urn }) => op !== "refresh" && op !== "same" && classOfUrn(urn) !== undefined,
    );
    const byName = changing.map(({ op, urn, oldState, newState }): [string, Step] => [
      shortName(urn),
      { op, before: oldState?.outputs, after: newState?.inputs },
    ]);
    return { byName: new Map(byName), text: stdout };
  }

  /** The resources of this package in the state file, by `kind name`, such as `NotionUser ada`. */
  get resources(): Map<string, Resource> {
    return new Map(
      this.#state.resources
        .filter(({ type }) => isOfProvider(type) && !isProvider(type))
        .map((resource) => [shortName(resource.urn), resource]),
    );
  }

  /** The providers of the native plugin in the state file, those that the engine makes by itself among them. */
  get providers(): Resource[] {
    return this.#state.resources.filter(({ type }) => isOfProvider(type) && isProvider(type));
  }

  /** What the stack exports. */
  get outputs(): Record<string, unknown> {
    return this.#state.resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
  }

  get pendingOperations(): unknown[] {
    return this.#state.pending_operations;
  }

  /** Where the backend keeps the state. */
  get stateFile(): string {
    return stateFileOf(this.#home, this.#name, "dev");
  }

  get stateText(): string {
    return readFileSync(this.stateFile, "utf8");
  }

  get #state(): z.infer<typeof StateSchema>["checkpoint"]["latest"] {
    return StateSchema.parse(JSON.parse(this.stateText)).checkpoint.latest;
  }

  /** Files below the home (state, history, logs, the CLI's own) that hold a text. */
  filesWith(text: string): string[] {
    // A recursive readdir follows links to folders: those of the packages lead out of this home.
    return filesBelow(this.#home.folder).filter((file) => readFileSync(file).includes(text));
  }

  dispose(): void {
    this.#home.dispose();
  }
}

/** Makes a project with an empty stack. The first word of the URN's name tells projects in one home apart. */
export async function makeProject(name: string, options: ProjectOptions): Promise<Project> {
  const { simulator, token = "environment" } = options;
  const home = options.below ?? (await makeHome(name, { programs: options.programs ?? "started" }));
  const env = {
    NOTION_SCIM_BASE_URL: simulator.baseUrl,
    // Owners come and go in these tests, and the token is nobody's. What happens where nobody says so is in test/lifecycle.
    NOTION_TOKEN_OWNER: "unknown",
    ...(token === "environment" ? { NOTION_SCIM_TOKEN: simulator.token } : {}),
  };
  const project = new Project(home, name, env, options);
  mkdirSync(project.folder, { recursive: true });
  project.settings();
  project.write("package.json", JSON.stringify({ name, private: true, ...options.packageJson }));
  await succeed(project.pulumi("stack", "init", "dev"));
  if (token === "configuration")
    await succeed(project.pulumi("config", "set", "--secret", "notion:scimToken", simulator.token));
  return project;
}

/** The outcome of a command that has to succeed. */
export async function succeed(outcome: Promise<Outcome>): Promise<Outcome> {
  const { exitCode, everything } = await outcome;
  if (exitCode !== 0) throw new Error(`Exit code ${exitCode}:\n${everything}`);
  return outcome;
}

/** How a command is started. */
interface CommandOptions extends StartOptions {
  /** Default: as of the home. */
  programs?: "started";
}

export interface StartOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
}

/** Runs a program to its end, whatever that is. */
export function run(command: string, args: readonly string[], options: StartOptions = {}): Promise<Outcome> {
  return startProgram(command, args, options).done;
}

export function writeFile(folder: string, name: string, text: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), text);
}

function startProgram(command: string, args: readonly string[], options: StartOptions = {}): Run {
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const outcome: Outcome = { exitCode: -1, stdout: "", stderr: "", everything: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      outcome[stream] += text;
      outcome.everything += text;
    });
  }
  const done = new Promise<Outcome>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ ...outcome, exitCode: code ?? -1 }));
  });
  return { process: child, done };
}

/** The files of a folder and those below it, without installed packages. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isFile()) return [path];
    return entry.isDirectory() && entry.name !== "node_modules" ? filesBelow(path) : [];
  });
}

const isProvider = (type: string) => type.startsWith("pulumi:providers:");

/** `NotionUser ada` out of a URN. */
function shortName(urn: string): string {
  const [, , type = "", name = ""] = urn.split("::");
  return `${type.slice(type.lastIndexOf(":") + 1)} ${name}`;
}
