import { expect, test } from "vitest";
import { invisibleAtEdge, quoted, withoutInvisible } from "../../provider/model/invisible";

test.each([
  ["\u200b", "U+200B"],
  ["\u00a0", "U+00A0"],
  ["\ufeff", "U+FEFF"],
  ["\u202e", "U+202E"],
  ["\u00ad", "U+00AD"],
  ["\u034f", "U+034F"],
  ["\t", "U+0009"],
  ["\u{e0041}", "U+E0041"],
])("an invisible character is named where an error quotes it: %j", (character, name) => {
  expect(quoted(`ada${character}@example.com`)).toBe(
    `"ada<${name}>@example.com" (${name} cannot be seen: delete it)`,
  );
  expect(withoutInvisible(`ada${character}@example.com`)).toBe("ada@example.com");
  expect(invisibleAtEdge(`${character}ada`)).toBe(name);
  expect(invisibleAtEdge(`ada${character}`)).toBe(name);
  expect(invisibleAtEdge(`a${character}da`)).toBeUndefined();
});

test("what is seen is quoted as it is, and several names stand once each", () => {
  expect(quoted("Zoë 東京 ada@example.com")).toBe('"Zoë 東京 ada@example.com"');
  expect(quoted("a\u200bb\u200bc\u2060")).toContain("(U+200B, U+2060 cannot be seen: delete them)");
});
