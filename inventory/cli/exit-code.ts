/** What the program's exit code says; a contract with the pipelines that read it. */
export const EXIT = {
  /** All went well, and where drift was looked for there is none. */
  fine: 0,
  /** No answer: no token, no connection, a file that cannot be read. */
  error: 1,
  /** Drift was found, or a plan changes something. */
  drift: 2,
  /** There is an answer, but the listing could not be proven complete. Comes before `drift`. */
  incomplete: 3,
  /** The command line is wrong; EX_USAGE of BSD's sysexits.h. */
  usage: 64,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
