import { sanitize } from "./text";

// What GitHub and GitLab turn into a link, a notification or a note elsewhere: mentions (@ada), issues (#12, GH-5),
// merge requests (!12), snippets, epics, milestones, labels ($12, &12, %3.1, ~bug), [issue:12], and addresses of pages.
// They look for them in what Markdown has made of the text, so that a backslash does not help; a word joiner does. To
// them an accented letter ends a word: é@ada is a mention.
const REFERENCE = /[#!$&](?=\d)|[%~](?=[\p{L}\p{N}_"])|\bG[HL]-(?=\d)|\[(?=\w+:\d)|:(?=\/\/)|\bwww(?=\.)/giu;
// Apart: a comparison without case takes the Kelvin sign for a k.
const MENTION = /(?<![A-Za-z0-9_])@(?=[A-Za-z0-9_])/g;
const WORD_JOINER = "\u2060";

/** Somebody else's words in a line of Markdown, shown as they are: no markup, no HTML, no reference, no command of a log. */
export function escapeMarkdown(text: string): string {
  return sanitize(text)
    .replace(REFERENCE, `$&${WORD_JOINER}`)
    .replace(MENTION, `$&${WORD_JOINER}`)
    .replace(/[\\`*_[\]|~#$]/g, "\\$&")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;");
}

/** The same as a paragraph of its own: it begins no list, heading, rule, block of code or quick action (/close) either. */
export function escapeMarkdownParagraph(text: string): string {
  return escapeMarkdown(text.trim()).replace(/^[-+=/]|^\d+(?=[.)])/, (mark) =>
    /\d/.test(mark) ? `${mark}\\` : `\\${mark}`,
  );
}
