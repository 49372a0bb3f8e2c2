/** Frames that Pulumi skips itself (its own and this package's constructors), and the program's line. */
const FRAMES_KEPT = 6;

/**
 * Shortens the stack traces that are taken until the returned function is called. Pulumi keeps the whole
 * call stack of each constructor in the state: with a TypeScript loader that is 300 to 700 bytes in every
 * resource, more than all else that a member takes, and a file backend's time grows with the square of it.
 * The program's own line is all that is of use there; the rest names folders of one machine.
 */
export function shortenStackTraces(): () => void {
  const before = Error.prepareStackTrace;
  Error.prepareStackTrace = (error, frames) => {
    const kept = frames.slice(0, FRAMES_KEPT);
    // A loader's own hook maps positions back to the TypeScript source.
    return before ? before(error, kept) : [error, ...kept.map((frame) => `    at ${frame}`)].join("\n");
  };
  return () => {
    Error.prepareStackTrace = before;
  };
}
