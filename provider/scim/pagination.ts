import type { Page } from "./schemas";
import type { Unreadable } from "./unreadable";

/** The most entries that Notion puts on a page. */
export const PAGE_SIZE = 100;

/** How often a listing that moves while it is read is read in all before it is given up as incomplete. */
const PASSES = 3;

/** What a listing holds and whether that is proven to be everything. */
export interface Listing<T> {
  entries: T[];
  /** Entries that are there and cannot be read; they count as much as the others. */
  unreadable: Unreadable[];
  /** How many entries the server said that there are. */
  total: number;
  /** Why the listing is not proven complete; undefined when it is. */
  incomplete: string | undefined;
}

export type FetchPage<T> = (startIndex: number, count: number) => Promise<Page<T>>;

/** One reading of all pages: the entries in the order of their pages, and every total that was met. */
interface Pass<T> {
  entries: T[];
  unreadable: Unreadable[];
  totals: number[];
}

/**
 * Reads all pages of a listing, RFC 7644 section 3.4.2.4, and proves it complete: the total never
 * changed, no id came twice, and as many entries came as were announced. Notion promises no order
 * between pages, so that one entry can come twice while another is missed; such a listing is read
 * again, and then returned as incomplete rather than short.
 *
 * @param first the first page, if the caller has just read it
 */
export async function collectPages<T extends { id: string }>(
  fetchPage: FetchPage<T>,
  first?: Page<T>,
): Promise<Listing<T>> {
  let firstPage = first;
  let seen = 0;
  for (let pass = 1; ; pass += 1) {
    const read = await readAll(fetchPage, firstPage ?? (await fetchPage(1, PAGE_SIZE)));
    const vanished = seen > 0 && read.entries.length + read.unreadable.length === 0;
    const incomplete = doubt(read) ?? (vanished ? `${seen} entries came at first and then none` : undefined);
    seen = Math.max(seen, read.entries.length);
    if (incomplete === undefined || pass === PASSES) {
      const { entries, unreadable, totals } = read;
      return { entries: unique(entries), unreadable, total: totals[0] ?? 0, incomplete };
    }
    firstPage = undefined;
  }
}

async function readAll<T>(fetchPage: FetchPage<T>, first: Page<T>): Promise<Pass<T>> {
  // The first page tells how many entries the server really puts on one; the others start where they
  // would if all were as full, side by side.
  const step = held(first);
  const starts: number[] = [];
  if (step > 0) for (let start = 1 + step; start <= first.totalResults; start += step) starts.push(start);
  const rest = await Promise.all(
    starts.map((start) => readRange(fetchPage, start, Math.min(start + step, first.totalResults + 1))),
  );
  return {
    entries: [...first.Resources, ...rest.flatMap((range) => range.entries)],
    unreadable: [...first.unreadable, ...rest.flatMap((range) => range.unreadable)],
    totals: [first.totalResults, ...rest.flatMap((range) => range.totals)],
  };
}

/** Reads from `start` up to, not including, `end`, advancing by what arrived: a page may hold fewer than asked for. */
async function readRange<T>(fetchPage: FetchPage<T>, start: number, end: number): Promise<Pass<T>> {
  const range: Pass<T> = { entries: [], unreadable: [], totals: [] };
  let next = start;
  while (next < end) {
    const page = await fetchPage(next, end - next);
    range.totals.push(page.totalResults);
    if (held(page) === 0) break;
    range.entries.push(...page.Resources);
    range.unreadable.push(...page.unreadable);
    next += held(page);
  }
  return range;
}

/** Why a reading is not proven complete; undefined when it is. */
function doubt<T extends { id: string }>({ entries, unreadable, totals }: Pass<T>): string | undefined {
  const [total = 0] = totals;
  const other = totals.find((each) => each !== total);
  if (other !== undefined) return `the number of entries changed from ${total} to ${other} while it was read`;
  // An entry without an id can't be told from another one, and counts by itself.
  const ids = [...entries, ...unreadable].map(({ id }) => id ?? Symbol());
  const distinct = new Set(ids).size;
  if (distinct < ids.length) return `${ids.length - distinct} of ${ids.length} entries came twice`;
  if (distinct !== total) return `${total} entries were announced and ${distinct} came`;
  return undefined;
}

/** How many entries a page holds. */
function held<T>(page: Page<T>): number {
  return page.Resources.length + page.unreadable.length;
}

function unique<T extends { id: string }>(entries: T[]): T[] {
  return [...new Map(entries.map((entry) => [entry.id, entry])).values()];
}
