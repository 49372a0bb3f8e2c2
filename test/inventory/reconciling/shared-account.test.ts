import fc from "fast-check";
import { expect, test } from "vitest";
import { isShared } from "../../../provider/inventory/reconciling/shared-account";

test.each([
  "svc-backup@example.com",
  "no-reply@example.com",
  "noreply@example.com",
  "team@example.com",
  "admin2@example.com",
  "bot_ci@example.com",
])("%s is called like a shared account", (email) => expect(isShared(email, [])).toBe(true));

test.each([
  "teamara@example.com",
  "dev.patel@example.com",
  "it.girl@example.com",
  "ada@sales.example.com",
  "hristo@example.com",
])("%s is somebody's own", (email) => expect(isShared(email, [])).toBe(false));

test.each([
  ["frontdesk@example.com", "FrontDesk@example.com", true],
  ["frontdesk@example.com", "*@example.com", true],
  ["frontdesk@example.com", "*@example.org", false],
  ["x-lab-7@example.com", "x-*-7@*", true],
  ["x-7@example.com", "x-*-7@*", false],
  ["aba@example.com", "aba*aba@example.com", false],
])("%s by the pattern %s: %s", (email, pattern, shared) => {
  expect(isShared(email, [pattern])).toBe(shared);
});

test("a pattern with asterisks is what a regular expression would make of it", () => {
  const text = (most: number) => fc.string({ unit: fc.constantFrom("x", "y", "@"), maxLength: most });
  const property = fc.property(text(8), fc.array(text(2), { minLength: 1, maxLength: 4 }), (email, parts) => {
    expect(isShared(email, [parts.join("*")])).toBe(new RegExp(`^${parts.join(".*")}$`).test(email));
  });
  fc.assert(property, { numRuns: 1000 });
});
