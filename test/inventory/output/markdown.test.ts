import { expect, test } from "vitest";
import type { Document } from "../../../inventory/output/document";
import { markdown } from "../../../inventory/output/markdown";

test("one cell of a whole comment's length hides no row below it: it is cut, and how much is said", () => {
  const document = { title: "Plan", summary: "2 changes", incomplete: [] } as unknown as Document;
  const rows = [
    ["ada@example.com becomes membership_admin", "x".repeat(100_000)],
    ["eve@example.com becomes owner", "INC-1"],
  ];
  const text = markdown(document, [{ title: "Owners", columns: ["what", "reason"], rows }]);
  expect(text.length).toBeLessThan(4_000);
  expect(text).toContain("eve@example.com becomes owner");
  expect(text).toContain("x… (99,000 more characters)");
});
