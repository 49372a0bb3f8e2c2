/** What a run of `npm test` has to do, decided from its arguments. */
export interface TestPlan {
  /** Lint, types, layers and the like: for whole runs. */
  checks: boolean;
  /** Whether the engine has to be there beforehand. */
  engine: boolean;
}

/** Options of vitest whose value is the next argument: it is not a file to run. */
const withValue = new Set(["-t", "--testNamePattern", "-c", "--config", "--project", "--reporter", "--pool"]);

/** vitest runs the files whose path contains one of the arguments. */
export function planTests(args: readonly string[], engineTests: readonly string[]): TestPlan {
  if (args.length === 0) return { checks: true, engine: true };
  const files = args.filter((arg, index) => !arg.startsWith("-") && !withValue.has(args[index - 1] ?? ""));
  const selects = (test: string) =>
    files.some((file) => test.includes(file.replace(/^\.\//, "").replace(/:\d+$/, "")));
  return { checks: false, engine: engineTests.some(selects) };
}
