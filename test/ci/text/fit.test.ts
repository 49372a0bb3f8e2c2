import fc from "fast-check";
import { expect, test } from "vitest";
import { fitMarkdown } from "../../../ci/program/text/fit";

const line = fc.oneof(
  fc.constantFrom("", "```", "```diff", "| a | b |", "| --- | --- |", "### Join (3)", "- item", "1. item"),
  fc.string({ maxLength: 60 }).map((text) => text.replaceAll("\n", " ")),
  fc.integer({ min: 0, max: 400 }).map((count) => `| ${"x".repeat(count)} |`),
);

test("whatever the text, it is never longer than the limit, and a text that fits is left as it is", () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 60 }), fc.integer({ min: 200, max: 2000 }), (lines, limit) => {
      const text = lines.join("\n");
      const out = fitMarkdown(text, limit, "the log has all of it");
      expect(out.length).toBeLessThanOrEqual(limit);
      if (text.length <= limit) expect(out).toBe(text);
      else expect(out).toContain("the log has all of it");
    }),
  );
});

test("of a code block the first lines stay, its fence is closed, and the note stands behind it", () => {
  const text = `Before\n\n\`\`\`diff\n${Array.from({ length: 50 }, (_, index) => `+ line ${index}`).join("\n")}\n\`\`\`\nAfter`;
  const out = fitMarkdown(text, 300, "the log has all of it");
  expect(out).toMatch(/^Before\n\n```diff\n\+ line 0\n[^`]*```\n\n\*\d+ more lines are left out here/);
  expect(out.endsWith("After")).toBe(true);
});
