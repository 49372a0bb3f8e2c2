import { expect, test } from "vitest";
import { DeclarationError, NotAppliedError } from "../../provider/apply/errors";
import { PartialError } from "../../provider/lifecycle/errors";

test("a partial error takes whatever was thrown for its reason", () => {
  expect(new PartialError("id-1", {}, "plain text").reasons).toEqual(["plain text"]);
});

test.each([DeclarationError, NotAppliedError])("an error bears the name of its kind", (Kind) => {
  expect(new Kind("x").name).toBe(Kind.name);
});
