#!/usr/bin/env node
// First: it ends the program before what an old Node.js cannot load.
import "../../inventory/node-version";

async function main(): Promise<void> {
  const { processIo } = await import("../../inventory/cli/process.ts");
  const { run } = await import("./run.ts");
  // Not process.exit: what is still on its way into a pipe has to arrive.
  process.exitCode = await run(process.argv.slice(2), processIo());
}
void main();
