import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { unifiedDiff } from "../../../inventory/edit/unified-diff";

/** What git makes of the file with this patch. */
function applied(file: string, before: string, patch: string): string {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-notion-diff-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, file), before);
  execFileSync("git", ["apply", "--whitespace=nowarn", "-"], {
    cwd: folder,
    input: patch,
    env: { ...process.env, GIT_DIR: "none" },
  });
  return readFileSync(join(folder, file), "utf8");
}

const people = (count: number, end: string, more = "") =>
  `userName,role${more}${end}${Array.from({ length: count }, (_, index) => `p${index}@example.com,member${more}${end}`).join("")}`;

test("a change is shown with the lines around it", () => {
  const before = people(9, "\n");
  expect(
    unifiedDiff("members.csv", before, before.replace("p4@example.com,member", "p4@example.com,owner")),
  ).toBe(
    [
      "--- a/members.csv",
      "+++ b/members.csv",
      "@@ -3,7 +3,7 @@",
      " p1@example.com,member",
      " p2@example.com,member",
      " p3@example.com,member",
      "-p4@example.com,member",
      "+p4@example.com,owner",
      " p5@example.com,member",
      " p6@example.com,member",
      " p7@example.com,member",
      "",
    ].join("\n"),
  );
  expect(unifiedDiff("members.csv", before, before)).toBe("");
});

test.each([
  [
    "of a few lines",
    people(20, "\n"),
    people(20, "\n").replace("p3@", "q@").replace("p17@example.com,member\n", ""),
  ],
  ["with the line ends of Windows", people(5, "\r\n"), people(5, "\r\n").replace("p3@", "q@")],
  ["with another line end, and none", people(3, "\n"), people(3, "\r\n").trimEnd()],
  ["with a byte order mark that goes", `\uFEFF${people(3, "\n")}`, people(3, "\n")],
  ["of every line of a large file", people(3_000, "\n"), people(3_000, "\n", ",")],
  [
    "of every line of a large file without a last line end",
    people(3_000, "\n").trimEnd(),
    people(3_000, "\n", ",").trimEnd(),
  ],
])("git takes a patch %s", (_, before, after) => {
  // Looking through a large file takes seconds, and its name is the same to it.
  for (const file of ["members.csv", ...(before.length > 10_000 ? [] : ["members of acme.csv"])]) {
    expect(applied(file, before, unifiedDiff(file, before, after))).toBe(after);
    expect(applied(file, after, unifiedDiff(file, after, before))).toBe(before);
  }
});
