import { ENTERPRISE_SCHEMA, textAt } from "../../member/attributes";
import { foldEmail } from "../../member/email";
import { DAY_MS, endWords, instantOf } from "../../member/instant";
import type { RosterRow } from "../../people/roster-rows";
import type { Declared } from "../reading/declared";
import { memberOf, type Workspace } from "../reading/workspace";
import { isWorkspaceList, type Source, type SourceRecord } from "../sources/source";
import type { Mark, Person } from "./person";
import { type ReviewerRule, reviewerOf } from "./reviewers";
import { type EarlierList, type RosterHistory, sinceOf } from "./since";

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

/** Whose access ends within this time is marked. */
const SOON_MS = 30 * DAY_MS;

/** Pure: everybody who is in the workspace, with what is known of them, by e-mail. */
export function populationOf(facts: Facts): Person[] {
  const { workspace, roster, sources, earlier, history, reviewers, now } = facts;
  const rows = new Map(roster?.rows.map(({ fields }) => [foldEmail(fields.userName ?? ""), fields]));
  const declaredBy = declaredPlaces(facts.declared);
  const lists = sources.map((source) => ({ source, records: byAddress(source.records) }));
  const groupsOf = new Map<string, string[]>();
  for (const { displayName, members } of workspace.groups) {
    for (const id of new Set((members ?? []).map(({ value }) => value))) {
      groupsOf.set(id, [...(groupsOf.get(id) ?? []), displayName]);
    }
  }
  return workspace.users.map((user): Person => {
    const { id, userName, name, role, active } = memberOf(user);
    const row = rows.get(userName);
    const found = lists.flatMap(({ source, records }) => {
      const record = records.get(userName);
      return record === undefined ? [] : [{ source, record }];
    });
    const of = (field: "department" | "manager") =>
      row?.[field] ??
      found.map(({ record }) => record[field]).find((value) => value !== null) ??
      textAt(
        user,
        field === "manager" ? [ENTERPRISE_SCHEMA, "manager", "value"] : [ENTERPRISE_SCHEMA, field],
      ) ??
      null;
    const declared =
      row !== undefined && roster !== undefined
        ? roster.file
        : (declaredBy.get(id) ?? declaredBy.get(userName) ?? null);
    const until = row?.until ?? row?.roleUntil;
    const marks = marksOf({
      isUndeclared: declared === null && (roster !== undefined || facts.declared !== undefined),
      isNowhere:
        declared === null &&
        !found.some(({ source }) => !isWorkspaceList(source)) &&
        (roster !== undefined ||
          facts.declared !== undefined ||
          sources.some((each) => !isWorkspaceList(each))),
      standings: found.map(({ record }) => record.standing),
      endsAt: until === undefined ? undefined : instantOf(until, "until"),
      active,
      now,
    });
    const person = {
      id,
      userName,
      name,
      role,
      groups: groupsOf.get(id) ?? [],
      declared,
      reason: row?.reason ?? null,
      approvedBy: row?.approvedBy ?? null,
      ends: endOf(row),
      ...sinceOf({ id, userName, role }, earlier, history),
      atSources: lists.map(({ source, records }) => standingAt(source, records.get(userName))),
      department: of("department"),
      manager: of("manager"),
      marks,
    };
    return { ...person, reviewer: reviewerOf(person, reviewers) };
  });
}

/** Where a stack declares somebody, by id and by e-mail. */
function declaredPlaces(declared: Declared | undefined): Map<string, string> {
  const places = new Map<string, string>();
  for (const { id, person, kind, name } of [...(declared?.users ?? []), ...(declared?.roles ?? [])]) {
    for (const key of [id, person]) if (key !== null) places.set(key, `${kind} "${name}"`);
  }
  return places;
}

/** An address of a first name or an alias is not somebody else's: the e-mail comes first, then the login, then the others. */
function byAddress(records: readonly SourceRecord[]): Map<string, SourceRecord> {
  const found = new Map<string, SourceRecord>();
  for (const addresses of [
    (record: SourceRecord) => [record.email],
    (record: SourceRecord) => [record.login],
    (record: SourceRecord) => record.otherEmails,
  ]) {
    for (const record of records) {
      for (const address of addresses(record)) {
        if (address !== null && !found.has(address)) found.set(address, record);
      }
    }
  }
  return found;
}

function standingAt({ name }: Source, record: SourceRecord | undefined): string {
  if (record === undefined) return `${name}: not there`;
  const words = record.status ?? record.standing;
  const when = record.end ?? record.since;
  return `${name}: ${words}${record.standing === "left" && when !== null ? ` (${when})` : ""}`;
}

function endOf(row: Readonly<Record<string, string>> | undefined): string | null {
  if (row?.until !== undefined) return `membership ends ${endWords(row.until)}`;
  if (row?.roleUntil === undefined) return null;
  return `role ends ${endWords(row.roleUntil)}, then ${row.roleThen ?? "?"}`;
}

function marksOf(about: {
  isUndeclared: boolean;
  isNowhere: boolean;
  standings: string[];
  endsAt: number | undefined;
  active: boolean;
  now: number;
}): Mark[] {
  const { isUndeclared, isNowhere, standings, endsAt, active, now } = about;
  const marks: [Mark, boolean][] = [
    ["undeclared", isUndeclared],
    ["in no list", isNowhere],
    ["left the company", standings.includes("left")],
    ["suspended", standings.includes("suspended")],
    ["ends soon", endsAt !== undefined && endsAt - now < SOON_MS],
    ["deactivated", !active],
  ];
  return marks.flatMap(([mark, is]) => (is ? [mark] : []));
}
