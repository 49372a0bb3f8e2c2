import { FILE_HEADERS_ONLY, formatPatch, type StructuredPatch, structuredPatch } from "diff";

// Looking for what stayed takes time that grows with the square of the lines that differ: at this many up to a second.
const MAX_EDITED_LINES = 2_000;

/**
 * What changed in a file, as `git diff` shows it and `git apply` takes it; "" if nothing did. Where thousands
 * of lines differ, as with a new column, it is the whole file before and after.
 * @param file its path from the folder in which the patch will be applied
 */
export function unifiedDiff(file: string, before: string, after: string): string {
  if (before === after) return "";
  const [oldName, newName] = [`a/${file}`, `b/${file}`];
  const options = { context: 3, maxEditLength: MAX_EDITED_LINES };
  const patch = structuredPatch(oldName, newName, before, after, undefined, undefined, options);
  return formatPatch(patch ?? wholePatch(oldName, newName, before, after), FILE_HEADERS_ONLY);
}

function wholePatch(
  oldFileName: string,
  newFileName: string,
  before: string,
  after: string,
): StructuredPatch {
  const [oldLines, newLines] = [linesOf(before), linesOf(after)];
  const hunk = {
    oldStart: 1,
    oldLines: oldLines.length,
    newStart: 1,
    newLines: newLines.length,
    lines: [...marked("-", oldLines, before), ...marked("+", newLines, after)],
  };
  return { oldFileName, newFileName, oldHeader: undefined, newHeader: undefined, hunks: [hunk] };
}

const linesOf = (text: string) => text.replace(/\n$/, "").split("\n");

function marked(sign: "-" | "+", lines: string[], text: string): string[] {
  const noLineEnd = text.endsWith("\n") ? [] : ["\\ No newline at end of file"];
  return [...lines.map((line) => sign + line), ...noLineEnd];
}
