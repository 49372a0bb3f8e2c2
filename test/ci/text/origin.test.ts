import { expect, test } from "vitest";
import { formatOrigin } from "../../../ci/program/text/origin";

test("names of files that fill a whole comment leave room for the plan: each is cut, and all are counted", () => {
  const others = Array.from({ length: 9 }, (_, index) => `${index}/${"<".repeat(4_000)}.ts`);
  const note = formatOrigin({
    roster: "members.csv",
    others,
    program: "main",
    conflicts: false,
    request: "pull request",
  });
  expect(note.length).toBeLessThan(4_000);
  expect(note).toContain("and 4 other files");
  expect(note).toMatch(/changes 0\/(&lt;)+…&lt;\S*\.ts,/);
});
