import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { measureBackends } from "./bench/backends.mts";
import { measureComparison } from "./bench/compare.mts";
import { writeDocs } from "./bench/docs.mts";
import { measureHosts } from "./bench/hosts.mts";
import { measureImports } from "./bench/imports.mts";
import { type BenchOptions, benchOptions, type SectionName, USAGE } from "./bench/options.mts";
import { circumstancesLine, terminal } from "./bench/printing.mts";
import type { Circumstances, Comparison, Measurement, Results, Section } from "./bench/results.mts";
import { measureSize, type Size } from "./bench/scale.mts";
import { measureStartup } from "./bench/startup.mts";
import { ensureBuilt } from "./build.mts";
import type { Engine } from "./engine/engine.mts";
import { ensureEngine } from "./engine/ensure-engine.mts";
import { messageOf } from "./engine/report.mts";
import { repositoryRoot } from "./repository.mts";
import { makeSandbox, type Sandbox } from "./sandbox.mts";

/** sysexits.h: the command was used wrongly. */
const EXIT_USAGE = 64;

/** Measures what is asked for, and prints and keeps what came out. */
async function bench(options: BenchOptions): Promise<void> {
  const results = options.json === undefined ? {} : readResults(options.json);
  if (options.sections.length > 0) {
    await ensureBuilt();
    const engine = await ensureEngine();
    for (const name of options.sections) {
      await measure(name, options, engine, results);
      // After each section: what took long to measure is not lost with what comes after it.
      if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`);
    }
  }
  if (options.docs) writeDocs(results);
  const [any] = Object.values(results) as Section<unknown>[];
  console.log(
    `\n${terminal(results)}${any === undefined ? "" : `\n\n${circumstancesLine(any.circumstances)}`}`,
  );
}

async function measure(
  name: SectionName,
  options: BenchOptions,
  engine: Engine,
  results: Results,
): Promise<void> {
  const before = load();
  const importMs = await measureImports();
  const circumstances = (): Circumstances => ({
    cores: availableParallelism(),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    pulumi: engine.version,
    sdk: sdkVersion(),
    load: { before, after: load() },
    importMs,
  });
  const { latencyMs, rate } = options;
  const inSandbox = async <T,>(work: (sandbox: Sandbox) => Promise<T>): Promise<T> => {
    const sandbox = await makeSandbox("bench", { engine });
    try {
      return await work(sandbox);
    } finally {
      sandbox.dispose();
    }
  };
  const ofSizes = async (sizes: readonly Size[], limit: number | undefined) => {
    const rows: Measurement[] = [];
    for (const size of sizes)
      rows.push(
        ...(await inSandbox((sandbox) =>
          measureSize(size, { latencyMs, rate: limit }, sandbox, console.log),
        )),
      );
    return { circumstances: circumstances(), rows };
  };
  switch (name) {
    case "scale":
      results.scale = await ofSizes(
        options.sizes.map((members) => ({ members })),
        rate,
      );
      return;
    case "huge":
      results.huge = await ofSizes([{ members: options.huge }], undefined);
      return;
    case "groups":
      results.groups = await ofSizes(options.grouped, undefined);
      return;
    case "backends": {
      const rows = await inSandbox((sandbox) =>
        measureBackends(options.shared, latencyMs, sandbox, console.log),
      );
      if (rows.length > 0) results.backends = { circumstances: circumstances(), rows };
      return;
    }
    case "compare": {
      const rows: Comparison[] = [];
      for (const members of options.compared)
        rows.push(
          ...(await inSandbox((sandbox) =>
            measureComparison(members, options.comparedLatencyMs, sandbox, console.log),
          )),
        );
      if (rows.length > 0) results.compare = { circumstances: circumstances(), rows };
      return;
    }
    case "hosts": {
      const { hosted: sizes, rounds } = options;
      const rows = await inSandbox((sandbox) =>
        measureHosts({ sizes, rounds, engine }, sandbox, console.log),
      );
      results.hosts = { rows, circumstances: circumstances() };
      return;
    }
    case "startup":
      results.startup = { rows: await measureStartup(options.starts), circumstances: circumstances() };
  }
}

function readResults(file: string): Results {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Results) : {};
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
