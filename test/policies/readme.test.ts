import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Rule } from "../../policies/rule";
import { rules } from "../../policies/rules";
import { overviewTable, settingsTable } from "./settings-table";

const ROOT = join(__dirname, "..", "..");

it.each([
  ["the pack's README has the table of all rules with their settings as they are", "policies", settingsTable],
  ["the package's README has the table of all rules with their levels as they are", ".", overviewTable],
])("%s", async (_, folder, tableOf) => {
  const file = join(ROOT, folder, "README.md");
  const tables = tableOf(rules as readonly Rule[]);
  const current = readFileSync(file, "utf8").replace(
    /(<!-- rules -->\n)[\s\S]*(<!-- \/rules -->)/,
    (_, start, end) => `${start}\n${tables}\n\n${end}`,
  );
  expect(current).toContain(tables);
  await expect(current).toMatchFileSnapshot(file);
});
