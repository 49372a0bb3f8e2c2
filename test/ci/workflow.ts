import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { data, Evaluator, Lexer, Parser, wellKnownFunctions } from "@actions/expressions";
import { reviver } from "@actions/expressions/data/reviver";
import type { FunctionDefinition } from "@actions/expressions/funcs/info";
import { parse } from "yaml";

/** A workflow as it is written, as far as it is run here. */
interface Workflow {
  name: string;
  env?: Record<string, string>;
  jobs: Record<string, Job>;
}

interface Job {
  if?: string;
  needs?: string;
  environment?: string;
  env?: Record<string, string>;
  permissions?: Record<string, string>;
  steps: Step[];
}

interface Step {
  id?: string;
  name?: string;
  if?: string;
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
}

/** What GitHub knows when it starts a workflow. */
export interface Started {
  github: Record<string, unknown>;
  inputs?: Record<string, unknown>;
  /** Of all environments; a job sees those of its own. */
  secrets: Record<string, string>;
  vars: Record<string, string>;
}

export interface Machine {
  /** What every step's shell has; no secret is among it. */
  env: NodeJS.ProcessEnv;
  /** Where jobs get their folders. */
  folder: string;
  /** The bare repository that is checked out. */
  origin: string;
  /** What a project finds its packages in. */
  modules: string;
  /** What is left by `upload-artifact`. */
  artifacts: string;
}

export interface StepOutcome {
  name: string;
  exitCode: number;
  output: string;
}

/** Runs a workflow's jobs, their `run:` steps as they stand with bash, as GitHub's runner would. */
export async function runWorkflow(text: string, started: Started, machine: Machine): Promise<StepOutcome[]> {
  const workflow = parse(text) as Workflow;
  const outcomes: StepOutcome[] = [];
  for (const job of Object.values(workflow.jobs)) {
    const context = { ...started, env: { ...workflow.env, ...job.env } };
    if (job.if !== undefined && !isTrue(job.if, context, machine.folder)) continue;
    outcomes.push(...(await runJob(workflow, job, context, machine)));
    if (outcomes.some(({ exitCode }) => exitCode !== 0)) break;
  }
  return outcomes;
}

async function runJob(
  workflow: Workflow,
  job: Job,
  started: Started,
  machine: Machine,
): Promise<StepOutcome[]> {
  const folder = mkdtempSync(join(machine.folder, "job-"));
  const outputs: Record<string, { outputs: Record<string, string> }> = {};
  const outcomes: StepOutcome[] = [];
  for (const step of job.steps) {
    const context = { ...started, steps: outputs };
    if (step.if !== undefined && !isTrue(step.if, context, folder)) continue;
    const name = step.name ?? step.uses ?? step.run?.split("\n")[0] ?? "";
    if (step.uses !== undefined) {
      outcomes.push({ name, ...(await use(step, filled(step.with, context, folder), folder, machine)) });
    } else {
      const outputFile = join(machine.folder, `output-${outcomes.length}-${folder.slice(-6)}`);
      writeFileSync(outputFile, "");
      const env = {
        ...machine.env,
        ...runnerVariables(started),
        ...filled({ ...workflow.env, ...job.env, ...step.env }, context, folder),
        GITHUB_OUTPUT: outputFile,
      };
      const script = join(machine.folder, "step.sh");
      // The runner puts expressions into a script as they are; none of ours has any.
      if (step.run?.includes("${{")) throw new Error(`An expression stands in the shell of "${name}".`);
      writeFileSync(script, step.run ?? "");
      outcomes.push({ name, ...(await shell(["-e", script], folder, env)) });
      if (step.id !== undefined) outputs[step.id] = { outputs: readOutputs(outputFile) };
    }
    if (outcomes.at(-1)?.exitCode !== 0) break;
  }
  return outcomes;
}

/** Actions that are not ours, as far as their work is needed; their own is to be trusted. */
async function use(
  { uses = "" }: Step,
  inputs: Record<string, string>,
  folder: string,
  machine: Machine,
): Promise<Omit<StepOutcome, "name">> {
  const fine = { exitCode: 0, output: "" };
  const artifact = () => join(machine.artifacts, String(inputs.name));
  switch (uses.split("@")[0]) {
    case "actions/checkout": {
      const ref = inputs.ref ?? machine.env.CHECKOUT ?? "main";
      return shell(["-ec", `git clone --quiet --branch "${ref}" "${machine.origin}" .`], folder, machine.env);
    }
    case "./.github/actions/notion":
      if (!existsSync(join(folder, ".github/actions/notion/action.yml"))) throw new Error("It is not there.");
      symlinkSync(machine.modules, join(folder, "node_modules"));
      return fine;
    case "actions/upload-artifact":
      cpSync(join(folder, String(inputs.path)), artifact(), { recursive: true });
      return fine;
    case "actions/download-artifact":
      mkdirSync(join(folder, String(inputs.path)), { recursive: true });
      cpSync(artifact(), join(folder, String(inputs.path)), { recursive: true });
      return fine;
    case "actions/cache":
      return fine;
    default:
      throw new Error(`Nobody knows here what ${uses} does.`);
  }
}

function runnerVariables({ github }: Started): NodeJS.ProcessEnv {
  const { repository, ref, run_id: run, api_url: api, server_url: server } = github as Record<string, string>;
  return {
    CI: "true",
    GITHUB_ACTIONS: "true",
    GITHUB_REPOSITORY: repository,
    GITHUB_REF: ref,
    GITHUB_RUN_ID: run,
    GITHUB_API_URL: api,
    GITHUB_SERVER_URL: server,
  };
}

function shell(args: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Omit<StepOutcome, "name">> {
  return new Promise((resolve, reject) => {
    const child = spawn("bash", args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    child.once("error", reject);
    child.once("close", (code) => resolve({ exitCode: code ?? -1, output }));
  });
}

function readOutputs(file: string): Record<string, string> {
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}

/** `${{ }}` in values, by GitHub's own evaluator. */
function filled(
  values: Record<string, unknown> | undefined,
  context: object,
  folder: string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values ?? {}).map(([name, value]) => [
      name,
      String(value).replace(/\$\{\{(.*?)\}\}/g, (_, text: string) =>
        evaluate(text, context, folder).coerceString(),
      ),
    ]),
  );
}

function isTrue(condition: string, context: object, folder: string): boolean {
  const value = evaluate(condition.replace(/^\s*\$\{\{(.*)\}\}\s*$/, "$1"), context, folder);
  return value.coerceString() === "true";
}

function evaluate(text: string, context: object, folder: string): data.ExpressionData {
  const hashFiles: FunctionDefinition = {
    name: "hashFiles",
    minArgs: 1,
    maxArgs: 255,
    call: (...patterns) => {
      const files = globSync(
        patterns.map((each) => each.coerceString()),
        { cwd: folder },
      );
      return new data.StringData(files.length === 0 ? "" : "0123456789abcdef");
    },
  };
  const functions = [...Object.values(wellKnownFunctions), hashFiles];
  const { tokens } = new Lexer(text.trim()).lex();
  const expression = new Parser(tokens, Object.keys(context), [hashFiles]).parse();
  const values = JSON.parse(JSON.stringify(context), reviver) as data.Dictionary;
  const byName = new Map(functions.map((each) => [each.name.toLowerCase(), each]));
  return new Evaluator(expression, values, byName).evaluate();
}
