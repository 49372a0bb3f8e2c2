import { compareText, sanitize } from "../cli/text";
import type { Person } from "./person";

/** A whole list of members of an earlier day. */
export interface EarlierList {
  /** As it is called in sentences. */
  name: string;
  /** A date, or an instant. */
  date: string;
  /** How the date is known. */
  dateFrom: string;
  roles: ReadonlyMap<string, string | null>;
  /** The names of the groups that each person was in, by the person's id. */
  groups: ReadonlyMap<string, readonly string[]>;
  /** The groups by id: one that has another name now is the same. */
  groupNames: ReadonlyMap<string, string>;
  /** The names of groups whose list of members may have been cut: nobody is known to have joined those since. */
  cut: ReadonlySet<string>;
}

/**
 * Pure: what is otherwise about somebody than in an earlier list, in role and groups; null: nothing, or there is none.
 * @param now the names of the present groups, by id
 */
export function changedSince(
  { id, role, groups }: Pick<Person, "id" | "role" | "groups">,
  earlier: EarlierList | undefined,
  now: ReadonlyMap<string, string>,
): string | null {
  if (earlier === undefined) return null;
  if (!earlier.roles.has(id)) return "new";
  const before = earlier.roles.get(id) ?? null;
  const calledNow = new Map(
    [...earlier.groupNames].map(([group, name]) => [sanitize(name), sanitize(now.get(group) ?? name)]),
  );
  const presentName = (name: string) => calledNow.get(sanitize(name)) ?? sanitize(name);
  const were = new Set((earlier.groups.get(id) ?? []).map(presentName));
  const are = new Set(groups.map(sanitize));
  const cut = new Set([...earlier.cut].map(presentName));
  const joined = [...are].filter((name) => !were.has(name) && !cut.has(name));
  const left = [...were].filter((name) => !are.has(name)).sort(compareText);
  const changes = [
    ...(before === role ? [] : [`was ${before ?? "without a role"}`]),
    ...(joined.length === 0 ? [] : [`joined ${joined.join(", ")}`]),
    ...(left.length === 0 ? [] : [`left ${left.join(", ")}`]),
  ];
  return changes.length === 0 ? null : changes.join("; ");
}

/** Since when a roster file gives somebody what it gives them now. */
export interface DeclaredSince {
  role: string | null;
  /** The instant of the commit; null while it is not committed. */
  date: string | null;
  commit: string | null;
  /** Whether the history begins there, so that it may be so for longer. */
  orLonger: boolean;
}

export interface RosterHistory {
  /** The file, as it was named. */
  file: string;
  /** By folded e-mail. */
  since: ReadonlyMap<string, DeclaredSince>;
}

type Known = Pick<Person, "since" | "sinceKnownBy">;

/**
 * Pure: since when somebody has their role, as far as earlier lists and the roster's history tell. Notion itself
 * does not say.
 * The e-mail is the one of their row, which may be another than Notion's.
 * @param earlier lists, the newest first
 */
export function sinceOf(
  { id, userName, role }: Pick<Person, "id" | "userName" | "role">,
  earlier: readonly EarlierList[],
  history: RosterHistory | undefined,
): Known {
  const declared = history?.since.get(userName);
  const seen = seenSince(id, role, earlier);
  if (history !== undefined && declared !== undefined && declared.role === role && declared.date !== null) {
    const commit = declared.commit?.slice(0, 12);
    const how = `${history.file} says so since commit ${commit}${declared.orLonger ? ", where its known history begins: it may be longer" : ""}`;
    return {
      since: declared.date,
      sinceKnownBy: [how, ...(seen === undefined ? [] : [seen.sinceKnownBy])].join("; "),
    };
  }
  if (seen !== undefined) return seen;
  if (declared !== undefined && declared.date === null) {
    return { since: null, sinceKnownBy: `not known: their row in ${history?.file} is not committed` };
  }
  return { since: null, sinceKnownBy: "not known: no earlier list and no history of a roster has them so" };
}

function seenSince(id: string, role: string | null, earlier: readonly EarlierList[]): Known | undefined {
  const other = earlier.findIndex(({ roles }) => !roles.has(id) || roles.get(id) !== role);
  const same = other < 0 ? earlier : earlier.slice(0, other);
  const first = same.at(-1);
  const before = other < 0 ? undefined : earlier[other];
  if (first === undefined) {
    if (before === undefined) return undefined;
    return {
      since: before.date,
      sinceKnownBy: `after ${before.date}: ${before.name} ${foundIn(before, id)}`,
    };
  }
  const not = before === undefined ? "" : `; ${before.name} of ${before.date} ${foundIn(before, id)}`;
  return {
    since: first.date,
    sinceKnownBy: `at least since then: ${first.name} (its date by ${first.dateFrom}) has them so${not}`,
  };
}

function foundIn({ roles }: EarlierList, id: string): string {
  return roles.has(id) ? `has them as ${roles.get(id) ?? "a member without a role"}` : "does not have them";
}
