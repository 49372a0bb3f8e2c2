import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** `npm run simulator` as a process of its own; `output.text` grows as it prints. */
export function runMain(...args: string[]) {
  const main = join(import.meta.dirname, "main.mts");
  const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const output = { text: "" };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (bytes) => {
      output.text += bytes;
    });
  }
  const exit = once(child, "close").then(([code]) => code as number | null);
  return { child, output, exit };
}
