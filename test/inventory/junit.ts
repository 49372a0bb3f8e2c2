import { parse, type TestSuite } from "junit2json";

/** The only suite of a JUnit report, as a reader of others understands it. */
export async function suiteOf(text: string): Promise<TestSuite> {
  const report = await parse(text);
  const suites = report && "testsuite" in report ? (report.testsuite ?? []) : [];
  if (suites.length !== 1 || suites[0] === undefined)
    throw new Error(`This is no report with one suite: ${text}`);
  return suites[0] as TestSuite;
}
