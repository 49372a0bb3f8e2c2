import { TEXT_ATTRIBUTES } from "../member/attributes";
import { foldEmail, isEmail } from "../member/email";
import { isMemberId, MEMBER_ID_WANTED } from "../member/id";
import { whyNoInstant } from "../member/instant";
import { ROLES, type Role } from "../member/role";
import type { Person } from "../resources/notion-workspace";
import type { RosterRow, RosterRows } from "./roster-rows";

const TEXTS = TEXT_ATTRIBUTES.map(({ name }) => name);
/** When access begins and ends, and why: the text as it stands is what is declared. */
const TIMES = ["from", "until", "roleFrom", "roleUntil", "roleThen", "reason", "approvedBy"] as const;
const ON_REMOVE: readonly string[] = ["remove", "restrict", "leave"];
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
  const found = [...problems, ...unknownColumns(columns), ...repeated(rows), ...repeatedIds(rows)];
  const people = rows.map((row) => {
    found.push(...rowProblems(row));
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
    ...(onRemove && { onRemove: onRemove as "remove" | "restrict" | "leave" }),
    ...(protect && { protect: protect === "true" }),
  };
}

function unknownColumns(columns: Map<string, number>): string[] {
  const known: readonly string[] = ROSTER_COLUMNS;
  return [...columns]
    .filter(([column]) => !known.includes(column))
    .map(([column, line]) => `line ${line}: unknown column "${column}"; known are ${known.join(", ")}`);
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

function rowProblems({ line, fields }: RosterRow): string[] {
  const refuse = (column: string, why: string) => [`line ${line}, column ${column}: ${why}`];
  const oneOf = (column: string, allowed: readonly string[]) => {
    const value = fields[column];
    return value === undefined || allowed.includes(value)
      ? []
      : refuse(column, `must be one of ${allowed.join(", ")}, not "${value}"`);
  };
  const padded = Object.entries(fields).flatMap(([column, value]) =>
    value.trim() === value ? [] : refuse(column, "has spaces around it"),
  );
  const { userName, formerUserName, id, name, givenName, familyName } = fields;
  return [
    ...padded,
    ...(userName === undefined ? refuse("userName", "is missing") : []),
    ...(userName !== undefined && !isEmail(userName.trim())
      ? refuse("userName", `must be an e-mail address such as ada@example.com, not "${userName}"`)
      : []),
    ...(name !== undefined && (givenName !== undefined || familyName !== undefined)
      ? refuse("name", "give either name, or givenName and familyName")
      : []),
    ...(formerUserName !== undefined && !isEmail(formerUserName.trim())
      ? refuse(
          "formerUserName",
          `must be the e-mail address that the person had before, not "${formerUserName}"`,
        )
      : []),
    ...(id !== undefined && !isMemberId(id.trim()) ? refuse("id", `${MEMBER_ID_WANTED}, not "${id}"`) : []),
    ...(["from", "until", "roleFrom", "roleUntil"] as const).flatMap((column) => {
      const why = fields[column] === undefined ? undefined : whyNoInstant(fields[column]);
      return why === undefined ? [] : refuse(column, why);
    }),
    ...(fields.approvedBy !== undefined && !isEmail(fields.approvedBy.trim())
      ? refuse("approvedBy", `must be an e-mail address such as ada@example.com, not "${fields.approvedBy}"`)
      : []),
    ...oneOf("role", ROLES),
    ...oneOf("roleThen", ROLES),
    ...oneOf("onRemove", ON_REMOVE),
    ...oneOf("protect", YES_NO),
  ];
}
