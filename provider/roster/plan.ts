/** What the roster knows when it decides how to answer the members that are asked for. */
export interface Demand {
  /** Members asked for together, none of them known yet. */
  pending: number;
  /** Calls that wait for them: a member and their role are asked for apart. Default: as many as `pending`. */
  calls?: number;
  /** Single look-ups spent already by this process. */
  spent: number;
  /** Pages that a complete listing would still cost; undefined until a first page told the total. */
  pages: number | undefined;
  /** Whether this run writes: what it looks up before each write is few for few writes, and many for many. */
  writing?: boolean;
}

/** A listing of so many pages, 5 s at three requests a second, is read without weighing in a run that writes. */
const CHEAP_PAGES = 15;

/** Members whom a run that writes looks up by themselves before it asks how large the workspace is. */
const FEW = 2;

/**
 * `single`: one look-up each. `probe`: read the first page, which tells how large the workspace is and may
 * hold some of those asked for. `list`: read (the rest of) the listing.
 */
export type Plan = "single" | "probe" | "list";

/**
 * Chooses the cheaper way without knowing what is still to come. A lone first call costs one request.
 * From then on the listing is read as soon as what was spent plus twice what is waiting reaches its cost:
 * `spent + pages <= 2 * (spent + calls)`, so the sum never exceeds twice the better way, and a batch of
 * half the pages is taken as the sign that more follow (the engine asks for a few at a time).
 *
 * A run that writes asks before each write, hence as slowly as it writes: nothing ever waits together. There
 * the third look-up reads the listing if it is short, so that N writes cost N requests and the pages, and
 * at worst a few seconds more than looking everybody up.
 */
export function plan({ pending, spent, pages, calls = pending, writing = false }: Demand): Plan {
  const wanted = spent + pending;
  if (pages === undefined) return wanted <= (writing ? FEW : 1) ? "single" : "probe";
  if (writing && pages <= CHEAP_PAGES && wanted > FEW) return "list";
  return spent + 2 * calls >= pages ? "list" : "single";
}
