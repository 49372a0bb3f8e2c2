/** What matters here of the report that vitest's JSON reporter writes. */
export interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  /** Skipped ones. */
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: { status: string }[] }[];
}

export interface TestSummary {
  passed: number;
  failed: number;
  skipped: number;
}

/** Counts tests; a file that broke before its first test counts as one failed. */
export function summarize(report: VitestReport): TestSummary {
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** Why a run that vitest calls successful is none; undefined when it is. */
export function objection({ passed, failed, skipped }: TestSummary, ci: boolean): string | undefined {
  if (passed + failed === 0) return "No test ran.";
  if (ci && skipped > 0) return "In CI nothing may be skipped.";
  return undefined;
}

/** The closing line, alone on its line, from which a CI reads what ran. */
export function closingLine({ passed, failed, skipped }: TestSummary): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
