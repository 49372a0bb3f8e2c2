import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Rule } from "../../policies/rule";
import { rules } from "../../policies/rules";
import { settingsTable } from "./settings-table";

const README = join(__dirname, "..", "..", "policies", "README.md");

it("the pack's README has the table of all rules with their settings as they are", async () => {
  const tables = settingsTable(rules as readonly Rule[]);
  const current = readFileSync(README, "utf8").replace(
    /(<!-- rules -->\n)[\s\S]*(<!-- \/rules -->)/,
    (_, start, end) => `${start}\n${tables}\n\n${end}`,
  );
  expect(current).toContain(tables);
  await expect(current).toMatchFileSnapshot(README);
});
