import { escapeMarkdown, escapeMarkdownParagraph } from "../cli/markdown";
import type { Document, Section } from "./document";

/** GitHub takes a comment of 65,536 characters; GitLab and the others take more. */
const MAX_COMMENT_CHARACTERS = 65_000;
/** A longer cell could take the room of every row below it. */
const MAX_CELL_CHARACTERS = 1_000;

/** A report that can stand in a pull request's comment: rows that do not fit are counted, not shown. */
export function markdown(document: Document, sections: Section[]): string {
  const top = [
    `## ${escapeMarkdown(document.title)}`,
    ...(document.asOf === undefined ? [] : [`> ${escapeMarkdown(document.asOf)}`]),
    ...document.incomplete.map((sentence) => `> **Incomplete:** ${escapeMarkdown(sentence)}`),
    escapeMarkdownParagraph(document.summary),
  ].join("\n\n");
  let room = MAX_COMMENT_CHARACTERS - top.length;
  const parts = sections.map((section) => {
    const text = sectionText(section, room);
    room -= text.length + 2;
    return text;
  });
  return `${[top, ...parts].join("\n\n")}\n`;
}

function sectionText({ title, advice, columns, rows }: Section, room: number): string {
  const head = [
    `### ${escapeMarkdown(title)} (${rows.length})`,
    ...(advice === undefined ? [] : ["", advice]),
  ].join("\n");
  if (rows.length === 0) return head;
  const top = `${head}\n\n${line(columns.map(escapeMarkdown))}\n${line(columns.map(() => "---"))}`;
  const leftOut = (count: number) =>
    `\n\n${count} more rows do not fit in a comment; \`--format csv\` has them all.`;
  let text = top;
  for (const [index, row] of rows.entries()) {
    const next = `\n${line(row.map(cell))}`;
    if (text.length + next.length + leftOut(rows.length).length > room)
      return text + leftOut(rows.length - index);
    text += next;
  }
  return text;
}

function cell(text: string): string {
  const more = text.length - MAX_CELL_CHARACTERS;
  if (more <= 0) return escapeMarkdown(text);
  return `${escapeMarkdown(text.slice(0, MAX_CELL_CHARACTERS))}… (${more.toLocaleString("en-US")} more characters)`;
}

function line(cells: string[]): string {
  return `| ${cells.join(" | ")} |`;
}
