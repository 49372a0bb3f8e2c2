import { ENTERPRISE_SCHEMA, textAt } from "../../provider/model/attributes";
import { foldEmail } from "../../provider/model/email";
import type { RosterRow } from "../../provider/roster/roster-rows";
import type { Declared } from "../live/declared";
import { memberOf, type Workspace } from "../live/workspace";
import { isWorkspaceList, type Source, type SourceRecord } from "../sources/source";
import { formatEnds, marksOf } from "./marks";
import type { Person } from "./person";
import { addressesInNotion, atSources, indexOf } from "./person-at-sources";
import { type ReviewerRule, reviewerOf } from "./reviewers";
import { changedSince, type EarlierList, type RosterHistory, sinceOf } from "./since";
import { whoseRows } from "./whose-row";

/** Everything that a population is made of. */
export interface Facts {
  workspace: Workspace;
  /** What a stack declares; undefined: none was named. */
  declared: Declared | undefined;
  /** A roster's rows; undefined: none was named. */
  roster: { file: string; rows: readonly RosterRow[] } | undefined;
  sources: readonly Source[];
  /** The newest first. */
  earlier: readonly EarlierList[];
  history: RosterHistory | undefined;
  reviewers: readonly ReviewerRule[];
  /** Milliseconds since 1970. */
  now: number;
}

/** Pure: everybody who is in the workspace, with what is known of them, by e-mail. */
export function populationOf(facts: Facts): Person[] {
  const { workspace, roster, sources, earlier, history, reviewers, now } = facts;
  const members = workspace.users.map((user) => ({ user, ...memberOf(user) }));
  const rows = whoseRows(members, roster?.rows ?? []);
  const declaredBy = declaredPlaces(facts.declared, members);
  const indices = sources.map(indexOf);
  const groupsOf = new Map<string, string[]>();
  for (const { name, members: inside } of workspace.groups) {
    for (const { id } of inside) groupsOf.set(id, [...(groupsOf.get(id) ?? []), name]);
  }
  const groupNames = new Map(workspace.groups.map(({ id, name }) => [id, name]));
  return members.map(({ user, id, userName, name, role, active }): Person => {
    const whose = rows.get(id);
    const row = whose !== undefined && "row" in whose ? whose.row.fields : undefined;
    const addresses = [row?.userName, row?.formerUserName].flatMap((each) =>
      each === undefined ? [] : [foldEmail(each)],
    );
    const { found, otherAddresses } = atSources(
      userName,
      [...addressesInNotion(user), ...addresses],
      indices,
    );
    const of = (field: "department" | "manager") =>
      row?.[field] ??
      found.map(({ record }) => record[field]).find((value) => value !== null) ??
      textAt(
        user,
        field === "manager" ? [ENTERPRISE_SCHEMA, "manager", "value"] : [ENTERPRISE_SCHEMA, field],
      ) ??
      null;
    const declared =
      whose !== undefined && roster !== undefined
        ? roster.file
        : (declaredBy.get(id) ?? declaredBy.get(userName) ?? null);
    const marks = marksOf({
      isUndeclared: declared === null && (roster !== undefined || facts.declared !== undefined),
      isNowhere:
        declared === null &&
        !found.some(({ source }) => !isWorkspaceList(source)) &&
        (roster !== undefined ||
          facts.declared !== undefined ||
          sources.some((each) => !isWorkspaceList(each))),
      statuses: found.map(({ record }) => record.status),
      row,
      role,
      active,
      now,
    });
    const groups = groupsOf.get(id) ?? [];
    const person = {
      id,
      userName,
      otherAddresses,
      name,
      role,
      groups,
      declared,
      reason: row?.reason ?? null,
      approvedBy: row?.approvedBy ?? null,
      ends: formatEnds(row, now),
      ...sinceOf({ id, role, userName: foldEmail(row?.userName ?? userName) }, earlier, history),
      changed: changedSince({ id, role, groups }, earlier[0], groupNames),
      atSources: sources.map((source) =>
        formatRecord(source, found.find((each) => each.source === source)?.record),
      ),
      department: of("department"),
      manager: of("manager"),
      marks,
    };
    return { ...person, reviewer: reviewerOf(person, reviewers) };
  });
}

/** Where a stack declares each person: by id, and by e-mail if nobody here has the id that it knows. */
function declaredPlaces(
  declared: Declared | undefined,
  members: readonly { id: string; userName: string }[],
): Map<string, string> {
  const ids = new Set(members.map(({ id }) => id));
  const places = new Map<string, string>();
  for (const { id, person, kind, name } of [...(declared?.users ?? []), ...(declared?.roles ?? [])]) {
    const key = id !== null && ids.has(id) ? id : person;
    if (key !== null) places.set(key, `${kind} "${name}"`);
  }
  return places;
}

function formatRecord({ name }: Source, record: SourceRecord | undefined): string {
  if (record === undefined) return `${name}: not there`;
  const words = record.statusText ?? record.status;
  const when = record.end ?? record.since;
  return `${name}: ${words}${record.status === "left" && when !== null ? ` (${when})` : ""}`;
}
