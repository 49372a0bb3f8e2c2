/** What the roster knows when it decides how to answer the members that are asked for. */
export interface Demand {
  /** Members asked for together, none of them known yet. */
  pending: number;
  /** Single look-ups spent already by this process. */
  spent: number;
  /** Pages that a complete listing would still cost; undefined until a first page told the total. */
  pages: number | undefined;
  /** Whether others are likely to follow: this run writes, or it asked for several members at a time. */
  more: boolean;
}

/** Members who are looked up by themselves before anybody asks how large the workspace is. */
export const FEW = 2;

/** A listing of so many pages, 5 s at three requests a second, is read without weighing if others are likely to follow. */
export const CHEAP_PAGES = 15;

/**
 * `single`: one look-up each. `probe`: read the first page, which tells how large the workspace is and may
 * hold some of those asked for. `list`: read (the rest of) the listing.
 */
export type Plan = "single" | "probe" | "list";

/**
 * Chooses the cheaper way without knowing what is still to come. The first few members cost a request each.
 * From then on the listing is read as soon as what was spent plus twice what is waiting reaches its cost:
 * `spent + pages <= 2 * (spent + pending)`, so the sum never exceeds twice the better way, and a batch of
 * half the pages is taken as the sign that more follow (the engine asks for a few at a time).
 *
 * How many wait together says little of how many follow: on a slow machine the engine's calls trickle, and
 * a run that writes asks before each write, as slowly as it writes. So where others are likely to follow, a
 * short listing is read at once: N members cost the pages and two, and three members at worst some seconds more.
 */
export function plan({ pending, spent, pages, more }: Demand): Plan {
  const few = spent + pending <= FEW;
  if (pages === undefined) return few ? "single" : "probe";
  if (more && !few && pages <= CHEAP_PAGES) return "list";
  return spent + 2 * pending >= pages ? "list" : "single";
}
