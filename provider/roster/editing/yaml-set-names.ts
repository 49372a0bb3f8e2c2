import { groupNames } from "../group-cell";
import { NotEditable } from "./change";
import { lineAt, lineEndAfter, lineStart } from "./yaml-lines";
import type { YamlEdit } from "./yaml-looks";
import type { YamlName, YamlNames } from "./yaml-names";

/** Makes a list name these and no others. Names that stay keep their place, and their line in a block. */
export function setNames(edit: YamlEdit, list: YamlNames, cell: string): void {
  const wanted = groupNames(cell);
  const nameOf = ({ scalar }: YamlName) => String(scalar.value);
  const kept = list.names.filter((each) => wanted.includes(nameOf(each)));
  const added = wanted.filter((name) => !kept.some((each) => nameOf(each) === name));
  if (list.flow) setInBrackets(edit, list, kept, added);
  else setLines(edit, list, kept, added);
}

function setInBrackets(
  { text, splices, writeName }: YamlEdit,
  { start, end, names }: YamlNames,
  kept: readonly YamlName[],
  added: readonly string[],
): void {
  const written = added.map((name) => writeName(name, true));
  const last = kept.at(-1);
  if (last === undefined) {
    refuseComment(text, start, end);
    splices.replace(start, end, `[${written.join(", ")}]`);
    return;
  }
  const [first] = kept;
  for (const [index, { start: from, end: to }] of names.entries()) {
    const each = names[index];
    if (each === undefined || kept.includes(each)) continue;
    const previous = names[index - 1];
    refuseComment(text, start, end);
    if (previous !== undefined && index > names.indexOf(first as YamlName)) splices.delete(previous.end, to);
    else splices.delete(from, names[index + 1]?.start ?? to);
  }
  if (written.length > 0) splices.insert(last.end, written.map((each) => `, ${each}`).join(""));
}

function setLines(
  { text, splices, lineEnd, writeName }: YamlEdit,
  { names }: YamlNames,
  kept: readonly YamlName[],
  added: readonly string[],
): void {
  const [first] = names;
  if (first === undefined) return;
  const pad = text.slice(lineStart(text, first.start), first.scalar.range?.[0] ?? first.start);
  const lines = added.map((name) => `${pad}${writeName(name, false)}${lineEnd}`).join("");
  for (const each of names) {
    if (!kept.includes(each)) splices.delete(lineStart(text, each.start), lineEndAfter(text, each.end));
  }
  const after = kept.at(-1) ?? names.at(-1) ?? first;
  splices.insert(lineEndAfter(text, after.end), lines);
}

/** A comment between names: whose it is cannot be told. */
function refuseComment(text: string, start: number, end: number): void {
  if (!/(^|\s)#/m.test(text.slice(start, end))) return;
  const message = "a comment stands in the brackets of groups; edit it by hand";
  throw new NotEditable({ line: lineAt(text, start), message });
}
