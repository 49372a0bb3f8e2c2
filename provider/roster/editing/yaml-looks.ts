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
  /** Whether one field comes before another. */
  before: (column: string, other: string) => boolean;
  /** The fields of somebody new, in the order in which the file has them. */
  ordered: (cells: ReadonlyMap<string, string>) => [column: string, value: string][];
}

/** Pure: how a file writes what it says. */
export function looksOf(text: string, items: readonly YamlItem[]): Omit<YamlEdit, "text" | "splices"> {
  const columns = items.flatMap(({ fields }) => fields.map(({ column }) => column));
  const order = [...new Set([...columns, ...ROSTER_COLUMNS])];
  return {
    lineEnd: /\r?\n/.exec(text)?.[0] ?? "\n",
    write: writer(items),
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
function writer(items: readonly YamlItem[]): YamlEdit["write"] {
  const habits = new Habits<ScalarStyle>();
  const noted = new Map<YamlField, { column: string; style: ScalarStyle; kind: string }>();
  for (const { flow, fields } of items) {
    for (const field of fields) {
      const { type, value } = field.value?.scalar ?? {};
      if (typeof value !== "string" || value === "") continue;
      if (type !== "PLAIN" && type !== "QUOTE_SINGLE" && type !== "QUOTE_DOUBLE") continue;
      const note = { column: field.column, style: type, kind: kindOf(value, flow) };
      noted.set(field, note);
      habits.note(note, note.kind);
    }
  }
  return (column, value, flow, old) => {
    const kind = kindOf(value, flow);
    const note = old && noted.get(old);
    if (note?.kind === kind) return scalarText(value, note.style, flow);
    const plain = habits.of(column, "plain", note) ?? "PLAIN";
    const style =
      habits.of(column, kind, note) ?? (kind !== "plain" && plain === "PLAIN" ? "QUOTE_DOUBLE" : plain);
    return scalarText(value, style, flow);
  };
}
