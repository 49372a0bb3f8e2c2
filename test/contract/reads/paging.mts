import { type Answer, described, entriesOf, field, roughly } from "../answer.mts";
import { type Check, check, outcome, type Readers } from "../check.mts";
import { watch } from "../exchanges.mts";
import type { Wire } from "../wire.mts";

const PAGE = 100;

const page = (wire: Wire, startIndex: number, count: number) =>
  wire.ask({ path: "/Users", query: { startIndex: `${startIndex}`, count: `${count}` } });

const totalOf = (answer: Answer) => {
  const total = field(answer.json, "totalResults");
  return typeof total === "number" ? total : undefined;
};

const idsOf = (answer: Answer) => (entriesOf(answer) ?? []).map((entry) => entry.id);

export const paging: Check<Readers>[] = [
  check(
    {
      id: "page.first",
      asked: "GET /Users?startIndex=1&count=2",
      expected: "a ListResponse with totalResults, startIndex and itemsPerPage of this page",
      source: "RFC 7644 section 3.4.2.4",
    },
    async ({ wire, reader }) => ({
      answer: await page(wire, 1, 2),
      read: await watch(() => reader.usersPage()),
    }),
    ({ answer, read }) => {
      const entries = entriesOf(answer) ?? [];
      const items = field(answer.json, "itemsPerPage");
      const numbers = [
        totalOf(answer) === undefined ? "no totalResults" : "totalResults",
        field(answer.json, "startIndex") === 1 ? "startIndex 1" : "no startIndex 1",
        items === entries.length ? "itemsPerPage of this page" : "another itemsPerPage",
      ];
      return {
        met: answer.status === 200 ? `entries: ${entries.length}, ${numbers.join(", ")}` : described(answer),
        package: outcome(read, () => "reads it; itemsPerPage and startIndex are not relied on"),
        verdict:
          read.stopped !== undefined
            ? "fails"
            : numbers.some((text) => /^no |^another/.test(text))
              ? "copes"
              : "expected",
      };
    },
  ),
  check(
    {
      id: "page.records",
      asked: "count=2 from startIndex 1, and count=1 from startIndex 2",
      expected: "startIndex counts records from 1: the second one begins with the first one's second entry",
      source: "RFC 7644 section 3.4.2.4",
    },
    async ({ wire }) => ({ first: idsOf(await page(wire, 1, 2)), second: idsOf(await page(wire, 2, 1)) }),
    ({ first, second }) => {
      if (first.length < 2)
        return { met: "fewer than two entries", package: "nothing to page", verdict: "copes" };
      const records = second[0] === first[1];
      return {
        met: records ? "it does" : second.length === 0 ? "nothing came" : "another entry came",
        package: "advances by the records that arrived, and counts ids: see page.listing",
        verdict: records ? "expected" : "copes",
      };
    },
  ),
  check(
    {
      id: "page.large",
      asked: "GET /Users?count=500",
      expected: "100 at most",
      source: "seen live",
    },
    ({ wire }) => page(wire, 1, 500),
    (answer) => {
      const came = idsOf(answer).length;
      const total = totalOf(answer) ?? 0;
      const cut = came < total ? "the page is cut" : "everybody came";
      return {
        met: answer.status === 200 ? `${roughly(came)}; ${cut}` : described(answer),
        package: `asks for ${PAGE}, and takes as many as come`,
        verdict: answer.status === 200 && came <= PAGE ? "expected" : "copes",
      };
    },
  ),
  check(
    {
      id: "page.edges",
      asked: "startIndex=0, count=0, and startIndex beyond the end",
      expected: "as startIndex=1; the total alone; an empty page",
      source: "RFC 7644 section 3.4.2.4",
    },
    async ({ wire }) => {
      const zero = await page(wire, 0, 1);
      const none = await page(wire, 1, 0);
      return { zero, none, beyond: await page(wire, (totalOf(zero) ?? 0) + 1_000, 1) };
    },
    ({ zero, none, beyond }) => {
      const came = (answer: Answer) =>
        answer.status === 200 ? `entries: ${idsOf(answer).length || "none"}` : described(answer);
      const asExpected =
        [zero, none, beyond].every(({ status }) => status === 200) &&
        idsOf(none).length === 0 &&
        idsOf(beyond).length === 0;
      return {
        met: `${came(zero)}; ${came(none)}; ${came(beyond)}`,
        package: "asks none of them",
        verdict: asExpected ? "expected" : "copes",
      };
    },
  ),
  check(
    {
      id: "page.listing",
      asked: "all pages, read to the end by the package",
      expected: "as many different ids as totalResults says",
      source: "RFC 7644 section 3.4.2",
    },
    ({ reader }) => watch(() => reader.listUsers()),
    (read) => {
      const listing = read.value;
      return {
        met:
          listing === undefined
            ? "no listing"
            : `${roughly(listing.entries.length)} entries, ${listing.incomplete === undefined ? "proven complete" : "not proven complete"}`,
        package: outcome(read, ({ incomplete }) =>
          incomplete === undefined
            ? `takes it as complete; pages: ${read.exchanges.length}`
            : "calls it incomplete: nobody is taken as gone",
        ),
        verdict: listing === undefined || listing.incomplete !== undefined ? "fails" : "expected",
      };
    },
  ),
  check(
    {
      id: "page.order",
      asked: "the first 100 twice",
      expected: "no promise of an order, as there is no sort",
      source: "seen live",
    },
    async ({ wire }) => ({ first: await page(wire, 1, PAGE), second: await page(wire, 1, PAGE) }),
    ({ first, second }) => {
      const order = idsOf(first).join() === idsOf(second).join() ? "the same order" : "another order";
      const totals = totalOf(first) === totalOf(second) ? "the same total" : "another total";
      return {
        met: `${order}, ${totals}`,
        package: "proves a listing by its ids and totals, never by its order",
        verdict: totals === "the same total" ? "expected" : "copes",
      };
    },
  ),
];
