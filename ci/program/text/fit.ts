/** Lines that may be left out: rows of a table, items of a list, lines of a code block. A frame stays. */
type Kind = "frame" | "row" | "item" | "code";

interface Line {
  text: string;
  kind: Kind;
}

/**
 * Pure: shortens a Markdown text to `limit` characters. Headings, sentences and heads of tables hold the counts, so they
 * stay. Rows, items and lines of code stay from the top while there is room. The text counts the others in their place.
 * @param elsewhere where to read all of it, as the end of a sentence: `the run's log has all of it`
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
    // The note comes after a block, also after the closing fence of a code block.
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
    // The head and the line below it make the table.
    if (rows > 2) return { text, kind: "row" };
    return { text, kind: /^\s*([-*+]|\d+\.)\s/.test(text) ? "item" : "frame" };
  });
}

/** For a text whose sentences and headings alone are too long. */
function hardCut(markdown: string, limit: number, elsewhere: string): string {
  const note = `\n\n*The rest is left out here: ${elsewhere}.*`;
  const kept = markdown.slice(0, Math.max(0, limit - note.length - 8));
  const whole = kept.slice(0, Math.max(kept.lastIndexOf("\n"), 0)) || kept;
  const fences = whole.split("\n").filter((line) => /^\s*```/.test(line)).length;
  return `${whole}${fences % 2 === 1 ? "\n```" : ""}${note}`;
}
