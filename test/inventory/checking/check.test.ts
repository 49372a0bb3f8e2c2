import { expect, test } from "vitest";
import { checkOwners, checkServer, isAtLeast } from "../../../provider/inventory/checking/check";

test("decisions: owners, server, versions", () => {
  expect(checkOwners(1, false).found).toBe("1 owner in what was listed");
  expect(checkServer({ patch: { supported: false }, filter: { supported: true } })).toMatchObject({
    status: "warning",
    mend: expect.stringContaining("patch"),
  });
  expect(
    ["3.254.0", "v3.259.0", "4.0.0", "3.254.1-alpha.1"].map((each) => isAtLeast(each, "3.254.0")),
  ).toEqual([true, true, true, true]);
  expect(["3.253.9", "v2.999.0", "3.25.0"].map((each) => isAtLeast(each, "3.254.0"))).toEqual([
    false,
    false,
    false,
  ]);
});
