import { compare } from "../../../inventory/compare/compare";
import { parseExpectations } from "../../../inventory/compare/expectation";
import { declarationsOf, subjectsOf } from "../../../inventory/compare/subject";
import type { Source, SourceRecord } from "../../../inventory/sources/source";
import { ENTERPRISE_SCHEMA } from "../../../provider/model/attributes";
import { emailMatcher } from "../../../provider/model/email";
import { NOTION_SCHEMA, type User } from "../../../provider/model/record";

export const NOW = Date.parse("2026-11-20T12:00:00Z");

export function user(
  email: string,
  {
    role = "member",
    name,
    number,
    active,
  }: { role?: string; name?: string; number?: string; active?: boolean } = {},
): User {
  return {
    id: `id of ${email}`,
    userName: email,
    ...(name === undefined ? {} : { name: { formatted: name } }),
    ...(active === undefined ? {} : { active }),
    ...(number === undefined ? {} : { [ENTERPRISE_SCHEMA]: { employeeNumber: number } }),
    [NOTION_SCHEMA]: { role },
  };
}

export function record(email: string | null, more: Partial<SourceRecord> = {}): SourceRecord {
  return {
    line: 2,
    email,
    login: null,
    otherEmails: [],
    name: null,
    status: "active",
    statusText: null,
    since: null,
    end: null,
    contradicts: false,
    manager: null,
    department: null,
    employeeNumber: null,
    role: null,
    isGuest: false,
    cells: new Map(),
    ...more,
  };
}

export function source(name: string, records: SourceRecord[], more: Partial<Source> = {}): Source {
  return {
    name,
    file: `${name}.csv`,
    layout: "okta",
    date: "2026-11-20",
    dateFrom: "the file's name",
    sha256: "0".repeat(64),
    columns: [...new Set(records.flatMap(({ cells }) => [...cells.keys()]))],
    records: records.map((each, index) => ({ ...each, line: index + 2 })),
    notes: [],
    ...more,
  };
}

/** A roster of rows, the first in line 2. */
export function roster(...people: Record<string, string>[]) {
  return { rows: people.map((fields, index) => ({ line: index + 2, email: fields.userName ?? "", fields })) };
}

/** Everything that is compared, put together as the command does. */
export function comparison(what: {
  users?: User[];
  sources: Source[];
  roster?: ReturnType<typeof roster>;
  expect?: string[];
  shared?: string[];
  named?: string[];
  complete?: boolean;
}) {
  const declarations = declarationsOf(undefined, what.roster);
  const subjects = subjectsOf(what.users ?? [], declarations, what.sources);
  const result = compare({
    subjects,
    sources: what.sources,
    expected: parseExpectations(what.expect ?? [], what.sources),
    knowsDeclared: declarations !== null,
    hasRoster: what.roster !== undefined,
    isShared: emailMatcher(what.shared ?? []),
    named: what.named ?? [],
    complete: what.complete ?? true,
    now: NOW,
  });
  return { ...result, subjects, sources: what.sources };
}
