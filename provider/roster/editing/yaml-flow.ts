import { NotEditable } from "./change";
import type { Wish } from "./wish";
import type { YamlItem, YamlList } from "./yaml-items";
import { lineAt } from "./yaml-lines";
import { keyText, type YamlEdit } from "./yaml-looks";

/** Takes people out of a list in brackets and puts others in, each with a comma. */
export function changeFlowList(edit: YamlEdit, { start, items }: YamlList, wish: Wish): void {
  const { text, splices } = edit;
  const kept = [...items.keys()].filter((index) => !wish.removals.has(index));
  const [first, second] = items;
  const [firstKept = items.length] = kept;
  const last = items.at(-1);
  if (first !== undefined && last !== undefined && firstKept > 0) {
    // Without anybody left, a comma behind the last one would stand alone.
    const comma = wish.additions.size > 0 ? 0 : (/^\s*,/.exec(text.slice(last.end))?.[0].length ?? 0);
    refuseComment(edit, items, 1, Math.min(firstKept, items.length - 1));
    splices.delete(first.start, items[firstKept]?.start ?? last.end + comma);
  }
  for (const [index, item] of items.entries()) {
    const previous = items[index - 1];
    if (previous && index > firstKept && wish.removals.has(index)) {
      refuseComment(edit, items, index, index);
      splices.delete(previous.end, item.end);
    }
  }

  const between = first && second ? text.slice(first.end, second.start) : ", ";
  const separator = between.includes("#") ? ", " : between;
  const additions = [...wish.additions].flatMap(([after, all]) => all.map((cells) => ({ after, cells })));
  for (const [index, { after: wanted, cells }] of additions.entries()) {
    const after = kept.findLast((each) => each <= wanted);
    const written = flowItem(edit, cells, items[after ?? firstKept] ?? first);
    if (after !== undefined) {
      const end = items[after]?.end ?? start;
      if (/^[^\n{]*#/.test(text.slice(end))) throw beside(text, end);
      splices.insert(end, separator + written);
    } else if (kept.length > 0) splices.insert(items[firstKept]?.start ?? start, written + separator);
    else splices.insert(first?.start ?? start + 1, index === 0 ? written : separator + written);
  }
}

/** A person in braces. */
export function flowItem(
  edit: YamlEdit,
  cells: Map<string, string>,
  neighbour: YamlItem | undefined,
): string {
  const [first] = neighbour?.fields ?? [];
  const open = neighbour && edit.text.indexOf("{", neighbour.start);
  const space = open === undefined || /\s/.test(edit.text[open + 1] ?? "") ? " " : "";
  const fields = edit
    .ordered(cells)
    .map(([column, value]) => `${keyText(column, first)}: ${edit.write(column, value, true)}`);
  return `{${space}${fields.join(", ")}${space}}`;
}

function refuseComment({ text }: YamlEdit, items: readonly YamlItem[], from: number, to: number): void {
  for (let index = from; index <= to; index += 1) {
    const [end, start] = [items[index - 1]?.end ?? 0, items[index]?.start ?? 0];
    if (text.slice(end, start).includes("#")) throw beside(text, end);
  }
}

/** A comment between two people: whose it is cannot be told. */
const beside = (text: string, at: number) =>
  new NotEditable({
    line: lineAt(text, at),
    message: "a comment stands beside somebody in brackets; edit it by hand",
  });
