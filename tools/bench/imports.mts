import { repositoryRoot } from "../repository.mts";
import { run } from "../run.mts";

const TIMES = 5;

/** Prints the milliseconds that the SDK and then this package take to load, in a process of its own. */
const PROGRAM = `
const start = performance.now();
require("@pulumi/pulumi");
const sdk = performance.now();
require("pulumi-notion");
console.log(JSON.stringify({ sdk: sdk - start, package: performance.now() - sdk }));
`;

/** How long a program loads the SDK, and how much longer this package: the best of a few, in whole milliseconds. */
export async function measureImports(): Promise<{ sdk: number; package: number }> {
  const best = { sdk: Number.POSITIVE_INFINITY, package: Number.POSITIVE_INFINITY };
  for (let time = 1; time <= TIMES; time += 1) {
    const printed = await run(process.execPath, ["-e", PROGRAM], { cwd: repositoryRoot });
    const took = JSON.parse(printed) as typeof best;
    best.sdk = Math.min(best.sdk, took.sdk);
    best.package = Math.min(best.package, took.package);
  }
  return { sdk: Math.round(best.sdk), package: Math.round(best.package) };
}
