import { TEXT_ATTRIBUTES } from "../model/attributes";
import { foldEmail, isEmail } from "../model/email";
import { isMemberId, MEMBER_ID_WANTED } from "../model/id";
import { whyNoInstant } from "../model/instant";
import { invisibleAtEdge, quoted } from "../model/invisible";
import { ROLES, type Role } from "../model/role";
import type { Person } from "../resources/notion-workspace";
import type { RosterRow, RosterRows } from "./roster-rows";
import { lostValue } from "./spreadsheet";
import { nearest } from "./suggestion";

const TEXTS = TEXT_ATTRIBUTES.map(({ name }) => name);
/** When access begins and ends, and why: the text as it stands is what is declared. */
const TIMES = ["from", "until", "roleFrom", "roleUntil", "roleThen", "reason", "approvedBy"] as const;
const ON_REMOVE: readonly string[] = ["remove", "restrict", "retain"];
const YES_NO: readonly string[] = ["true", "false"];

/** The columns of a roster. Only userName is needed; what is left out or empty is not managed. */
export const ROSTER_COLUMNS = [
  "userName",
  "role",
  "name",
  "givenName",
  "familyName",
  ...TEXTS,
  ...TIMES,
  "formerUserName",
  "id",
  "onRemove",
  "protect",
] as const;

/**
 * Pure: the people of a roster, and everything that is wrong with it, a sentence each that begins with the
 * line, in their order. Whoever stands in it twice is refused, by e-mail or by id: two rows, two roles.
 */
export function peopleOf({ columns, rows, problems }: RosterRows): { people: Person[]; problems: string[] } {
  const found = [...problems, ...unknownColumns(columns, rows), ...repeated(rows), ...repeatedIds(rows)];
  // A misspelt column is one mistake, not one of each row.
  const hasUserNames = columns.has("userName");
  const people = rows.map((row) => {
    found.push(...rowProblems(row, hasUserNames));
    return personOf(row.fields);
  });
  return { people, problems: found.sort((a, b) => lineOf(a) - lineOf(b)) };
}

/** A sentence about the file as a whole comes first. */
const lineOf = (problem: string) => Number(/^line (\d+)/.exec(problem)?.[1] ?? 0);

function personOf(fields: Record<string, string>): Person {
  const { userName = "", role, name, givenName, familyName, formerUserName, id, onRemove, protect } = fields;
  const texts = Object.fromEntries(
    [...TEXTS, ...TIMES].flatMap((column) => (fields[column] ? [[column, fields[column]]] : [])),
  );
  const wholeName = {
    ...(name && { formatted: name }),
    ...(givenName && { givenName }),
    ...(familyName && { familyName }),
  };
  return {
    userName,
    ...texts,
    ...(Object.keys(wholeName).length > 0 && { name: wholeName }),
    ...(role && { role: role as Role }),
    ...(formerUserName && { formerUserName: foldEmail(formerUserName) }),
    ...(id && { id }),
    ...(onRemove && { onRemove: onRemove as "remove" | "restrict" | "retain" }),
    ...(protect && { protect: protect === "true" }),
  };
}

function unknownColumns(columns: Map<string, number>, rows: readonly RosterRow[]): string[] {
  const known: readonly string[] = ROSTER_COLUMNS;
  const unknown = [...columns]
    .filter(([column]) => !known.includes(column))
    .map(([column, line]) => ({ column, line, meant: meantBy(column, columns, rows) }));
  const found = unknown.map(({ column, line, meant }) => {
    const hint = meant === undefined ? `known are ${known.join(", ")}` : `did you mean ${meant}?`;
    return `line ${line}: unknown column ${quoted(column)}; ${hint}`;
  });
  const isLacking = rows.length > 0 && !columns.has("userName");
  if (!isLacking || unknown.some(({ meant }) => meant === "userName")) return found;
  const [line = 1] = columns.values();
  return [`line ${line}: there is no column userName, which holds the e-mail addresses`, ...found];
}

/** By its name, or, where the e-mail addresses are missing, by what it holds. */
function meantBy(
  column: string,
  columns: ReadonlyMap<string, number>,
  rows: readonly RosterRow[],
): string | undefined {
  const free = ROSTER_COLUMNS.filter((each) => !columns.has(each));
  const near = nearest(column, free);
  if (near !== undefined || columns.has("userName")) return near;
  const cells = rows.flatMap(({ fields }) => fields[column] ?? []);
  return cells.length > 0 && cells.every((cell) => isEmail(cell.trim())) ? "userName" : undefined;
}

function repeated(rows: RosterRow[]): string[] {
  const seen = new Map<string, RosterRow>();
  return rows.flatMap((row) => {
    const userName = row.fields.userName && foldEmail(row.fields.userName);
    if (!userName) return [];
    const first = seen.get(userName);
    if (first === undefined) {
      seen.set(userName, row);
      return [];
    }
    const roles = [first.fields.role, row.fields.role];
    const two =
      roles[0] !== roles[1] ? ` with another role (${roles[0] ?? "none"}, ${roles[1] ?? "none"})` : "";
    return [`line ${row.line}, column userName: ${userName} stands in line ${first.line} already${two}`];
  });
}

function repeatedIds(rows: RosterRow[]): string[] {
  const seen = new Map<string, RosterRow>();
  return rows.flatMap((row) => {
    const { id } = row.fields;
    if (id === undefined) return [];
    const first = seen.get(id);
    if (first === undefined) {
      seen.set(id, row);
      return [];
    }
    const other = `${foldEmail(first.fields.userName ?? "?")} in line ${first.line}`;
    return [`line ${row.line}, column id: ${id} is also the id of ${other}. Keep one of the two rows.`];
  });
}

function aroundIt(value: string): string {
  const edge = invisibleAtEdge(value);
  return edge === undefined
    ? "has spaces around it"
    : `begins or ends with ${edge}, which cannot be seen: delete it`;
}

function rowProblems({ line, fields }: RosterRow, hasUserNames: boolean): string[] {
  const refuse = (column: string, why: string) => [`line ${line}, column ${column}: ${why}`];
  const oneOf = (column: string, allowed: readonly string[]) => {
    const value = fields[column];
    return value === undefined || allowed.includes(value)
      ? []
      : refuse(column, `must be one of ${allowed.join(", ")}, not ${quoted(value)}`);
  };
  const unreadable = Object.entries(fields).flatMap(([column, value]) => {
    if (value.trim() !== value) return refuse(column, aroundIt(value));
    const lost = lostValue(value);
    return lost === undefined ? [] : refuse(column, `"${value}" ${lost}`);
  });
  const { userName, formerUserName, id, name, givenName, familyName } = fields;
  return [
    ...unreadable,
    ...(userName === undefined && hasUserNames ? refuse("userName", "is missing") : []),
    ...(userName !== undefined && !isEmail(userName.trim())
      ? refuse("userName", `must be an e-mail address such as ada@example.com, not ${quoted(userName)}`)
      : []),
    ...(name !== undefined && (givenName !== undefined || familyName !== undefined)
      ? refuse("name", "give either name, or givenName and familyName")
      : []),
    ...(formerUserName !== undefined && !isEmail(formerUserName.trim())
      ? refuse(
          "formerUserName",
          `must be the e-mail address that the person had before, not ${quoted(formerUserName)}`,
        )
      : []),
    ...(id !== undefined && !isMemberId(id.trim())
      ? refuse("id", `${MEMBER_ID_WANTED}, not ${quoted(id)}`)
      : []),
    ...(["from", "until", "roleFrom", "roleUntil"] as const).flatMap((column) => {
      const why = fields[column] === undefined ? undefined : whyNoInstant(fields[column]);
      return why === undefined ? [] : refuse(column, why);
    }),
    ...(fields.approvedBy !== undefined && !isEmail(fields.approvedBy.trim())
      ? refuse(
          "approvedBy",
          `must be an e-mail address such as ada@example.com, not ${quoted(fields.approvedBy)}`,
        )
      : []),
    ...oneOf("role", ROLES),
    ...oneOf("roleThen", ROLES),
    ...oneOf("onRemove", ON_REMOVE),
    ...oneOf("protect", YES_NO),
  ];
}
