import type { Io, Sink } from "./io";

/** The process' own streams, environment, folder and time. */
export function processIo(): Io {
  // A reader that has seen enough (`| head`) is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(0);
  });
  return {
    stdout: sink(process.stdout),
    stderr: sink(process.stderr),
    env: process.env,
    cwd: process.cwd(),
    now: Date.now(),
  };
}

function sink(stream: NodeJS.WriteStream): Sink {
  return {
    write: (text) => void stream.write(text),
    isTTY: stream.isTTY === true,
    // 0 where a pseudo-terminal was given no size.
    columns: stream.columns || undefined,
  };
}
