import { fstatSync } from "node:fs";
import { connect } from "node:net";

const STDIN = 0;
/** How long after an engine still answered it is asked again, in milliseconds: at first, and at most. */
const AGAIN_MS = { first: 50, most: 5_000 };

/**
 * Ends this process once the engine is gone. Killed by force, an engine leaves its providers behind, and a write
 * that waits to be repeated, for minutes after a 429, would then undo what a later run wrote. Nobody is left to take
 * note of it either: it is as if this process had been killed too, which the next run puts right.
 *
 * The engine holds the other end of stdin and hands its own address over as the last argument; it is gone when the
 * one is closed and the other refuses, which can be a moment later. Does nothing where there is no such pipe.
 */
export function endWithEngine(): void {
  const engine = process.argv.findLast((argument) => /^127\.0\.0\.1:\d+$/.test(argument));
  if (engine === undefined || !isPipe(STDIN)) return;
  const port = Number(engine.split(":")[1]);
  const check = (againMs: number) => {
    const probe = connect(port, "127.0.0.1");
    const again = () => {
      probe.destroy();
      setTimeout(check, againMs, Math.min(2 * againMs, AGAIN_MS.most)).unref();
    };
    probe.once("connect", again);
    probe.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "ECONNREFUSED") return again();
      process.stderr.write("The engine is gone: the provider of pulumi-notion ends, too.\n");
      process.exit(1);
    });
  };
  const begin = () => check(AGAIN_MS.first);
  process.stdin.once("end", begin).once("error", begin).resume();
}

function isPipe(descriptor: number): boolean {
  try {
    const what = fstatSync(descriptor);
    return what.isFIFO() || what.isSocket();
  } catch {
    return false;
  }
}
