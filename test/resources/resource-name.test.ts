import fc from "fast-check";
import { expect, test } from "vitest";
import { resourceName } from "../../provider/resources/resource-name";

test("the name is the e-mail in lower case; only what a URN cannot bear is encoded", () => {
  expect(resourceName("Ada.Lovelace+1@Example.com")).toBe("ada.lovelace+1@example.com");
  expect(resourceName("müller_2@example.com")).toBe("müller_2@example.com");
  expect(resourceName("o'neil@example.com")).toBe("o%27neil@example.com");
  expect(resourceName("a::b$c/d@example.com")).toBe("a%3A%3Ab%24c%2Fd@example.com");
});

test("different addresses have different names, and a name has nothing that splits a URN", () => {
  fc.assert(
    fc.property(fc.emailAddress(), fc.emailAddress(), fc.string(), (a, b, odd) => {
      expect(resourceName(a) === resourceName(b)).toBe(a.toLowerCase() === b.toLowerCase());
      expect(resourceName(`${odd}@example.com`)).not.toMatch(/::|[\s$/\\]/);
      expect(resourceName(a)).toBe(resourceName(a.toUpperCase()));
    }),
  );
});
