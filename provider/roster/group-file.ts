import { isMap, isScalar, isSeq, type Pair } from "yaml";
import { nearest } from "../model/suggestion";
import { type DeclaredGroup, declaredGroup } from "../state/group";
import { issueReasons } from "../state/issues";
import { type FileProblem, fileText } from "./file-text";
import { truthText } from "./spreadsheet";
import { isEmptyScalar, parseYamlText } from "./yaml-text";

/** The groups of a file, and everything that is wrong with it. */
export interface ParsedGroups {
  groups: Record<string, DeclaredGroup>;
  problems: FileProblem[];
}

/** The fields whose text is true or false. */
const FLAGS: readonly string[] = ["protect", "force"];

const FIELDS = Object.keys(declaredGroup.shape);

/** What is near to another field and means this one. */
const MEANT: Readonly<Record<string, string>> = { exclude: "except", excludes: "except", excluded: "except" };

const MAP_WANTED =
  'a map of groups is wanted, such as "Engineering: { members: exact, where: { department: Engineering } }"';

/**
 * Pure: groups from the content of their YAML file, a map by the name of each group. It must be UTF-8.
 * @param file its name: the ending tells the format
 */
export function parseGroups(file: string, content: Uint8Array): ParsedGroups {
  if (!/\.ya?ml$/i.test(file)) return unusable({ message: "its ending must be .yaml or .yml" });
  const decoded = fileText(content);
  return "problem" in decoded ? unusable(decoded.problem) : groupsOf(decoded.text);
}

const unusable = (problem: FileProblem): ParsedGroups => ({ groups: {}, problems: [problem] });

function groupsOf(text: string): ParsedGroups {
  const { document, lineOf, errors } = parseYamlText(text);
  const broken = errors.map(({ line, message, twice }) => ({
    line,
    message: twice === undefined ? message : "this group or field stands twice; keep one of the two",
  }));
  if (broken.length > 0) return { groups: {}, problems: broken };
  const { contents } = document;
  if (contents === null) return unusable({ message: "it is empty: write {} for no group" });
  if (!isMap(contents)) return unusable({ line: lineOf(contents), message: MAP_WANTED });

  const groups: Record<string, DeclaredGroup> = {};
  const problems: (FileProblem & { line: number })[] = [];
  for (const pair of contents.items as Pair[]) {
    const name = isScalar(pair.key) ? String(pair.key.value) : "?";
    const line = lineOf(pair.key);
    const refuse = (at: number, why: string) => problems.push({ line: at, message: `group ${name}: ${why}` });
    if (!isMap(pair.value)) {
      refuse(line, 'at least members is wanted: "members: add" or "members: exact"');
      continue;
    }
    const fields: Record<string, unknown> = {};
    for (const { key, value } of pair.value.items as Pair[]) {
      const field = isScalar(key) ? String(key.value) : "?";
      if (!FIELDS.includes(field)) {
        const meant = MEANT[field] ?? nearest(field, FIELDS);
        refuse(
          lineOf(key),
          `unknown field "${field}"; ${meant ? `did you mean ${meant}?` : `known are ${FIELDS.join(", ")}`}`,
        );
        continue;
      }
      const plain = plainValue(value);
      if (plain !== undefined) fields[field] = FLAGS.includes(field) ? truth(plain) : plain;
    }
    const parsed = declaredGroup.safeParse(fields);
    if (parsed.success) define(groups, name, parsed.data);
    for (const issue of parsed.error?.issues ?? []) {
      const node = document.getIn([name, ...issue.path.slice(0, 1)], true);
      for (const { property, reason } of issueReasons(issue, declaredGroup))
        refuse(lineOf(node ?? pair.key), [property, reason].filter(Boolean).join(" "));
    }
  }
  return { groups, problems: problems.sort((a, b) => a.line - b.line) };
}

/** The value of a node as texts, lists and maps; undefined where it is empty. */
function plainValue(node: unknown): unknown {
  if (isScalar(node)) return isEmptyScalar(node) ? undefined : String(node.value);
  if (isSeq(node)) return node.items.map((item) => plainValue(item) ?? "");
  if (!isMap(node)) return undefined;
  return Object.fromEntries(
    (node.items as Pair[]).flatMap(({ key, value }) => {
      const plain = plainValue(value);
      return plain === undefined ? [] : [[isScalar(key) ? String(key.value) : "?", plain]];
    }),
  );
}

function truth(value: unknown): unknown {
  const text = typeof value === "string" ? truthText(value) : value;
  return text === "true" ? true : text === "false" ? false : value;
}

/** Not an assignment: a group may be called as something that means something to an object. */
function define<T>(record: Record<string, T>, name: string, value: T): void {
  Object.defineProperty(record, name, { value, enumerable: true, writable: true, configurable: true });
}
