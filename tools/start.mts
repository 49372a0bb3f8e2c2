import { join } from "node:path";
import Table from "cli-table3";
import { type Simulator, startSimulator } from "../test/simulator/index.mts";
import { ensureBuilt } from "./build.mts";
import { ensureEngine } from "./engine/ensure-engine.mts";
import { messageOf } from "./engine/report.mts";
import { makeSandbox } from "./sandbox.mts";
import { formatDuration } from "./step.mts";
import { Stage, say } from "./tour/stage.mts";
import { REVIEW, STEPS, type Step } from "./tour/steps.mts";

/** What one step of the tour came to. */
interface Outcome {
  step: Step;
  /** Whether it went as expected; `skipped` where the machine lacks what it needs. */
  answer: "yes" | "NO" | "skipped";
  took: string;
}

/** `npm start`: what the package is for, on a simulated workspace, with the real engine; each step is judged. */
async function tour(): Promise<boolean> {
  await ensureBuilt();
  const engine = await ensureEngine();
  const sandbox = await makeSandbox("start", { engine, compiled: true });
  const simulator = await startSimulator({ seed: "workspace" });
  try {
    say(
      `A simulated Notion workspace of ${simulator.workspace.members.length} people is at ${simulator.baseUrl};`,
      `the program is examples/members/index.ts, the engine Pulumi ${engine.version}.`,
    );
    const stage = new Stage(simulator, engine, sandbox);
    await stage.set();
    const outcomes: Outcome[] = [];
    const requests = new Map<string, number>();
    for (const step of STEPS) {
      say("", `${outcomes.length + 1}. ${step.title}`);
      const lacking = step.lacks?.(stage);
      if (lacking !== undefined) {
        say(`   ${lacking}`);
        outcomes.push({ step, answer: "skipped", took: "" });
        continue;
      }
      simulator.requests.clear();
      const startedAt = Date.now();
      const { code, output } = await step.run(stage);
      const asExpected = code === (step.exitCode ?? 0) && step.shows(output, simulator);
      outcomes.push({
        step,
        answer: asExpected ? "yes" : "NO",
        took: formatDuration(Date.now() - startedAt),
      });
      count(requests, simulator);
      // What comes after builds on it.
      if (!asExpected) break;
    }
    report(outcomes, requests);
    return outcomes.every(isFine);
  } finally {
    await simulator.close();
    sandbox.dispose();
  }
}

function count(requests: Map<string, number>, simulator: Simulator): void {
  for (const [what, times] of Object.entries(simulator.requests.counts)) {
    requests.set(what, (requests.get(what) ?? 0) + times);
  }
}

const isFine = ({ answer }: Outcome) => answer !== "NO";

function report(outcomes: Outcome[], requests: Map<string, number>): void {
  const plain = process.stdout.isTTY && process.env.NO_COLOR === undefined ? {} : { head: [], border: [] };
  const table = new Table({
    head: ["", "step", "should show", "", "took"],
    style: { compact: true, ...plain },
  });
  for (const [index, { step, answer, took }] of outcomes.entries()) {
    table.push([index + 1, step.title, step.expected, answer, took]);
  }
  const sent = [...requests].map(([what, times]) => `${times} × ${what}`);
  say("", table.toString(), "", `Requests to Notion: ${sent.join(", ")}.`, "");
  if (outcomes.every(isFine)) {
    say(
      `A page to review everybody's access in, to be opened in a browser: ${join(REVIEW, "review.html")}`,
      "",
    );
  }
  say(
    "The next four commands, for your own workspace (README.md has the program):",
    "  npm install pulumi-notion @pulumi/pulumi",
    "  pulumi config set --secret notion:scimToken",
    "  pulumi config set notion:tokenOwner <e-mail of the owner who made the token>",
    "  pulumi preview",
  );
}

try {
  if (!(await tour())) process.exitCode = 1;
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
