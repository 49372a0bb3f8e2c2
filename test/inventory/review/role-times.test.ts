import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cap, roleGivenBy, whyNotTimes } from "../../../inventory/edit/role-times";
import { instantOf } from "../../../provider/model/instant";
import { ROLES, type Role, rankOf } from "../../../provider/model/role";

const NOW = Date.parse("2026-11-20T12:00:00Z");
const HOUR = 3_600_000;
const day = (offset: number) => new Date(NOW + offset * 24 * HOUR).toISOString().slice(0, 10);

const moment = fc.oneof(
  fc.integer({ min: -6, max: 12 }).map(day),
  fc.integer({ min: -200, max: 300 }).map((hours) => new Date(NOW + hours * HOUR).toISOString()),
);
const role = fc.constantFrom(...ROLES);
/** A row that the engine takes. */
const row = fc
  .record({ role, roleThen: role, roleFrom: fc.option(moment), roleUntil: fc.option(moment) })
  .map(
    ({ role, roleThen, roleFrom, roleUntil }): Record<string, string> => ({
      role,
      ...(roleFrom !== null && { roleFrom }),
      ...(roleUntil !== null && { roleUntil }),
      ...((roleFrom !== null || roleUntil !== null) && { roleThen }),
    }),
  )
  .filter((each) => whyNotTimes(each).length === 0);

const rankAt = (given: Record<string, string>, at: number) => rankOf(roleGivenBy(given, at));

/** Each moment at which one of the rows may change, from now on, and the one before it. */
function momentsOf(...rows: Record<string, string>[]): number[] {
  const edges = rows.flatMap(({ roleFrom = "", roleUntil = "" }) => [
    instantOf(roleFrom, "from") ?? NOW,
    instantOf(roleUntil, "until") ?? NOW,
  ]);
  return [NOW, ...edges.flatMap((at) => [at - 1, at])].filter((at) => at >= NOW);
}

describe("a lower role in a row", () => {
  test("never gives more than the row did, nor than was decided, takes nothing before its day, and is taken by the engine", () => {
    fc.assert(
      fc.property(
        row,
        role,
        fc.option(fc.integer({ min: 0, max: 9 }).map(day)),
        (before, to: Role, until) => {
          const from = until === null ? NOW : (instantOf(until, "until") ?? NOW);
          const result = cap(before, to, until, NOW);
          if (result.kind === "too much") return;
          const after = result.kind === "cells" ? { ...before, ...result.cells } : before;
          expect(whyNotTimes(after)).toEqual([]);
          const times = [...momentsOf(before, after), from].filter((at) => at >= NOW);
          const wanted = times.map((at) =>
            at < from ? rankAt(before, at) : Math.min(rankAt(before, at), rankOf(to)),
          );
          expect(times.map((at) => rankAt(after, at))).toEqual(wanted);
        },
      ),
      { numRuns: 300 },
    );
  });

  test.each([
    ["a role without times", { role: "owner" }, "member", null, { role: "member" }],
    ["what it gives already", { role: "member" }, "member", null, undefined],
    ["what is less by now", { role: "restricted_member" }, "member", null, undefined],
    [
      "a role for a time, whose end stays",
      { role: "owner", roleUntil: "2026-12-20", roleThen: "restricted_member" },
      "member",
      null,
      { role: "member", roleUntil: "2026-12-20", roleThen: "restricted_member" },
    ],
    [
      "a role for a time, both of them",
      { role: "owner", roleUntil: "2026-12-20", roleThen: "membership_admin" },
      "member",
      null,
      { role: "member" },
    ],
    [
      "an end sooner than the row's",
      { role: "owner", roleUntil: "2026-12-20", roleThen: "member" },
      "member",
      "2026-12-01",
      { role: "owner", roleUntil: "2026-12-01", roleThen: "member" },
    ],
    [
      "an end before the role begins",
      { role: "owner", roleFrom: "2026-12-10", roleUntil: "2027-01-31", roleThen: "member" },
      "restricted_member",
      "2026-12-05",
      { role: "member", roleUntil: "2026-12-05", roleThen: "restricted_member" },
    ],
  ] as const)("%s", (_, before, to, until, after) => {
    const result = cap(before, to, until, NOW);
    const cells = result.kind === "cells" ? result.cells : undefined;
    expect(cells && Object.fromEntries(Object.entries(cells).filter(([, value]) => value !== ""))).toEqual(
      after,
    );
  });

  test("what would take more than one begin and one end is said to", () => {
    const before = { role: "owner", roleUntil: "2026-12-01", roleThen: "member" };
    expect(cap(before, "restricted_member", "2026-12-31", NOW).kind).toBe("too much");
  });
});
