/** What the roster knows when it decides how to answer the members that are asked for. */
export interface Demand {
  /** Members asked for together, none of them known yet. */
  pending: number;
  /** Single look-ups spent already by this process. */
  spent: number;
  /** Pages that a complete listing would still cost; undefined until a first page told the total. */
  pages: number | undefined;
}

/**
 * `single`: one look-up each. `probe`: read the first page, which tells how large the workspace is and may
 * hold some of those asked for. `list`: read (the rest of) the listing.
 */
export type Plan = "single" | "probe" | "list";

/**
 * Chooses the cheaper way without knowing what is still to come. A lone first call costs one request.
 * From then on the listing is read as soon as what was spent plus twice what is waiting reaches its cost:
 * `spent + pages <= 2 * (spent + pending)`, so the sum never exceeds twice the better way, and a batch of
 * half the pages is taken as the sign that more follow (the engine asks for a few at a time).
 */
export function plan({ pending, spent, pages }: Demand): Plan {
  if (pages === undefined) return spent + pending <= 1 ? "single" : "probe";
  return spent + 2 * pending >= pages ? "list" : "single";
}
