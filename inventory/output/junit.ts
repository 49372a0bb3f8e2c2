import type builder from "junit-report-builder";
import { sanitize } from "../cli/text";
import type { Results } from "./document";

/** Loaded where a report is made: it brings the whole of lodash. As CommonJS it is the builder itself. */
function newBuilder() {
  const loaded = require("junit-report-builder") as typeof builder & { default?: typeof builder };
  return (loaded.default ?? loaded).newBuilder();
}

/**
 * Results as a JUnit test report: a test for each, by its rule. What counts as a failure is for
 * the document to say; all else passes. Where there is nothing to tell, one test passes, since readers take a report without tests for a mistake.
 * @param title the name of the suite, and of that test @param incomplete why these may not be all: tests in error
 */
export function junit(
  { title, summary }: { title: string; summary: string },
  { file, results, failsFrom }: Results,
  incomplete: readonly string[],
): string {
  const report = newBuilder();
  const suite = report.testSuite().name(title);
  for (const { rule, level, message, line } of results) {
    const test = suite.testCase().className(rule).name(sanitize(message));
    if (file !== null) test.file(line === null ? file : `${file}:${line}`);
    if (level === "error" || level === failsFrom) test.failure(sanitize(message), rule);
  }
  for (const sentence of incomplete)
    suite.testCase().className("incomplete").name("complete").error(sanitize(sentence), "incomplete");
  if (results.length + incomplete.length === 0) suite.testCase().className(title).name(sanitize(summary));
  return `${report.build()}\n`;
}
