// First: it ends the process where all that follows cannot be loaded.
import "./node-version";

import { endWithEngine } from "../../engine-watch";
import { servePlugin } from "./serve";

/** The last argument, as the engine starts a plugin; absent where it is started by hand. */
const engine = process.argv.slice(2).findLast((argument) => /^[\w.[\]:-]+:\d+$/.test(argument));

servePlugin(engine).then((port) => {
  // The engine reads this line, and nothing else of what a plugin prints.
  process.stdout.write(`${port}\n`);
  endWithEngine();
});
