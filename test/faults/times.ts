import fc from "fast-check";

/** One moment a day: a random program has beginnings and ends on every side of each run. */
export const momentAt = (day: number) => new Date(Date.UTC(2026, 11, 1 + day, 9)).toISOString();
export const timeAt = (day: number) => Date.parse(momentAt(day));

/** Two edges of a time, the first before the second; none, one or both. */
export const edges: fc.Arbitrary<{ from?: string; until?: string }> = fc
  .record({ begin: fc.option(fc.nat({ max: 4 })), days: fc.option(fc.integer({ min: 1, max: 4 })) })
  .map(({ begin, days }) => ({
    ...(begin !== null && { from: momentAt(begin) }),
    ...(days !== null && { until: momentAt((begin ?? 0) + days) }),
  }));

/** Whether a moment is within a time: the tests' own reading of it. */
export function isWithin(now: number, from: string | undefined, until: string | undefined): boolean {
  return (from === undefined || now >= Date.parse(from)) && (until === undefined || now < Date.parse(until));
}
