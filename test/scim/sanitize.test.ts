import { expect, test } from "vitest";
import { sanitizeLine } from "../../provider/scim/sanitize";

test.each([
  ["  a \t b\r\nc ", "a b c"],
  ["\u202eevil\u2066", "evil"],
  ["\u001b[31mred", "[31mred"],
  ["x".repeat(301), `${"x".repeat(300)}…`],
  ["Zoë 東京 🙂", "Zoë 東京 🙂"],
])("a server's words become one line: %j", (text, line) => {
  expect(sanitizeLine(text)).toBe(line);
});
