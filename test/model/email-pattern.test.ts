import fc from "fast-check";
import { expect, test } from "vitest";
import { emailMatcher } from "../../provider/model/email";

test.each([
  ["frontdesk@example.com", "FrontDesk@example.com", true],
  ["frontdesk@example.com", "*@example.com", true],
  ["frontdesk@example.com", "*@example.org", false],
  ["FrontDesk@Example.com", "*@example.com", true],
  ["ada@sub.example.com", "*@example.com", false],
  ["x-lab-7@example.com", "x-*-7@*", true],
  ["x-7@example.com", "x-*-7@*", false],
  ["aba@example.com", "aba*aba@example.com", false],
])("%s is one of %s: %s", (email, pattern, is) => {
  expect(emailMatcher([pattern])(email)).toBe(is);
});

test("a pattern with asterisks is what a regular expression would make of it", () => {
  const text = (most: number) => fc.string({ unit: fc.constantFrom("x", "y", "@"), maxLength: most });
  const property = fc.property(text(8), fc.array(text(2), { minLength: 1, maxLength: 4 }), (email, parts) => {
    expect(emailMatcher([parts.join("*")])(email)).toBe(new RegExp(`^${parts.join(".*")}$`).test(email));
  });
  fc.assert(property, { numRuns: 1000 });
});
