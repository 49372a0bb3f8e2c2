import { describe, expect, test } from "vitest";
import { runChecks } from "../../tools/checks.mts";
import { formatDuration } from "../../tools/step.mts";
import { planTests } from "../../tools/test-plan.mts";
import { closingLine, objection, summarize } from "../../tools/test-summary.mts";

const engineTests = ["test/engine/drift.test.ts", "test/engine/create.test.ts"];

describe("what a run of npm test does", () => {
  test.each([
    { args: [], checks: true, engine: true },
    { args: ["test/scim/pagination.test.ts"], checks: false, engine: false },
    { args: ["-t", "test/engine/drift"], checks: false, engine: false },
    { args: ["--bail=1"], checks: false, engine: false },
    { args: ["test/engine/drift.test.ts"], checks: false, engine: true },
    { args: ["./test/engine"], checks: false, engine: true },
    { args: ["drift.test.ts:12"], checks: false, engine: true },
    { args: ["pagination", "drift", "-t", "role"], checks: false, engine: true },
  ])("with $args: checks $checks, engine $engine", ({ args, checks, engine }) => {
    expect(planTests(args, engineTests)).toEqual({ checks, engine });
  });
});

describe("the outcome of a run", () => {
  const passedFile = { status: "passed", assertionResults: [{ status: "passed" }] };
  const report = {
    numPassedTests: 5,
    numFailedTests: 0,
    numPendingTests: 1,
    numTodoTests: 1,
    testResults: [passedFile],
  };

  test("ends in a closing line of counts", () => {
    expect(closingLine(summarize(report))).toBe("5 passed, 0 failed, 2 skipped");
  });

  test("counts a file that broke before its first test as failed", () => {
    const broken = { status: "failed", assertionResults: [] };
    expect(summarize({ ...report, testResults: [passedFile, broken] }).failed).toBe(1);
  });

  test("counts a file with a failed test once", () => {
    const failed = { status: "failed", assertionResults: [{ status: "failed" }, { status: "passed" }] };
    expect(summarize({ ...report, numFailedTests: 1, testResults: [failed] }).failed).toBe(1);
  });

  test.each([
    { summary: { passed: 0, failed: 0, skipped: 3 }, ci: false, says: "No test ran." },
    { summary: { passed: 3, failed: 0, skipped: 1 }, ci: true, says: "In CI nothing may be skipped." },
    { summary: { passed: 3, failed: 0, skipped: 1 }, ci: false, says: undefined },
    { summary: { passed: 3, failed: 1, skipped: 0 }, ci: true, says: undefined },
  ])("$summary in CI: $ci says $says", ({ summary, ci, says }) => {
    expect(objection(summary, ci)).toBe(says);
  });
});

test("a failed check is reported by name, with what it printed", async () => {
  const lines: string[] = [];
  const failed = await runChecks(
    (line) => lines.push(line),
    [
      { name: "fine", command: ["node", "-e", "console.log('unseen')"] },
      { name: "wrong", command: ["node", "-e", "console.error('line 3: oops'); process.exit(2)"] },
    ],
  );
  expect(failed).toEqual(["wrong"]);
  expect(lines.join("\n")).toMatch(/^ok {6}fine \(.* s\)$/m);
  expect(lines.join("\n")).toMatch(/^FAILED {2}wrong/m);
  expect(lines.join("\n")).toContain("line 3: oops");
  expect(lines.join("\n")).not.toContain("\nunseen");
});

test.each([
  [400, "0.4 s"],
  [9_960, "10 s"],
  [24_400, "24 s"],
  [202_000, "3 min 22 s"],
])("%i ms is written %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
