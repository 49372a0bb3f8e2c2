import { describe, expect, test } from "vitest";
import { collectPages, PAGE_SIZE } from "../../provider/scim/pagination";
import type { Page } from "../../provider/scim/schemas";
import type { Unreadable } from "../../provider/scim/unreadable";

interface Entry {
  id: string;
}

const people = (from: number, to: number): Entry[] =>
  Array.from({ length: to - from }, (_, index) => ({ id: `u${from + index}` }));

/** A listing whose content may change with each request; `requests` keeps what was asked for. */
function serve(content: (request: number) => Entry[], maxPageSize = PAGE_SIZE) {
  const requests: [startIndex: number, count: number][] = [];
  const fetchPage = async (startIndex: number, count: number): Promise<Page<Entry>> => {
    requests.push([startIndex, count]);
    const entries = content(requests.length);
    const from = startIndex - 1;
    return {
      totalResults: entries.length,
      Resources: entries.slice(from, from + Math.min(count, maxPageSize)),
      unreadable: [],
    };
  };
  return { requests, fetchPage };
}

describe("a listing that stands still", () => {
  test.each([
    [0, 1],
    [1, 1],
    [99, 1],
    [100, 1],
    [101, 2],
    [200, 2],
    [300, 3],
  ])("of %i entries is read whole, with %i requests, and proven complete", async (size, pages) => {
    const { fetchPage, requests } = serve(() => people(0, size));
    const listing = await collectPages(fetchPage);
    expect(listing.incomplete).toBeUndefined();
    expect(listing.entries).toEqual(people(0, size));
    expect(requests).toHaveLength(pages);
  });

  test("is read whole from a server that puts fewer entries on a page than asked for", async () => {
    const { fetchPage, requests } = serve(() => people(0, 95), 30);
    const listing = await collectPages(fetchPage);
    expect(listing).toMatchObject({ total: 95, incomplete: undefined });
    expect(listing.entries).toEqual(people(0, 95));
    expect(requests.map(([start]) => start)).toEqual([1, 31, 61, 91]);
  });

  test("is read whole when a page in the middle is shorter than the first: it advances by what arrived", async () => {
    const { fetchPage } = serve(() => people(0, 300));
    const shortened = async (start: number, count: number) => fetchPage(start, start === 101 ? 40 : count);
    const listing = await collectPages(shortened);
    expect(listing.incomplete).toBeUndefined();
    expect(listing.entries).toEqual(people(0, 300));
  });

  test("costs no second first page when the caller has read it", async () => {
    const { fetchPage, requests } = serve(() => people(0, 150));
    const first = { totalResults: 150, Resources: people(0, 100), unreadable: [] };
    expect((await collectPages(fetchPage, first)).entries).toHaveLength(150);
    expect(requests).toEqual([[101, 50]]);
  });
});

describe("a listing that moves while it is read", () => {
  test("is read again when someone was added between two pages", async () => {
    const { fetchPage, requests } = serve((request) => people(0, request === 1 ? 150 : 151));
    const listing = await collectPages(fetchPage);
    expect(listing).toMatchObject({ total: 151, incomplete: undefined });
    expect(listing.entries).toHaveLength(151);
    expect(requests).toHaveLength(4);
  });

  test("is read again when someone was removed between two pages, who shifts a neighbour out of sight", async () => {
    const { fetchPage } = serve((request) => (request === 1 ? people(0, 150) : people(1, 150)));
    const listing = await collectPages(fetchPage);
    expect(listing).toMatchObject({ total: 149, incomplete: undefined });
    expect(listing.entries).toEqual(people(1, 150));
  });

  test("is reported as incomplete, with the reason, when it never stops moving", async () => {
    const { fetchPage, requests } = serve((request) => people(0, 150 + request));
    const listing = await collectPages(fetchPage);
    expect(listing.incomplete).toContain("the number of entries changed");
    expect(requests).toHaveLength(6);
  });

  test("is reported as incomplete when one user stands on two pages and so hides another", async () => {
    const { fetchPage } = serve(() => [...people(0, 100), ...people(99, 149)]);
    const listing = await collectPages(fetchPage);
    expect(listing.incomplete).toBe("1 of 150 entries came twice");
    expect(new Set(listing.entries.map((entry) => entry.id)).size).toBe(listing.entries.length);
  });

  test("is reported as incomplete when a page comes empty before the total is reached", async () => {
    const { fetchPage } = serve(() => people(0, 250));
    const holed = async (start: number, count: number) =>
      start === 101 ? { totalResults: 250, Resources: [], unreadable: [] } : fetchPage(start, count);
    expect((await collectPages(holed)).incomplete).toBe("250 entries were announced and 150 came");
  });

  test("is not believed to be empty when a reading that followed on one of people comes empty", async () => {
    const { fetchPage, requests } = serve((request) => (request === 1 ? people(0, 150) : []));
    const listing = await collectPages(fetchPage);
    expect(listing.incomplete).toBe("100 entries came at first and then none");
    expect(requests).toHaveLength(4);
  });

  test("is reported as incomplete when even the first page is empty", async () => {
    const listing = await collectPages(async () => ({
      totalResults: 3,
      Resources: [] as Entry[],
      unreadable: [],
    }));
    expect(listing).toMatchObject({ entries: [], incomplete: "3 entries were announced and 0 came" });
  });
});

describe("an entry that cannot be read", () => {
  const odd = (id?: string): Unreadable => ({ id, name: "odd", addresses: [], why: "at userName: no" });

  test("counts as one of those that were announced, with an id or without", async () => {
    const page = { totalResults: 5, Resources: people(0, 3), unreadable: [odd("u3"), odd()] };
    const listing = await collectPages(async () => page);
    expect(listing).toMatchObject({ total: 5, incomplete: undefined, unreadable: [odd("u3"), odd()] });
  });

  test("that comes twice is no proof of completeness", async () => {
    const page = { totalResults: 4, Resources: people(0, 2), unreadable: [odd("u0"), odd("u3")] };
    expect((await collectPages(async () => page)).incomplete).toBe("1 of 4 entries came twice");
  });

  test("moves the start of the next page like any other", async () => {
    const starts: number[] = [];
    const listing = await collectPages<Entry>(async (start) => {
      starts.push(start);
      return start === 1
        ? { totalResults: 4, Resources: people(0, 1), unreadable: [odd("u1")] }
        : { totalResults: 4, Resources: people(2, 4), unreadable: [] };
    });
    expect(starts).toEqual([1, 3]);
    expect(listing.incomplete).toBeUndefined();
  });
});
