import type { RosterChange } from "../../provider/roster/editing/change";
import type { Basis } from "./correlate";
import type { Remediation } from "./remediations";

/** What can be found, in the order of a report: what matters most first. */
export const COMPARISON_KINDS = [
  "left",
  "suspended",
  "disagree",
  "gone",
  "orphan",
  "shared",
  "email",
  "guest",
  "expected",
  "groups",
] as const;
export type ComparisonKind = (typeof COMPARISON_KINDS)[number];

/** Where somebody stands at a source. */
export interface Place {
  source: string;
  /** Line of the source's file. */
  line: number;
  /** Their address there; null where it has none. */
  email: string | null;
  status: string;
  /** The source's own word for it. */
  statusText: string | null;
  since: string | null;
  end: string | null;
  /** Whether status and end cannot both be true. */
  contradicts: boolean;
  /** How they were found there. Anything but the e-mail is a guess. */
  by: Basis;
}

/** One difference between the workspace, or the code, and the sources. */
export interface ComparisonFinding {
  kind: ComparisonKind;
  /** The address in Notion, else in the code, else at the source. */
  who: string;
  name: string | null;
  /** Notion's id; null for somebody who is not there, or a guest. */
  id: string | null;
  /** What they are in Notion: a role, `deactivated`, `guest`; null: they are not there. */
  held: string | null;
  /** Whether the code declares them; null where nothing was given to tell. */
  declared: boolean | null;
  /** Their line in the roster; null without one. */
  rosterLine: number | null;
  places: Place[];
  /** Since when it is so, as far as a source tells: a date or a date-time. */
  since: string | null;
  /** Whole days since then. */
  days: number | null;
  /** Whether it rests on a guess about who is who. */
  guess: boolean;
  /** For `groups`: those that they are to be in by the sources and are not in, and those that they are in all the same. */
  groups?: { missing: string[]; unmanaged: string[] };
  /** What to do about it. */
  remediation: Remediation;
  /** Set for an owner or a membership admin whose row an edit changes only with `--privileged`. */
  onlyByName?: true;
  /** The same as an edit of the roster; null where none was given, or none does it. */
  edit: RosterChange | null;
}
