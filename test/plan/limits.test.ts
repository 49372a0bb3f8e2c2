import { describe, expect, test } from "vitest";
import { allowance, DEFAULT_LIMIT, isShare } from "../../provider/plan/limits";
import { isLimit } from "../../provider/state/limits";

describe("a limit", () => {
  test.each([0, 1, 25, "0", "7", "0%", "25%", "12.5%", "100%"])("may be %j", (value) => {
    expect(isLimit(value)).toBe(true);
  });

  test.each([
    -1,
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    "",
    "-1",
    "1.5",
    " 5",
    "25 %",
    "%",
    "101%",
    "100.1%",
  ])("is not %j", (value) => {
    expect(isLimit(value)).toBe(false);
  });

  test.each([[undefined], [null], [true], [{}], [["25%"]], ["all"], ["1e3"], ["0x10"]])(
    "is not %j, which no number or share can be meant by",
    (value) => {
      expect(isLimit(value)).toBe(false);
    },
  );

  test.each([
    ["25%", true],
    ["25", false],
    [25, false],
  ])("%j is a share: %j", (limit, share) => {
    expect(isShare(limit)).toBe(share);
  });
});

describe("what a limit allows", () => {
  test.each([
    // A share, rounded down.
    ["25%", 40, 10],
    ["25%", 43, 10],
    ["25%", 44, 11],
    ["12.5%", 80, 10],
    ["29%", 100, 29],
    ["100%", 300, 300],
    // Never fewer than five.
    ["25%", 20, 5],
    ["25%", 8, 5],
    ["25%", 0, 5],
    ["0%", 1000, 5],
    // A number is meant, however small.
    [0, 1000, 0],
    [3, 1000, 3],
    ["3", 1000, 3],
    ["0", 0, 0],
    [400, 10, 400],
  ])("%j of %i people is %i", (limit, total, allowed) => {
    expect(allowance(limit, total)).toBe(allowed);
  });

  test("is a quarter where nothing is said", () => {
    expect(DEFAULT_LIMIT).toBe("25%");
    expect(isLimit(DEFAULT_LIMIT)).toBe(true);
  });
});
