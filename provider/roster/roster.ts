import { extname } from "node:path";
import { TEXT_ATTRIBUTES } from "../model/attributes";
import { foldEmail, isEmail } from "../model/email";
import { undeclaredGroups } from "../model/group-names";
import { isMemberId, MEMBER_ID_WANTED } from "../model/id";
import { whyNoInstant } from "../model/instant";
import { invisibleAtEdge, quoted } from "../model/invisible";
import { ROLES, type Role } from "../model/role";
import { nearest } from "../model/suggestion";
import type { Person } from "../resources/person";
import { type FileProblem, fileText } from "./file-text";
import { groupNames } from "./group-cell";
import { csvRows, type RosterRow, type RosterRows, yamlRows } from "./roster-rows";
import { lostValue } from "./spreadsheet";

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
  "groups",
  "formerUserName",
  "id",
  "onRemove",
  "protect",
] as const;

/** A roster, and everything that is wrong with it. */
export interface ParsedRoster extends RosterRows {
  /** As the file has it, with its byte order mark: what an edit starts from. */
  text: string;
  /** As a program has them. */
  people: Person[];
}

const READERS: Readonly<Record<string, (text: string) => RosterRows>> = {
  ".csv": csvRows,
  ".yaml": yamlRows,
  ".yml": yamlRows,
};

/**
 * Pure: a roster from the content of its file. It must be UTF-8, with or without a byte order mark. Its problems are in
 * the order of their lines. A person with two rows, by e-mail or by id, is refused: two rows may give two roles.
 * @param file its name: the ending tells the format
 * @param groups names of the declared groups, where they are known
 */
export function parseRoster(
  file: string,
  content: Uint8Array | string,
  groups?: readonly string[],
): ParsedRoster {
  const rowsOf = READERS[extname(file).toLowerCase()];
  if (rowsOf === undefined)
    return unusable({ message: `its ending must be one of ${Object.keys(READERS).join(", ")}` });
  const decoded = typeof content === "string" ? { text: content } : fileText(content);
  if ("problem" in decoded) return unusable(decoded.problem);
  const { columns, rows, problems } = rowsOf(decoded.text);
  const found = [...problems, ...unknownColumns(columns, rows), ...repeated(rows), ...repeatedIds(rows)];
  // A misspelt column is one mistake, not one of each row.
  const hasUserNames = columns.has("userName");
  for (const row of rows) found.push(...rowProblems(row, hasUserNames), ...groupProblems(row, groups));
  const people = rows.map(({ fields }) => personOf(fields));
  // A problem of the file as a whole comes first.
  found.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  return { text: decoded.text, columns, rows, people, problems: found };
}

const unusable = (problem: FileProblem): ParsedRoster => ({
  text: "",
  columns: new Map(),
  rows: [],
  people: [],
  problems: [problem],
});

function personOf(fields: Record<string, string>): Person {
  const { userName = "", role, name, givenName, familyName, formerUserName, id, onRemove, protect } = fields;
  const groups = groupNames(fields.groups);
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
    ...(groups.length > 0 && { groups }),
    ...(formerUserName && { formerUserName: foldEmail(formerUserName) }),
    ...(id && { id }),
    ...(onRemove && { onRemove: onRemove as "remove" | "restrict" | "retain" }),
    ...(protect && { protect: protect === "true" }),
  };
}

function groupProblems({ line, fields }: RosterRow, known: readonly string[] | undefined): FileProblem[] {
  if (known === undefined) return [];
  return undeclaredGroups(groupNames(fields.groups), known).map((message) => ({
    line,
    column: "groups",
    message,
  }));
}

function unknownColumns(columns: Map<string, number>, rows: readonly RosterRow[]): FileProblem[] {
  const known: readonly string[] = ROSTER_COLUMNS;
  const unknown = [...columns]
    .filter(([column]) => !known.includes(column))
    .map(([column, line]) => ({ column, line, meant: meantBy(column, columns, rows) }));
  const found = unknown.map(({ column, line, meant }) => {
    const hint = meant === undefined ? `known are ${known.join(", ")}` : `did you mean ${meant}?`;
    return { line, message: `unknown column ${quoted(column)}; ${hint}` };
  });
  const isLacking = rows.length > 0 && !columns.has("userName");
  if (!isLacking || unknown.some(({ meant }) => meant === "userName")) return found;
  const [line = 1] = columns.values();
  return [{ line, message: "there is no column userName, which holds the e-mail addresses" }, ...found];
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

function repeated(rows: RosterRow[]): FileProblem[] {
  return pairsBy(rows, ({ email }) => email).map(([first, { line, email, fields }]) => {
    const roles = [first.fields.role ?? "none", fields.role ?? "none"];
    const two = roles[0] === roles[1] ? "" : ` with another role (${roles.join(", ")})`;
    const message = `${email} is in line ${first.line} already${two}`;
    return { line, column: "userName", message };
  });
}

function repeatedIds(rows: RosterRow[]): FileProblem[] {
  return pairsBy(rows, ({ fields }) => fields.id ?? "").map(([first, { line, fields }]) => {
    const other = `${first.email || "?"} in line ${first.line}`;
    const message = `${fields.id} is also the id of ${other}. Keep one of the two rows.`;
    return { line, column: "id", message };
  });
}

/** Each row whose key an earlier one has, behind the first that has it. */
function pairsBy(rows: RosterRow[], keyOf: (row: RosterRow) => string): [RosterRow, RosterRow][] {
  const seen = new Map<string, RosterRow>();
  return rows.flatMap((row): [RosterRow, RosterRow][] => {
    const key = keyOf(row);
    const first = seen.get(key);
    if (first === undefined) seen.set(key, row);
    return first === undefined || key === "" ? [] : [[first, row]];
  });
}

function aroundIt(value: string): string {
  const edge = invisibleAtEdge(value);
  return edge === undefined
    ? "has spaces around it"
    : `begins or ends with ${edge}, which cannot be seen: delete it`;
}

function rowProblems({ line, fields }: RosterRow, hasUserNames: boolean): FileProblem[] {
  const refuse = (column: string, message: string) => [{ line, column, message }];
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
