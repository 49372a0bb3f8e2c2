import { fstatSync } from "node:fs";
import { connect } from "node:net";

const STDIN = 0;

/**
 * Ends this process once the engine is gone. Killed by force, an engine leaves its providers behind, and a write
 * that waits to be repeated, for minutes after a 429, would then undo what a later run wrote. Nobody is left to take
 * note of it either: it is as if this process had been killed too, which the next run puts right.
 *
 * The engine holds the other end of stdin and hands its own address over as the last argument; it is gone when the
 * one is closed and the other refuses. Does nothing where there is no such pipe.
 */
export function endWithEngine(): void {
  const stdin = fstatSync(STDIN);
  const engine = process.argv.findLast((argument) => /^127\.0\.0\.1:\d+$/.test(argument));
  if (engine === undefined || !(stdin.isFIFO() || stdin.isSocket())) return;
  const port = Number(engine.split(":")[1]);
  const check = () => {
    const probe = connect(port, "127.0.0.1");
    probe.once("connect", () => probe.destroy());
    probe.once("error", () => process.exit(1));
  };
  process.stdin.once("end", check).once("error", check).resume();
}
