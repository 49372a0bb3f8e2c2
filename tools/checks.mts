import { join } from "node:path";
import PQueue from "p-queue";
import { repositoryRoot } from "./repository.mts";
import { capture } from "./run.mts";
import { formatDuration, type Log } from "./step.mts";

export interface Check {
  name: string;
  /** A program of an npm dependency, with its arguments. */
  command: readonly [program: string, ...args: string[]];
}

/** Both compilers call themselves `tsc`: this is the quick one. */
const TSC = "node_modules/typescript-native/bin/tsc";

const checks: readonly Check[] = [
  { name: "format and lint", command: ["biome", "ci", "--colors=off", "."] },
  { name: "types", command: ["node", TSC, "-p", "tsconfig.json", "--noEmit"] },
  {
    name: "types of the review page",
    command: ["node", TSC, "-p", "inventory/review/page/tsconfig.json"],
  },
  {
    name: "layers",
    command: [
      "depcruise",
      "--config",
      ".dependency-cruiser.cjs",
      "provider",
      "inventory",
      "policies",
      "ci",
      "examples",
      "test",
      "tools",
    ],
  },
  { name: "unused code", command: ["knip"] },
  { name: "workflows", command: ["node", "tools/lint-workflows.mts"] },
  { name: "package", command: ["publint", "--strict"] },
  // CommonJS for Node: what older resolutions make of `exports` is of no concern here.
  { name: "package types", command: ["attw", "--pack", ".", "--profile", "node16"] },
];

const TWO_AT_ONCE = 2;

/** Runs what looks at the code without running it; a line for each, and what a failed one printed. */
export async function runChecks(
  log: Log = console.log,
  wanted: readonly Check[] = checks,
): Promise<string[]> {
  const queue = new PQueue({ concurrency: TWO_AT_ONCE });
  const failed: string[] = [];
  await queue.addAll(
    wanted.map(({ name, command: [program, ...args] }) => async () => {
      const startedAt = Date.now();
      const { code, output } = await capture(join(repositoryRoot, "node_modules", ".bin", program), args, {
        cwd: repositoryRoot,
        env: { ...process.env, NO_COLOR: "1" },
      });
      const took = formatDuration(Date.now() - startedAt);
      log(`${code === 0 ? "ok    " : "FAILED"}  ${name} (${took})`);
      for (const note of output.match(/^note: .*$/gm) ?? []) log(`        ${note}`);
      if (code === 0) return;
      failed.push(name);
      log(`$ ${[program, ...args].join(" ")}\n${output.trimEnd()}\n`);
    }),
  );
  return failed;
}

if (import.meta.main) {
  const failed = await runChecks();
  if (failed.length > 0) process.exitCode = 1;
}
