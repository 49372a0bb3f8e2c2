import { Splices } from "./splices";
import type { Wish } from "./wish";
import { addToBlock, emptyToBlock, removeFromBlock } from "./yaml-block";
import { setFields } from "./yaml-fields";
import { changeFlowList } from "./yaml-flow";
import { lineEnd, lineStart, yamlList } from "./yaml-items";
import { looksOf, type YamlEdit } from "./yaml-looks";

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
