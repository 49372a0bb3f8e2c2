import type { Scalar } from "yaml";
import { groupNames } from "../group-cell";
import { ROSTER_COLUMNS } from "../roster";
import { Habits } from "./habits";
import type { Splices } from "./splices";
import type { YamlField, YamlItem } from "./yaml-items";
import { kindOf, type ScalarStyle, scalarText } from "./yaml-scalar";

/** What the parts of an edit share. */
export interface YamlEdit {
  text: string;
  lineEnd: string;
  splices: Splices;
  /** A value as the file writes such values; `old` is the field that it takes the place of. */
  write: (column: string, value: string, flow: boolean, old?: YamlField) => string;
  /** The name of a group as the lists of the file write them. */
  writeName: (name: string, flow: boolean) => string;
  /** Whether one field comes before another. */
  before: (column: string, other: string) => boolean;
  /** The fields of a new person, in the order in which the file has them. */
  ordered: (cells: ReadonlyMap<string, string>) => [column: string, value: string][];
}

/** Pure: how a file writes what it says. */
export function looksOf(text: string, items: readonly YamlItem[]): Omit<YamlEdit, "text" | "splices"> {
  const columns = items.flatMap(({ fields }) => fields.map(({ column }) => column));
  const order = [...new Set([...columns, ...ROSTER_COLUMNS])];
  return {
    lineEnd: /\r?\n/.exec(text)?.[0] ?? "\n",
    ...writers(items),
    before: precedence(items),
    ordered: (cells) => [...cells].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b)),
  };
}

/** A key in the quotes of the others. */
export function keyText(column: string, other: YamlField | undefined): string {
  const type = other?.key.type;
  return type === "QUOTE_DOUBLE" || type === "QUOTE_SINGLE" ? scalarText(column, type, true) : column;
}

/** Which of two fields comes first in this file; where nobody has both, as in the list of columns. */
function precedence(items: readonly YamlItem[]): YamlEdit["before"] {
  const votes = new Map<string, number>();
  for (const { fields } of items) {
    for (const [index, { column }] of fields.entries()) {
      for (const { column: later } of fields.slice(index + 1)) {
        votes.set(`${column} ${later}`, (votes.get(`${column} ${later}`) ?? 0) + 1);
        votes.set(`${later} ${column}`, (votes.get(`${later} ${column}`) ?? 0) - 1);
      }
    }
  }
  const known: readonly string[] = ROSTER_COLUMNS;
  return (a, b) => {
    const vote = votes.get(`${a} ${b}`) ?? 0;
    return vote === 0 ? known.indexOf(a) < known.indexOf(b) : vote > 0;
  };
}

/** Writes a value in the quotes that it has, that the others have, or that it needs. */
function writers(items: readonly YamlItem[]): Pick<YamlEdit, "write" | "writeName"> {
  const habits = new Habits<ScalarStyle>();
  const noted = new Map<YamlField, { column: string; style: ScalarStyle; kind: string }>();
  const learn = (column: string, scalar: Scalar | undefined, flow: boolean) => {
    const { type, value } = scalar ?? {};
    if (typeof value !== "string" || value === "") return undefined;
    if (type !== "PLAIN" && type !== "QUOTE_SINGLE" && type !== "QUOTE_DOUBLE") return undefined;
    const note = { column, style: type, kind: kindOf(value, flow) };
    habits.note(note, note.kind);
    return note;
  };
  for (const { flow, fields } of items) {
    for (const field of fields) {
      const note = learn(field.column, field.value?.scalar, flow);
      if (note !== undefined) noted.set(field, note);
      for (const { scalar } of field.list?.names ?? [])
        learn(field.column, scalar, field.list?.flow === true);
    }
  }
  const groups = items.flatMap(({ fields }) => fields.filter(({ column }) => column === "groups"));
  const asText = groups.some(({ value }) => value?.scalar !== undefined) && !groups.some(({ list }) => list);
  const writeText: YamlEdit["write"] = (column, value, flow, old) => {
    const kind = kindOf(value, flow);
    const note = old && noted.get(old);
    if (note?.kind === kind) return scalarText(value, note.style, flow);
    const plain = habits.of(column, "plain", note) ?? "PLAIN";
    const style =
      habits.of(column, kind, note) ?? (kind !== "plain" && plain === "PLAIN" ? "QUOTE_DOUBLE" : plain);
    return scalarText(value, style, flow);
  };
  const writeName: YamlEdit["writeName"] = (name, flow) => writeText("groups", name, flow);
  return {
    writeName,
    write: (column, value, flow, old) => {
      if (column !== "groups" || asText || old?.value?.scalar !== undefined)
        return writeText(column, value, flow, old);
      return `[${groupNames(value)
        .map((name) => writeName(name, true))
        .join(", ")}]`;
    },
  };
}
