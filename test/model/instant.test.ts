import { describe, expect, test } from "vitest";
import { endWords, instantOf, instantWords, spanWords, whyNoInstant } from "../../provider/model/instant";

describe("an instant", () => {
  test("is RFC 3339 with an offset, the same moment wherever it is read", () => {
    expect(instantOf("2026-12-04T18:00:00Z", "until")).toBe(Date.UTC(2026, 11, 4, 18));
    expect(instantOf("2026-12-04T19:00:00+01:00", "from")).toBe(Date.UTC(2026, 11, 4, 18));
  });

  test("of a date alone is its first moment in UTC where something begins, and its last where it ends", () => {
    expect(instantOf("2026-12-04", "from")).toBe(Date.UTC(2026, 11, 4));
    expect(instantOf("2026-12-04", "until")).toBe(Date.UTC(2026, 11, 5));
  });

  test("without an offset is refused with both readings", () => {
    expect(whyNoInstant("2026-12-04T18:00:00")).toContain("write 2026-12-04T18:00:00Z if it is meant in UTC");
    expect(whyNoInstant("2026-12-04T18:00:00")).toContain("2026-12-04T18:00:00+01:00");
  });

  test.each(["tomorrow", "in 14 days", "4.12.2026", "2026-13-01", "2026-02-30", "", "1733331600"])(
    "that is relative, or no date at all, is refused with the form that is allowed: %j",
    (text) => {
      expect(instantOf(text, "until")).toBeUndefined();
      expect(whyNoInstant(text)).toContain("2026-12-04T18:00:00Z");
    },
  );

  test.each(["0001-01-01", "1900-01-01", "1970-01-01", "1970-01-01T00:00:00Z", "4712-12-31", "9999-12-31"])(
    "is none of the dates that systems write for no date: %s",
    (text) => {
      expect(instantOf(text, "until")).toBeUndefined();
      expect(whyNoInstant(text)).toBe(
        `"${text}" is what systems write where there is no date: leave it out if there is none`,
      );
    },
  );

  test("is told in UTC, to the minute; a date as the end of that day", () => {
    expect(instantWords(Date.UTC(2026, 11, 4, 18))).toBe("2026-12-04 18:00 UTC");
    expect(endWords("2026-12-04T19:00:00+01:00")).toBe("2026-12-04 18:00 UTC");
    expect(endWords("2026-12-04")).toBe("at the end of 2026-12-04 UTC");
  });

  test.each([
    [14 * 86_400_000, "14 days"],
    [-2 * 86_400_000, "2 days"],
    [36 * 3_600_000, "36 hours"],
    [2 * 3_600_000, "2 hours"],
    [100 * 60_000, "100 minutes"],
    [60_000, "1 minute"],
    [25_000, "less than a minute"],
  ])("%i ms from another is told as %s", (ms, words) => {
    expect(spanWords(ms)).toBe(words);
  });
});
