/** Lines that may go when there are too many: rows of a table, items of a list, what stands in a code block. */
type Kind = "frame" | "row" | "item" | "code";

interface Line {
  text: string;
  kind: Kind;
}

/**
 * Pure: a Markdown text that is at most `limit` characters long. Headings, sentences and heads of tables, which
 * hold the counts, stay whole; of rows, items and lines of code as many stay, from the top, as there is room for,
 * and what is left out is counted where it stood.
 * @param elsewhere where all of it can be read, as the end of a sentence: `the run's log has them all`
 */
export function fitMarkdown(markdown: string, limit: number, elsewhere: string): string {
  if (markdown.length <= limit) return markdown;
  const lines = classified(markdown);
  const leftOut = (count: number) =>
    `\n*${count} more ${count === 1 ? "line is" : "lines are"} left out here: ${elsewhere}.*\n`;
  const blocks = lines.filter(
    ({ kind }, index) => kind !== "frame" && kind !== lines[index - 1]?.kind,
  ).length;
  const frame = lines
    .filter(({ kind }) => kind === "frame")
    .reduce((sum, { text }) => sum + text.length + 1, 0);
  let room = limit - frame - blocks * (leftOut(lines.length).length + 2);
  if (room < 0) return hardCut(markdown, limit, elsewhere);

  const out: string[] = [];
  let dropped = 0;
  for (const [index, { text, kind }] of lines.entries()) {
    // The note stands behind a block, not in it: behind the fence of a code block, too.
    if (dropped > 0 && kind !== lines[index - 1]?.kind) {
      const note = leftOut(dropped);
      dropped = 0;
      if (lines[index - 1]?.kind === "code") {
        out.push(text, note);
        continue;
      }
      out.push(note);
    }
    if (kind === "frame") out.push(text);
    else if (dropped === 0 && text.length + 1 <= room) {
      room -= text.length + 1;
      out.push(text);
    } else dropped += 1;
  }
  if (dropped > 0) out.push(leftOut(dropped));
  return out.join("\n");
}

function classified(markdown: string): Line[] {
  let fence: string | undefined;
  let rows = 0;
  return markdown.split("\n").map((text): Line => {
    const mark = /^\s*(`{3,}|~{3,})/.exec(text)?.[1];
    if (fence !== undefined) {
      if (mark?.startsWith(fence) !== true) return { text, kind: "code" };
      fence = undefined;
      return { text, kind: "frame" };
    }
    if (mark !== undefined) {
      fence = mark;
      return { text, kind: "frame" };
    }
    rows = text.startsWith("|") ? rows + 1 : 0;
    // Its head and the line below it are what makes a table.
    if (rows > 2) return { text, kind: "row" };
    return { text, kind: /^\s*([-*+]|\d+\.)\s/.test(text) ? "item" : "frame" };
  });
}

/** Where even sentences and headings are too many. */
function hardCut(markdown: string, limit: number, elsewhere: string): string {
  const note = `\n\n*The rest is left out here: ${elsewhere}.*`;
  const kept = markdown.slice(0, Math.max(0, limit - note.length - 8));
  const whole = kept.slice(0, Math.max(kept.lastIndexOf("\n"), 0)) || kept;
  const fences = whole.split("\n").filter((line) => /^\s*```/.test(line)).length;
  return `${whole}${fences % 2 === 1 ? "\n```" : ""}${note}`;
}
