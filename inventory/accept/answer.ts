import type { RosterFields } from "../../provider/roster/editing/change";
import type { RosterFileRow } from "../live/roster-file";

/** What becomes of one finding: cells of a row, a row less, a row more, or words. */
export type Answer =
  | { row: RosterFileRow; set: RosterFields; note?: string }
  | { remove: RosterFileRow }
  | { add: RosterFields & { userName: string }; notes: string[] }
  | { left: string }
  | { note: string };
