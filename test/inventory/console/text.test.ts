import { expect, test } from "vitest";
import { visible } from "../../../provider/inventory/console/text";

test("two addresses that look alike do not where they are printed: what has no width is shown as its escape", () => {
  expect(visible("ada\u200b@example.com")).toBe("ada\\u200b@example.com");
  expect(visible("a\u2060d\u00ada")).toBe("a\\u2060d\\u00ada");
});

test("what joins the letters of a word or the parts of an emoji stays", () => {
  for (const text of ["می\u200cخواهم", "👩\u200d💻", "Zoë 大阪\u3000太郎"]) expect(visible(text)).toBe(text);
});
