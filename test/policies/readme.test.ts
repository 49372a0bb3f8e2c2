import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Rule } from "../../policies/rule";
import { rules } from "../../policies/rules";
import { settingsTable } from "./settings-table";

it("the pack's README has the table of all rules as they are", async () => {
  const file = join(__dirname, "..", "..", "policies", "README.md");
  const tables = settingsTable(rules as readonly Rule[]);
  const current = readFileSync(file, "utf8").replace(
    /(<!-- rules -->\n)[\s\S]*(<!-- \/rules -->)/,
    (_, start, end) => `${start}\n${tables}\n\n${end}`,
  );
  expect(current).toContain(tables);
  await expect(current).toMatchFileSnapshot(file);
});
