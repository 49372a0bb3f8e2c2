import { expect, test } from "vitest";
import { durationOf } from "../../provider/model/instant";

test.each([
  ["90m", 1.5],
  ["36h", 36],
  ["2d", 48],
  [" 1w ", 168],
  ["0d", 0],
  ["2", undefined],
  ["d", undefined],
  ["1.5d", undefined],
  ["-1d", undefined],
  ["2 d", undefined],
])("the duration %s has %s hours", (text, hours) => {
  expect(durationOf(text)).toBe(hours === undefined ? undefined : hours * 3_600_000);
});
