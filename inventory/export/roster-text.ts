import { stringify } from "csv-stringify/sync";
import { Document, Scalar, visit } from "yaml";
import { type Adoption, ATTRIBUTES, type Attribute, type Wanted } from "./adoption";
import type { GroupAdoption } from "./group-adoption";

/** One person of a roster. A field that is left out, or empty in CSV, is not managed. */
type Row = { userName: string; role?: string; groups?: string[]; id?: string; protect?: string } & Partial<
  Record<Attribute, string>
>;

function rowOf({ userName, role, attributes, groups, id }: Adoption, protect: boolean): Row {
  return {
    userName,
    ...(role === undefined ? {} : { role }),
    ...attributes,
    ...(groups === undefined ? {} : { groups }),
    ...(id === undefined ? {} : { id }),
    ...(protect ? { protect: "true" } : {}),
  };
}

const BIDIRECTIONAL = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A roster in YAML: a list of people. Texts that an older YAML reads as something else are quoted. */
export function rosterYaml(people: Adoption[], incomplete: string[], protect: boolean): string {
  const rows = people.map((person) => rowOf(person, protect));
  return yamlText(rows, incomplete, [
    "The members of the Notion workspace and their roles. A field that is left out is not managed.",
  ]);
}

/** Groups in YAML: a map by the name of each group. */
export function groupsYaml(groups: readonly GroupAdoption[], incomplete: string[]): string {
  // Not an object, which would put a group called 007 first.
  return yamlText(new Map(groups.map(({ name, declared }) => [name, declared])), incomplete, [
    "The groups of the Notion workspace. With `members: add` a person who names the group is in it, and everybody else stays.",
    "Write `exact` where the roster alone decides who is in it.",
  ]);
}

function yamlText(value: unknown, incomplete: string[], about: string[]): string {
  const document = new Document(value, { compat: "yaml-1.1" });
  visit(document, {
    Scalar(_key, node) {
      // Marks that turn the text around are written as escapes, for which double quotes are needed.
      if (typeof node.value === "string" && node.value.search(BIDIRECTIONAL) >= 0)
        node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  const comments = [...incomplete.map((sentence) => `INCOMPLETE: ${sentence}`), ...about];
  const body = document
    .toString({ lineWidth: 0 })
    .replace(BIDIRECTIONAL, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return `${comments.map((each) => `# ${each}\n`).join("")}${body}`;
}

/** What access that ends needs: with these in the file an end, or `elevate`, changes one row and not every line. */
const TIME_COLUMNS = ["until", "roleUntil", "roleThen", "reason", "approvedBy"];

/**
 * A roster in CSV (RFC 4180): userName, role, then the attributes that were asked for, groups, id and protect. A cell that a
 * spreadsheet would take for a formula begins with an apostrophe, which a reader of the roster takes off.
 */
export function rosterCsv(
  people: Adoption[],
  incomplete: string[],
  { wanted, protect, times, groups }: { wanted: Wanted; protect: boolean; times: boolean; groups: boolean },
): string {
  const attributes = ATTRIBUTES.filter((attribute) => wanted.attributes.includes(attribute));
  const columns = [
    ...["userName", "role", ...attributes],
    ...(groups ? ["groups"] : []),
    ...(wanted.ids ? ["id"] : []),
    ...(protect ? ["protect"] : []),
    ...(times ? TIME_COLUMNS : []),
  ];
  const rows = people.map((person) => {
    const { groups: names, ...row } = rowOf(person, protect);
    return names === undefined ? row : { ...row, groups: names.join("; ") };
  });
  const warnings = incomplete.map((sentence) => `# INCOMPLETE: ${sentence}\n`).join("");
  // Without quotes a line that begins so would be a comment, and its person would count as taken out.
  return warnings + stringify(rows, { header: true, columns, escape_formulas: true, quoted_match: /^#/ });
}
