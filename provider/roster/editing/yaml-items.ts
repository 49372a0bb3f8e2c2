import {
  type CST,
  type Document,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from "yaml";
import { NotEditable } from "./change";
import { lineAt, lineEnd, lineEndAfter, lineStart } from "./yaml-lines";
import { namesOf, type YamlNames } from "./yaml-names";

/** A field of a person, and where it stands. */
export interface YamlField {
  column: string;
  key: Scalar;
  keyStart: number;
  /** Behind the colon; undefined in braces without one. */
  afterColon: number | undefined;
  /** Undefined if nothing stands there. */
  value: { scalar?: Scalar; start: number; end: number } | undefined;
  /** The names in it, where its value is a list. */
  list: YamlNames | undefined;
  /** Behind its last character, without a comment. */
  end: number;
  /** A comment stands before it, or between its key and its value. */
  commentBefore: boolean;
  commentInside: boolean;
  /** Why its value cannot be written anew, a clause behind its name. */
  odd: string | undefined;
}

/** A person, and where they stand. */
export interface YamlItem {
  /** In braces. */
  flow: boolean;
  /** Of the dash in a block list, else of the brace. */
  start: number;
  /** Behind its last character; in a block list behind its last line and the comments that belong to it. */
  end: number;
  /** Spaces before each field, in a block. */
  indent: number;
  fields: YamlField[];
}

/** The list of people of a roster in YAML: in brackets or as a block with dashes. */
export interface YamlList {
  flow: boolean;
  start: number;
  end: number;
  items: YamlItem[];
}

/** Pure: where everybody stands in a text that has been read as a roster. */
export function yamlList(text: string): YamlList {
  const { contents }: Document = parseDocument(text, { keepSourceTokens: true, schema: "failsafe" });
  if (!isSeq(contents) || !contents.range || !contents.srcToken)
    throw new NotEditable({ message: "expected a list of people" });
  const [start, end] = contents.range;
  const maps = contents.items.filter(isMap);
  if (contents.srcToken.type === "flow-collection") {
    const items = maps.map((map) => itemOf(text, map, map.range?.[0] ?? 0));
    const outside = items.find((item) => !item.flow);
    if (outside !== undefined)
      throw new NotEditable({ line: lineAt(text, outside.start), message: "expected braces here" });
    return { flow: true, start, end, items };
  }
  if (contents.srcToken.type !== "block-seq") throw new NotEditable({ message: "expected a list of people" });
  const dashes = contents.srcToken.items.flatMap((item) =>
    item.start.flatMap((token) => (token.type === "seq-item-ind" ? [token.offset] : [])),
  );
  const items = maps.map((map, index) => {
    const item = itemOf(text, map, dashes[index] ?? 0);
    return { ...item, end: withItsComments(text, item) };
  });
  return { flow: false, start, end, items };
}

function itemOf(text: string, map: YAMLMap, start: number): YamlItem {
  const token = map.srcToken;
  if (token === undefined || !("indent" in token))
    throw new NotEditable({ line: lineAt(text, start), message: "expected a person" });
  const flow = token.type === "flow-collection";
  const fields = map.items.flatMap((pair) =>
    isScalar(pair.key) && pair.srcToken ? [fieldOf(pair.key, pair.value, pair.srcToken)] : [],
  );
  const end = flow ? (map.range?.[1] ?? start) : (fields.at(-1)?.end ?? start);
  return { flow, start, end, indent: token.indent, fields };
}

function fieldOf(key: Scalar, node: unknown, token: CST.CollectionItem): YamlField {
  const value = isScalar(node) ? node : undefined;
  const { start, sep = [] } = token;
  const [keyStart, keyEnd] = key.range ?? [0, 0];
  const colon = sep.find(({ type }) => type === "map-value-ind");
  const afterColon = colon && colon.offset + 1;
  const [from, to] = value?.range ?? [0, 0];
  const list = namesOf(node);
  const place = value && to > from ? { scalar: value, start: from, end: to } : list;
  const has = (tokens: CST.SourceToken[], ...types: string[]) =>
    tokens.some(({ type }) => types.includes(type));
  const column = String(key.value);
  const odd = has(start, "explicit-key-ind")
    ? "has an explicit key (?)"
    : value?.type?.startsWith("BLOCK")
      ? "is a text over several lines"
      : place === undefined && has(sep, "anchor", "tag")
        ? "has a tag or an anchor and no value"
        : undefined;
  return {
    column,
    key,
    keyStart,
    afterColon,
    value: place,
    list,
    end: place?.end ?? afterColon ?? keyEnd,
    commentBefore: has(start, "comment"),
    commentInside: has(sep, "comment"),
    odd,
  };
}

/** Comments right below a person, as deep as the fields: of this person and not of the next. */
function withItsComments(text: string, { start, end, indent }: YamlItem): number {
  let at = lineEndAfter(text, end);
  if (start - lineStart(text, start) >= indent) return at;
  for (;;) {
    const line = text.slice(at, lineEnd(text, at));
    const [, spaces] = /^( *)#/.exec(line) ?? [];
    if (spaces === undefined || spaces.length < indent) return at;
    at += line.length;
  }
}
