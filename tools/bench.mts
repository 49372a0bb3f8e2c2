import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { measureImports } from "./bench/imports.mts";
import { measureSize } from "./bench/measure.mts";
import { type BenchOptions, benchOptions, USAGE } from "./bench/options.mts";
import type { Circumstances, Measurement, Results } from "./bench/results.mts";
import { markdown, tables } from "./bench/tables.mts";
import { ensureBuilt } from "./build.mts";
import { ensureEngine } from "./engine/ensure-engine.mts";
import { messageOf } from "./engine/report.mts";
import { repositoryRoot } from "./repository.mts";
import { makeSandbox } from "./sandbox.mts";

/** sysexits.h: the command was used wrongly. */
const EXIT_USAGE = 64;

/** Measures the package beside a provider that does nothing, and prints and writes what came out. */
async function bench(options: BenchOptions): Promise<void> {
  await ensureBuilt();
  const engine = await ensureEngine();
  const before = load();
  const importMs = await measureImports();
  const measurements: Measurement[] = [];
  const results = (): Results => ({
    circumstances: {
      cores: availableParallelism(),
      platform: `${process.platform} ${process.arch}`,
      node: process.version,
      pulumi: engine.version,
      sdk: sdkVersion(),
      load: { before, after: load() },
      importMs,
    },
    measurements,
  });
  for (const members of options.sizes) {
    const sandbox = await makeSandbox("bench", { engine });
    try {
      measurements.push(...(await measureSize(members, options, sandbox, console.log)));
    } finally {
      sandbox.dispose();
    }
    // After each size: what took long to measure is not lost with what comes after it.
    write(results(), options);
  }
  console.log(`\n${tables(results())}\n\n${circumstancesLine(results().circumstances)}`);
}

function write(results: Results, { json, markdown: file }: BenchOptions): void {
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(results, null, 2)}\n`);
  if (file !== undefined)
    writeFileSync(file, `${markdown(results)}\n\n${circumstancesLine(results.circumstances)}\n`);
}

function circumstancesLine({ cores, platform, node, pulumi, sdk, load, importMs }: Circumstances): string {
  return (
    `Made on ${cores} cores (${platform}), Node ${node}, Pulumi ${pulumi} with @pulumi/pulumi ${sdk}, file backend, ` +
    `simulator in a process of its own on the same machine; load average ${load.before} before and ${load.after} after. ` +
    `Loading @pulumi/pulumi takes a program ${importMs.sdk} ms, this package after it ${importMs.package} ms more.`
  );
}

const load = () => Math.round((loadavg()[0] ?? 0) * 10) / 10;

function sdkVersion(): string {
  const file = join(repositoryRoot, "node_modules", "@pulumi", "pulumi", "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

let options: BenchOptions | "help";
try {
  options = benchOptions(process.argv.slice(2));
} catch (error) {
  console.error(`${messageOf(error)}\n\n${USAGE}`);
  process.exit(EXIT_USAGE);
}
if (options === "help") console.log(USAGE);
else {
  try {
    await bench(options);
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
}
