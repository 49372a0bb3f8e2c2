import { DAY_MS, endWords, instantOf } from "../../provider/model/instant";
import { rankOf } from "../../provider/model/role";
import { roleGivenBy } from "../edit/role-times";
import type { Mark } from "./person";

type Row = Readonly<Record<string, string>>;

/** What is known of somebody when they are marked. */
export interface About {
  isUndeclared: boolean;
  isNowhere: boolean;
  statuses: string[];
  /** Their row of the roster; undefined: they have none. */
  row: Row | undefined;
  /** As Notion gives it. */
  role: string | null;
  active: boolean;
  now: number;
}

/** Whose access ends within this time is marked. */
const SOON_MS = 30 * DAY_MS;

/** Pure: what is striking about somebody. */
export function marksOf(about: About): Mark[] {
  const { isUndeclared, isNowhere, statuses, active, row, role, now } = about;
  const ends = endsOf(row);
  const given = row === undefined ? undefined : roleGivenBy(row, now);
  const isExpired = ends.some(
    ({ at, then }) => at <= now && (then === null || rankOf(role ?? "") > rankOf(then)),
  );
  const marks: [Mark, boolean][] = [
    ["undeclared", isUndeclared],
    ["in no list", isNowhere],
    ["left the company", statuses.includes("left")],
    ["suspended", statuses.includes("suspended")],
    ["ends soon", ends.some(({ at }) => at > now && at - now < SOON_MS)],
    ["expired", isExpired],
    ["role drifted", !isExpired && given !== undefined && given !== role],
    ["deactivated", !active],
  ];
  return marks.flatMap(([mark, is]) => (is ? [mark] : []));
}

/** The ends that a row declares. @returns `then`: the role after it; null: they leave */
function endsOf(row: Row | undefined): { until: string; at: number; then: string | null }[] {
  const end = (until: string | undefined, then: string | null) => {
    const at = until === undefined ? undefined : instantOf(until, "until");
    return until === undefined || at === undefined ? [] : [{ until, at, then }];
  };
  return [...end(row?.until, null), ...end(row?.roleUntil, row?.roleThen ?? "")];
}

/** Pure: what a row says of ends, in words; null: nothing. */
export function formatEnds(row: Row | undefined, now: number): string | null {
  const words = endsOf(row).map(({ until, at, then }) => {
    const verb = at > now ? "ends" : "ended";
    return then === null
      ? `membership ${verb} ${endWords(until)}`
      : `role ${verb} ${endWords(until)}, then ${then || "?"}`;
  });
  return words.join("; ") || null;
}
