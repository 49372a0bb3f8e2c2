import { instantOf } from "../../provider/model/instant";
import { isRole, type Role, rankOf } from "../../provider/model/role";
import { roleAt, timeProblems } from "../../provider/plan/times";

type Row = Readonly<Record<string, string>>;
/** The cells of a row that say which role, and when. `""`: none. */
export type RoleCells = Record<"role" | "roleFrom" | "roleUntil" | "roleThen", string>;

/** A moment at which a role changes, as a roster writes it: what a date alone means depends on the edge. */
interface Moment {
  edge: "from" | "until";
  text: string;
}

/** A role, and since when it is given; the first of a row's has no begin. */
interface Segment {
  since: Moment | undefined;
  role: Role;
}

const at = ({ edge, text }: Moment) => instantOf(text, edge) ?? Number.NaN;
const lesser = (a: Role, b: Role) => (rankOf(a) <= rankOf(b) ? a : b);

/** Pure: the role that a row gives at a moment; undefined: it manages none. */
export function roleGivenBy(row: Row, now: number): Role | undefined {
  return roleAt(termsOf(row), now);
}

/** Pure: the roles that a row gives from now on, in their order; none where it manages no role. */
function segmentsOf(row: Row, now: number): Segment[] {
  const first = roleGivenBy(row, now);
  if (first === undefined) return [];
  const { roleFrom, roleUntil } = row;
  const moments: Moment[] = [
    ...(roleFrom === undefined ? [] : [{ edge: "from" as const, text: roleFrom }]),
    ...(roleUntil === undefined ? [] : [{ edge: "until" as const, text: roleUntil }]),
  ];
  const coming = moments.filter((moment) => at(moment) > now).sort((a, b) => at(a) - at(b));
  return merged([
    { since: undefined, role: first },
    ...coming.map((since) => ({ since, role: roleGivenBy(row, at(since)) ?? first })),
  ]);
}

function merged(segments: readonly Segment[]): Segment[] {
  return segments.filter(({ role }, index) => index === 0 || segments[index - 1]?.role !== role);
}

/** No more than a role from a moment on; undefined: from now on. */
function capped(segments: readonly Segment[], role: Role, from: Moment | undefined): Segment[] {
  if (from === undefined) return merged(segments.map((each) => ({ ...each, role: lesser(each.role, role) })));
  const before = segments.filter(({ since }) => since === undefined || at(since) < at(from));
  const after = segments.filter(({ since }) => since !== undefined && at(since) >= at(from));
  const running = before.at(-1)?.role ?? role;
  return merged([
    ...before,
    { since: from, role: lesser(running, role) },
    ...after.map((each) => ({ ...each, role: lesser(each.role, role) })),
  ]);
}

/** The cells that give these roles; undefined: no row can say so. */
function cellsOf([first, second, third, ...more]: readonly Segment[]): RoleCells | undefined {
  if (first === undefined || more.length > 0) return undefined;
  const cells = { role: first.role, roleFrom: "", roleUntil: "", roleThen: "" };
  if (second?.since === undefined) return cells;
  if (third === undefined) {
    return second.since.edge === "until"
      ? { ...cells, roleUntil: second.since.text, roleThen: second.role }
      : { ...cells, role: second.role, roleFrom: second.since.text, roleThen: first.role };
  }
  const isThere = second.since.edge === "from" && third.since?.edge === "until" && third.role === first.role;
  if (!isThere) return undefined;
  return {
    role: second.role,
    roleFrom: second.since.text,
    roleUntil: third.since?.text ?? "",
    roleThen: first.role,
  };
}

/** What a lower role from a moment on comes to in a row. */
export type Capped =
  /** It gives no more already. */
  | { kind: "so already" }
  | { kind: "cells"; cells: RoleCells }
  /** No row can say it: it would take more than one begin and one end. */
  | { kind: "too much" };

/**
 * Pure: the cells of a row that gives no more than a role, from now on or from the end of a day on; and at no moment
 * more than the row does as it is.
 * @param until a date, through whose last moment it stays as it is; null: it changes now
 */
export function cap(row: Row, role: Role, until: string | null, now: number): Capped {
  const segments = segmentsOf(row, now);
  const lower = capped(segments, role, until === null ? undefined : { edge: "until", text: until });
  if (isSame(segments, lower)) return { kind: "so already" };
  const cells = cellsOf(lower);
  if (cells === undefined || whyNotTimes({ ...row, ...cells }).length > 0) return { kind: "too much" };
  return { kind: "cells", cells };
}

function isSame(a: readonly Segment[], b: readonly Segment[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ role, since }, index) => role === b[index]?.role && since?.text === b[index]?.since?.text)
  );
}

/** Pure: why the engine would refuse what a row says of times, a clause each. */
export function whyNotTimes(row: Row): string[] {
  return timeProblems(termsOf(row));
}

/** A row as the plan takes it: an empty cell is none. */
function termsOf(row: Row) {
  const filled = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== ""));
  const { role, roleThen, from, until, roleFrom, roleUntil } = filled;
  return {
    ...(isRole(role) && { role }),
    ...(isRole(roleThen) && { roleThen }),
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until }),
    ...(roleFrom !== undefined && { roleFrom }),
    ...(roleUntil !== undefined && { roleUntil }),
  };
}
