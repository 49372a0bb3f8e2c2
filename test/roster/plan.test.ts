import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plan } from "../../provider/roster/plan";

describe("the way to answer the members asked for", () => {
  test.each([
    ["a lone first call is one request", { pending: 1, spent: 0, pages: undefined }, "single"],
    ["two calls find out how large the workspace is", { pending: 2, spent: 0, pages: undefined }, "probe"],
    ["a second call after a single one does so too", { pending: 1, spent: 1, pages: undefined }, "probe"],
    ["few calls in a large workspace stay single", { pending: 4, spent: 0, pages: 100 }, "single"],
    ["a batch of half the pages reads the listing", { pending: 5, spent: 0, pages: 10 }, "list"],
    ["calls one by one read it once they have cost as much", { pending: 1, spent: 8, pages: 10 }, "list"],
    ["and not before", { pending: 1, spent: 7, pages: 10 }, "single"],
  ] as const)("%s", (_, demand, expected) => {
    expect(plan(demand)).toBe(expected);
  });

  test("never costs more than about twice the better way, in whatever batches the calls arrive", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        (pages, batches) => {
          let spent = 0;
          let cost = 0;
          let wanted = 0;
          let known: number | undefined;
          let listed = false;
          for (const pending of batches) {
            wanted += pending;
            if (!listed) {
              let way = plan({ pending, spent, pages: known });
              if (way === "probe") {
                cost += 1;
                known = pages - 1;
                way = plan({ pending, spent, pages: known });
              }
              if (way === "list") {
                cost += known ?? pages;
                listed = true;
              } else {
                cost += pending;
                spent += pending;
              }
            }
            // The probe's one request is what the «about» stands for.
            expect(cost).toBeLessThanOrEqual(2 * Math.min(wanted, pages) + 1);
          }
        },
      ),
    );
  });
});
