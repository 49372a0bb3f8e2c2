#!/usr/bin/env node
// First: it ends the program before what an old Node.js cannot load.
import "../../provider/inventory/node-version";

import { processIo } from "../../provider/inventory/console/process";
import { run } from "./run";

void run(process.argv.slice(2), processIo()).then((code) => {
  // Not process.exit: what is still on its way into a pipe has to arrive.
  process.exitCode = code;
});
