import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "../repository.mts";
import { cpuUntilFirstCheck } from "./first-check.mts";
import type { Startup } from "./results.mts";

const program = (name: string) => join(repositoryRoot, "dist", "bin", `${name}.js`);
/** The last line of a process that only loads something: what it loaded would keep it. */
const END = "process.exit()";
const HOST = 'require("@pulumi/pulumi/cmd/dynamic-provider");';

/** What is started: code, and the command line that it finds. */
const PROCESSES: [name: string, code: string, ...args: string[]][] = [
  ["Node itself", ""],
  ["`notion-inventory --help`", "require(process.argv[1])", program("notion-inventory"), "--help"],
  [
    "`notion-inventory drift --help`",
    "require(process.argv[1])",
    program("notion-inventory"),
    "drift",
    "--help",
  ],
  ["`notion-ci --help`", "require(process.argv[1])", program("notion-ci"), "--help"],
  ["a program: Pulumi's SDK", `require("@pulumi/pulumi"); ${END}`],
  ["and this package", `require("@pulumi/pulumi"); require("pulumi-notion"); ${END}`],
  // The address of an engine that it would ask later.
  ["the provider's host: Pulumi's SDK", `${HOST} ${END}`, "-", "127.0.0.1:1"],
  ["and this package's provider", `${HOST} require("pulumi-notion/lifecycle"); ${END}`, "-", "127.0.0.1:1"],
];

const CPU_FD = 3;
const least = (values: number[]) => Math.round(Math.min(...values));
const REPORT = `process.on("exit", () => {
  const { user, system } = process.cpuUsage();
  require("node:fs").writeSync(${CPU_FD}, String((user + system) / 1000));
});`;

const FIRST_CHECK = ["the native plugin, until its first check is answered", cpuUntilFirstCheck] as const;

/** The CPU that each process takes until it is ready, with and without Node's compile cache: the least of `times`. */
export async function measureStartup(times: number): Promise<Startup[]> {
  const cache = mkdtempSync(join(tmpdir(), "pulumi-notion-compiled-"));
  try {
    const rows: Startup[] = [];
    const processes = PROCESSES.map(
      ([name, code, ...args]): [string, (env: NodeJS.ProcessEnv) => Promise<number>] => [
        name,
        (env) => cpuOf([`${REPORT}${code}`, ...args], env),
      ],
    );
    for (const [name, started] of [...processes, FIRST_CHECK]) {
      // The first one fills the cache.
      await started({ NODE_COMPILE_CACHE: cache });
      const [plain, cached]: [number[], number[]] = [[], []];
      for (let time = 0; time < times; time += 1) {
        plain.push(await started({ NODE_DISABLE_COMPILE_CACHE: "1" }));
        cached.push(await started({ NODE_COMPILE_CACHE: cache }));
      }
      rows.push({ name, cpuMs: least(plain), cachedCpuMs: least(cached) });
    }
    return rows;
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
}

/** @returns milliseconds of CPU, in user and system */
async function cpuOf(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(process.execPath, ["-e", ...args], {
    cwd: repositoryRoot,
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  let printed = "";
  child.stdio[CPU_FD]?.on("data", (data) => {
    printed += data;
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`It could not be started: ${args.slice(1).join(" ") || args[0]}`);
  return Number(printed);
}
