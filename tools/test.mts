import { globSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureBuilt } from "./build.mts";
import { runChecks } from "./checks.mts";
import { ensureEngine } from "./engine/ensure-engine.mts";
import { messageOf } from "./engine/report.mts";
import { repositoryRoot } from "./repository.mts";
import { show } from "./run.mts";
import { planTests } from "./test-plan.mts";
import { closingLine, objection, summarize, type TestSummary, type VitestReport } from "./test-summary.mts";

/** `npm test [-- files, options of vitest]`: everything, or what was asked for without the checks. */
async function test(args: readonly string[]): Promise<boolean> {
  const plan = planTests(args, globSync("test/engine/**/*.test.ts", { cwd: repositoryRoot }));
  await ensureBuilt();
  if (plan.engine) {
    const engine = await ensureEngine();
    console.log(`Pulumi ${engine.version} (${engine.source}): ${engine.pulumi}`);
  }
  const failedChecks = plan.checks ? await runChecks() : [];

  const { code, summary } = await runVitest(args);
  const problem = objection(summary, process.env.CI === "true");
  if (failedChecks.length > 0) console.log(`Failed checks: ${failedChecks.join(", ")}`);
  if (problem !== undefined) console.log(problem);
  console.log(closingLine(summary));
  return code === 0 && summary.failed === 0 && failedChecks.length === 0 && problem === undefined;
}

async function runVitest(args: readonly string[]): Promise<{ code: number; summary: TestSummary }> {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-notion-vitest-"));
  try {
    const report = join(folder, "report.json");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const vitest = join(repositoryRoot, "node_modules", "vitest", "vitest.mjs");
    const code = await show(process.execPath, [vitest, "run", ...reporters, ...args], {
      cwd: repositoryRoot,
    });
    // vitest writes no report when it stops before the first test file.
    const text = await readFile(report, "utf8").catch(() => undefined);
    const summary = text === undefined ? undefined : summarize(JSON.parse(text) as VitestReport);
    return { code, summary: summary ?? { passed: 0, failed: 0, skipped: 0 } };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

try {
  if (!(await test(process.argv.slice(2)))) process.exitCode = 1;
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
