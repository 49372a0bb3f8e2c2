import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import Table from "cli-table3";
import { type Simulator, startSimulator } from "../test/simulator/index.mts";
import { ensureBuilt } from "./build.mts";
import { ensureEngine } from "./engine/ensure-engine.mts";
import { messageOf } from "./engine/report.mts";
import { repositoryRoot } from "./repository.mts";
import { capture, type RunOptions, run } from "./run.mts";
import { makeSandbox, type Sandbox } from "./sandbox.mts";
import { formatDuration } from "./step.mts";

/** What one step of the tour showed. */
interface Outcome {
  title: string;
  expected: string;
  asExpected: boolean;
  seconds: string;
}

/** A step: what is about to happen, the command that does it, and what its output or the workspace must show. */
interface Step {
  title: string;
  /** Something that happens in Notion, behind the program's back. */
  before?: { told: string; does: (simulator: Simulator) => void };
  /** A change of the program's own, as a command of Pulumi that prints nothing. */
  change?: string[];
  command: string[];
  exitCode?: number;
  expected: string;
  shows: (output: string, simulator: Simulator) => boolean;
}

const has =
  (...patterns: RegExp[]) =>
  (output: string) =>
    patterns.every((pattern) => pattern.test(output));

const roleOf = (simulator: Simulator, who: string) => simulator.workspace.member(who)?.role;

const STEPS: Step[] = [
  {
    title: "Preview a program of six people, four of them members already",
    command: ["preview"],
    expected: "13 to create, no request sent",
    shows: (output, simulator) => has(/\+ 13 to create/)(output) && simulator.requests.count() === 0,
  },
  {
    title: "Make it so",
    command: ["up", "--yes", "--skip-preview"],
    expected: "2 people added, 4 taken over",
    shows: (output, simulator) =>
      has(/\+ 13 created/, /fenna\.ashgrove@example\.com is a member already: taken over/)(output) &&
      simulator.requests.counts["POST /Users"] === 2 &&
      simulator.workspace.members.length === 122 &&
      roleOf(simulator, "sami.contractor@example.org") === "restricted_member",
  },
  {
    title: "Ask what changed behind the program's back",
    before: {
      told: "In Notion, somebody makes Kestrel an owner and gives Nora another title",
      does: ({ workspace }) => {
        workspace.edit("kestrel.ashgrove@example.com", { role: "owner" });
        workspace.edit("nora.newcomer@example.com", { title: "Astronaut" });
      },
    },
    command: ["preview", "--refresh", "--diff", "--expect-no-changes"],
    // What --expect-no-changes answers when there are some.
    exitCode: 7,
    expected: "exactly these two differences",
    shows: has(
      /role *: "owner" => "member"/,
      /title *: "Astronaut" => "Data analyst"/,
      /~ 2 to update/,
      /11 unchanged/,
    ),
  },
  {
    title: "Put it right",
    command: ["up", "--refresh", "--yes", "--skip-preview"],
    expected: "role and title as declared again",
    shows: (output, simulator) =>
      has(/~ 2 updated/)(output) &&
      roleOf(simulator, "kestrel.ashgrove@example.com") === "member" &&
      simulator.workspace.member("nora.newcomer@example.com")?.title === "Data analyst",
  },
  {
    title: "Let somebody go",
    change: ["config", "set", "--path", "notion:offboarded[0]", "sami"],
    command: ["up", "--yes", "--skip-preview"],
    expected: "Sami is out, by one request",
    shows: (output, simulator) =>
      has(/- 2 deleted/)(output) &&
      simulator.requests.counts["DELETE /Users/{id}"] === 1 &&
      simulator.workspace.member("sami.contractor@example.org") === undefined,
  },
  {
    title: "Declare them again",
    change: ["config", "rm", "notion:offboarded"],
    command: ["up", "--yes", "--skip-preview"],
    expected: "Sami is back, with the same role",
    shows: (output, simulator) =>
      has(/\+ 2 created/)(output) && roleOf(simulator, "sami.contractor@example.org") === "restricted_member",
  },
  {
    title: "And once more: what changed?",
    command: ["preview", "--refresh", "--expect-no-changes"],
    expected: "no changes",
    shows: has(/13 unchanged/),
  },
];

async function tour(): Promise<boolean> {
  await ensureBuilt();
  const engine = await ensureEngine();
  const sandbox = await makeSandbox("start", { engine });
  const simulator = await startSimulator({ seed: "workspace" });
  try {
    say(
      `A simulated Notion workspace of ${simulator.workspace.members.length} people is at ${simulator.baseUrl};`,
      `the program is examples/members/index.ts, the engine Pulumi ${engine.version}.`,
    );
    sandbox.env.NOTION_SCIM_BASE_URL = simulator.baseUrl;
    sandbox.env.NOTION_SCIM_TOKEN = simulator.token;
    const project = { cwd: linkProject(sandbox), env: sandbox.env };
    await run("pulumi", ["stack", "init", "tour"], project);
    const outcomes: Outcome[] = [];
    for (const [index, step] of STEPS.entries()) {
      const outcome = await take(index + 1, step, project, simulator);
      outcomes.push(outcome);
      // What comes after builds on it.
      if (!outcome.asExpected) break;
    }
    report(outcomes, simulator);
    return outcomes.every(({ asExpected }) => asExpected);
  } finally {
    await simulator.close();
    sandbox.dispose();
  }
}

async function take(number: number, step: Step, project: RunOptions, simulator: Simulator): Promise<Outcome> {
  say("", `${number}. ${step.title}`);
  if (step.before !== undefined) {
    say(`   ${step.before.told}.`);
    step.before.does(simulator);
  }
  if (step.change !== undefined) {
    say(`   $ pulumi ${step.change.join(" ")}`);
    await run("pulumi", step.change, project);
  }
  say(`   $ pulumi ${step.command.join(" ")}`, "");
  const startedAt = Date.now();
  const color = process.stdout.isTTY && process.env.NO_COLOR === undefined ? "always" : "never";
  const display = ["--non-interactive", "--suppress-progress", "--color", color];
  const { code, output } = await capture("pulumi", [...step.command, ...display], { ...project, echo: true });
  const plain = stripVTControlCharacters(output);
  return {
    title: step.title,
    expected: step.expected,
    asExpected: code === (step.exitCode ?? 0) && step.shows(plain, simulator),
    seconds: formatDuration(Date.now() - startedAt),
  };
}

/**
 * The root project with a folder of its own: Pulumi writes the stack's configuration beside Pulumi.yaml,
 * which is not to happen in the repository.
 */
function linkProject(sandbox: Sandbox): string {
  const folder = join(sandbox.folder, "project");
  mkdirSync(folder);
  for (const name of ["Pulumi.yaml", "package.json", "tsconfig.json", "examples", "node_modules"]) {
    symlinkSync(join(repositoryRoot, name), join(folder, name));
  }
  return folder;
}

function report(outcomes: Outcome[], simulator: Simulator): void {
  const plain = process.stdout.isTTY && process.env.NO_COLOR === undefined ? {} : { head: [], border: [] };
  const steps = new Table({
    head: ["", "step", "should show", "", "took"],
    style: { compact: true, ...plain },
  });
  for (const [index, { title, expected, asExpected, seconds }] of outcomes.entries()) {
    steps.push([index + 1, title, expected, asExpected ? "yes" : "NO", seconds]);
  }
  const requests = Object.entries(simulator.requests.counts).map(([what, count]) => `${count} × ${what}`);
  say("", steps.toString(), "", `Requests to Notion: ${requests.join(", ") || "none"}.`, "");
  say(
    "The next three commands, for your own workspace (README.md has the program):",
    "  npm install pulumi-notion @pulumi/pulumi",
    "  pulumi config set --secret notion:scimToken",
    "  pulumi preview",
  );
}

function say(...lines: string[]): void {
  console.log(lines.join("\n"));
}

try {
  if (!(await tour())) process.exitCode = 1;
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
