// Characters that a terminal or a page acts on rather than shows: controls (C0, C1, line and paragraph
// separators), those that turn the direction of the text around them, and those without a width, which make
// two addresses look alike. Letters of right-to-left scripts and the joiners inside words and emoji are text and stay.
const ACTIVE =
  /[\p{Cc}\u2028\u2029\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\u3164\ufeff\uffa0]/u;
// Commands in a pipeline's log: a runner of GitHub takes `##[…]` anywhere in a line and `::…` at its beginning, which a
// table may make of any word; Azure takes `##vso[`.
const COMMAND = /(?<=#)#(?=(?:vso)?\[)|(?<=^|\s):(?=:)/iu;
const SHOWN = new RegExp(`${ACTIVE.source}|${COMMAND.source}`, "giu");

/** Somebody else's words as one harmless line: what would act on a terminal or in a log is shown as its escape. */
export function sanitize(text: string): string {
  return text.replace(SHOWN, (character) => {
    if (character === "\n") return "\\n";
    if (character === "\t") return "\\t";
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
  });
}

/** The same of a text whose line breaks are its own. In JSON it stands for the same value. */
export function sanitizeLines(text: string): string {
  return text.split("\n").map(sanitize).join("\n");
}

// What stands around an address in a text; everything else may be part of one: `o'brien`, `a/b`.
const TOKEN = /[^\s,;:"<>()\\]+/gu;

/** A text whose e-mail addresses show their first letter and domain alone. */
export function maskEmails(text: string): string {
  if (!text.includes("@")) return text;
  return text.replace(TOKEN, (token) => {
    const parts = token.split("@");
    const isLocal = (index: number) => parts[index] !== "" && /[^.]\.[^.]/.test(parts[index + 1] ?? "");
    return parts.map((part, index) => (isLocal(index) ? `${firstOf(part)}***` : part)).join("@");
  });
}

/** The first letter, and the quotes or signs before it. */
function firstOf(local: string): string {
  return /^[^\p{L}\p{N}]*./u.exec(local)?.[0] ?? "";
}

/** Order by code point: the same on every machine, whatever its language. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `1 member`, `2 members`. */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
