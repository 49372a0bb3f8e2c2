import { NotEditable } from "./change";
import { Splices } from "./splices";
import type { Wish } from "./wish";
import { addToBlock, emptyToBlock, removeFromBlock } from "./yaml-block";
import { changeFlowList } from "./yaml-flow";
import { type YamlField, type YamlItem, yamlList } from "./yaml-items";
import { lineAt, lineEnd, lineEndAfter, lineStart } from "./yaml-lines";
import { keyText, looksOf, type YamlEdit } from "./yaml-looks";
import { setNames } from "./yaml-set-names";

/** Pure: a roster in YAML after its edit. A field that is cleared is taken out with its line. */
export function editYaml(whole: string, wish: Wish): string {
  const mark = whole.startsWith("\uFEFF") ? "\uFEFF" : "";
  const text = whole.slice(mark.length);
  const list = yamlList(text);
  const edit: YamlEdit = { text, splices: new Splices(), ...looksOf(text, list.items) };
  for (const [index, cells] of wish.sets) {
    const item = list.items[index];
    if (item !== undefined) setFields(edit, item, cells);
  }
  const isAlone = text.slice(lineStart(text, list.start), lineEnd(text, list.end)).trim() === "[]";
  if (!list.flow) {
    removeFromBlock(edit, list.items, wish);
    addToBlock(edit, list.items, wish);
  } else if (isAlone && wish.additions.size > 0) {
    emptyToBlock(edit, list, [...wish.additions.values()].flat());
  } else {
    changeFlowList(edit, list, wish);
  }
  return mark + edit.splices.apply(text);
}

/** Sets and clears fields of a person. */
function setFields(edit: YamlEdit, item: YamlItem, cells: ReadonlyMap<string, string>): void {
  for (const [column, value] of edit.ordered(cells)) {
    const field = item.fields.find((each) => each.column === column);
    if (field === undefined) addField(edit, item, column, value);
    else if (field.odd !== undefined) throw notEditable(edit, field);
    else if (value === "") clearField(edit, item, field);
    else if (field.list !== undefined) setNames(edit, field.list, value);
    else setField(edit, item, field, value);
  }
}

function notEditable({ text }: YamlEdit, { column, keyStart, odd }: YamlField): NotEditable {
  return new NotEditable({
    line: lineAt(text, keyStart),
    message: `the field ${column} ${odd}; edit it by hand`,
  });
}

function setField(edit: YamlEdit, { flow }: YamlItem, field: YamlField, value: string): void {
  const { splices, write } = edit;
  const text = write(field.column, value, flow, field);
  if (field.value !== undefined) splices.replace(field.value.start, field.value.end, text);
  else splices.insert(field.end, field.afterColon === undefined ? `: ${text}` : ` ${text}`);
}

/** Takes out the field; where a comment or the dash stands on its line, or it is the first, its value alone. */
function clearField(edit: YamlEdit, { flow, fields }: YamlItem, field: YamlField): void {
  const { text, splices } = edit;
  if (field.value === undefined || field.afterColon === undefined) return;
  const previous = fields[fields.indexOf(field) - 1];
  if (field.commentInside || (flow && (previous === undefined || field.commentBefore))) {
    splices.replace(field.value.start, field.value.end, '""');
  } else if (flow) {
    splices.delete(previous?.end ?? field.keyStart, field.end);
  } else {
    const [start, end] = [lineStart(text, field.keyStart), lineEnd(text, field.end)];
    const besides = text.slice(start, field.keyStart) + text.slice(field.end, end);
    if (previous !== undefined && besides.trim() === "") splices.delete(start, end);
    else splices.delete(field.afterColon, field.end);
  }
}

function addField(edit: YamlEdit, item: YamlItem, column: string, value: string): void {
  const { text, splices, write } = edit;
  const after = item.fields.findLast((field) => edit.before(field.column, column)) ?? item.fields.at(-1);
  if (after === undefined) return;
  const written = `${keyText(column, after)}: ${write(column, value, item.flow)}`;
  if (item.flow) splices.insert(after.end, `, ${written}`);
  else splices.insert(lineEndAfter(text, after.end), " ".repeat(item.indent) + written + edit.lineEnd);
}
