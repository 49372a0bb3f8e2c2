import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CHEAP_PAGES, type Demand, plan } from "../../provider/directory/plan";

describe("the way to answer the members asked for", () => {
  test.each<[string, Omit<Demand, "more">, string]>([
    ["a lone first call is one request", { pending: 1, spent: 0, pages: undefined }, "single"],
    ["so are two", { pending: 2, spent: 0, pages: undefined }, "single"],
    ["three find out how large the workspace is", { pending: 3, spent: 0, pages: undefined }, "probe"],
    ["a third call after two does so too", { pending: 1, spent: 2, pages: undefined }, "probe"],
    ["few calls in a large workspace stay single", { pending: 4, spent: 0, pages: 100 }, "single"],
    ["a batch of half the pages reads the listing", { pending: 50, spent: 0, pages: 100 }, "list"],
    ["calls one by one read it once they have cost as much", { pending: 1, spent: 98, pages: 100 }, "list"],
    ["and not before", { pending: 1, spent: 97, pages: 100 }, "single"],
  ])("%s, whether or not others are likely to follow", (_, demand, expected) => {
    expect(plan({ ...demand, more: false })).toBe(expected);
    expect(plan({ ...demand, more: true })).toBe(expected);
  });

  test("a short listing is read at the third look-up where others are likely to follow", () => {
    const third = { pending: 1, spent: 2, pages: CHEAP_PAGES };
    expect(plan({ ...third, more: true })).toBe("list");
    expect(plan({ ...third, spent: 1, more: true })).toBe("single");
    expect(plan({ ...third, pages: CHEAP_PAGES + 1, more: true })).toBe("single");
    expect(plan({ ...third, more: false })).toBe("single");
  });

  test.each([false, true])(
    "never costs more than about twice the better way, in whatever batches the calls arrive (others likely: %s)",
    (more) => {
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
                let way = plan({ pending, spent, pages: known, more });
                if (way === "probe") {
                  cost += 1;
                  known = pages - 1;
                  way = plan({ pending, spent, pages: known, more });
                }
                if (way === "list") {
                  cost += known ?? pages;
                  listed = true;
                } else {
                  cost += pending;
                  spent += pending;
                }
              }
              // What the «about» stands for: the probe, and a listing that is short in any case.
              const twice = 2 * Math.min(wanted, pages) + 1;
              expect(cost).toBeLessThanOrEqual(more ? Math.max(twice, wanted + 1 + CHEAP_PAGES) : twice);
            }
          },
        ),
      );
    },
  );
});
