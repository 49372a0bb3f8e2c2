import { NotEditable } from "./change";
import type { Wish } from "./wish";
import { flowItem } from "./yaml-flow";
import type { YamlItem, YamlList } from "./yaml-items";
import { lineAt, lineEnd, lineStart } from "./yaml-lines";
import { keyText, type YamlEdit } from "./yaml-looks";

/**
 * Takes people out of a list with dashes; of two blank lines that would meet, one goes with them. A list of
 * nobody is `[]`.
 */
export function removeFromBlock(edit: YamlEdit, items: readonly YamlItem[], wish: Wish): void {
  const { text, splices } = edit;
  const [first] = items;
  const isBlank = (start: number) =>
    start < text.length && text.slice(start, lineEnd(text, start)).trim() === "";
  const nobodyLeft = wish.removals.size === items.length && wish.additions.size === 0;
  if (first !== undefined && nobodyLeft) {
    const start = startOfLine(text, first);
    splices.insert(start, `${text.slice(start, first.start)}[]${edit.lineEnd}`);
  }
  const lastKept = items.findLastIndex((_, index) => !wish.removals.has(index));
  let removedUntil = 0;
  let isFirst = true;
  for (const [index, item] of items.entries()) {
    if (!wish.removals.has(index)) {
      isFirst = false;
      continue;
    }
    let start = startOfLine(text, item);
    let { end } = item;
    const above = start === 0 ? 0 : lineStart(text, start - 1);
    const next = items[index + 1];
    if (!nobodyLeft && start > 0 && above >= removedUntil && isBlank(above)) {
      if (index > lastKept || isBlank(end)) start = above;
    } else if (isFirst && next && isBlank(end) && lineEnd(text, end) === startOfLine(text, next)) {
      end = lineEnd(text, end);
    }
    splices.delete(start, end);
    removedUntil = end;
  }
}

/** Puts people into a list with dashes, looking like their neighbours. */
export function addToBlock(edit: YamlEdit, items: readonly YamlItem[], { additions }: Wish): void {
  const { text, splices } = edit;
  const separated =
    items.length > 1 && items.every((_, index) => index === 0 || blankBefore(text, items, index));
  const blank = separated ? edit.lineEnd : "";
  for (const [index, added] of additions) {
    const neighbour = items[Math.max(index, 0)];
    if (neighbour === undefined) continue;
    const start = startOfLine(text, neighbour);
    for (const cells of added) {
      const lines = blockItem(edit, cells, text.slice(start, neighbour.start), neighbour);
      if (index < 0) splices.insert(start, lines + blank);
      else splices.insert(neighbour.end, blank + lines);
    }
  }
}

/** The first people of a list that was `[]`. */
export function emptyToBlock(edit: YamlEdit, { start, end }: YamlList, added: Map<string, string>[]): void {
  const { text, splices } = edit;
  const pad = text.slice(lineStart(text, start), start);
  const lines = added.map((cells) => blockItem(edit, cells, pad)).join("");
  splices.replace(start, end, lines.slice(pad.length, -edit.lineEnd.length));
}

function blockItem(edit: YamlEdit, cells: Map<string, string>, pad: string, neighbour?: YamlItem): string {
  const [first] = neighbour?.fields ?? [];
  if (neighbour?.flow) return `${pad}- ${flowItem(edit, cells, neighbour)}${edit.lineEnd}`;
  const onOneLine =
    neighbour && first && lineStart(edit.text, first.keyStart) === lineStart(edit.text, neighbour.start);
  const gap = onOneLine ? Math.max(neighbour.indent - pad.length - 1, 1) : 1;
  const indent = `${pad} ${" ".repeat(gap)}`;
  const lines = edit
    .ordered(cells)
    .map(
      ([column, value]) => `${keyText(column, first)}: ${edit.write(column, value, false)}${edit.lineEnd}`,
    );
  return `${pad}-${" ".repeat(gap)}${lines.join(indent)}`;
}

function blankBefore(text: string, items: readonly YamlItem[], index: number): boolean {
  const between = text.slice(items[index - 1]?.end, items[index]?.start);
  // What stands before the dash on its own line is no line.
  return between
    .split("\n")
    .slice(0, -1)
    .some((line) => line.trim() === "");
}

function startOfLine(text: string, { start }: YamlItem): number {
  const from = lineStart(text, start);
  if (text.slice(from, start).trim() !== "") {
    const message = "something stands before the dash; edit it by hand";
    throw new NotEditable({ line: lineAt(text, start), message });
  }
  return from;
}
