import type { Declared } from "../live/declared";
import type { Change } from "./baseline";
import { DRIFT_KINDS, type DriftKind, type Finding } from "./finding";

/** What `drift --format json` prints. */
export interface DriftReport {
  kind: "notion-inventory drift";
  version: 1;
  /** The moment by which times are judged, where it is not the present (NOTION_AS_OF). */
  asOf: string | null;
  complete: boolean;
  incomplete: string[];
  inSync: boolean;
  /** How many of each kind. */
  counts: Record<DriftKind, number>;
  findings: Finding[];
  /** Since the baseline; null where none was given. */
  changes: Change[] | null;
  /** Declared people that an incomplete listing lacks: they may still be there. */
  unproven: string[];
  /** Declared properties that are encrypted in the state file. */
  notCompared: NotCompared[];
}

/** What of a resource could not be compared. */
export interface NotCompared {
  /** The resource's URN. */
  resource: string;
  /** The e-mail of the person of a NotionWorkspace; null: the resource as a whole. */
  person: string | null;
  properties: string[];
}

/** Pure: what is encrypted in the state. */
export function notCompared({ users, roles, workspaces }: Declared): NotCompared[] {
  return [...workspaces.map((each) => ({ ...each, person: null })), ...users, ...roles]
    .filter(({ encrypted }) => encrypted.length > 0)
    .map(({ urn, person, encrypted }) => ({ resource: urn, person, properties: encrypted }));
}

export function driftReport(
  found: Pick<DriftReport, "asOf" | "incomplete" | "findings" | "changes" | "unproven" | "notCompared">,
): DriftReport {
  const counts = Object.fromEntries(
    DRIFT_KINDS.map((kind) => [kind, found.findings.filter((finding) => finding.kind === kind).length]),
  ) as Record<DriftKind, number>;
  return {
    kind: "notion-inventory drift",
    version: 1,
    complete: found.incomplete.length === 0,
    inSync: found.findings.length + (found.changes?.length ?? 0) === 0,
    counts,
    ...found,
  };
}
