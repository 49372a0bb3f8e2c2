import type { RosterFields } from "../../provider/roster/editing/change";
import type { RosterRow } from "../../provider/roster/roster-rows";

/** What becomes of one finding: cells of a row, a row less, a row more, or words. */
export type Answer =
  | { row: RosterRow; set: RosterFields; note?: string }
  | { remove: RosterRow }
  | { add: RosterFields & { userName: string }; notes: string[] }
  | { left: string }
  | { note: string };
