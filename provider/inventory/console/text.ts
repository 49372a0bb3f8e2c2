// Characters that a terminal or a page acts on rather than shows: controls (C0, C1, line and paragraph
// separators), those that turn the direction of the text around them, and those without a width, which make
// two addresses look alike. Letters of right-to-left scripts and the joiners inside words and emoji are text and stay.
const ACTIVE =
  /[\p{Cc}\u2028\u2029\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\u3164\ufeff\uffa0]/gu;

/** Somebody else's words as one harmless line: what would act on a terminal is shown as its escape. */
export function visible(text: string): string {
  return text.replace(ACTIVE, (character) => {
    if (character === "\n") return "\\n";
    if (character === "\t") return "\\t";
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
  });
}

/** The same of a text whose line breaks are its own. In JSON it stands for the same value. */
export function visibleLines(text: string): string {
  return text.split("\n").map(visible).join("\n");
}

// Looked for only where a word begins: from each of its letters on, a long one would take time that grows with
// the square of its length.
const EMAIL =
  /(?<![^\s@,;:"'`<>()/\\])([^\s@,;:"'`<>()/\\])[^\s@,;:"'`<>()/\\]*@([^\s@,;:"'`<>()]+\.[^\s@,;:"'`<>()]+)/gu;

/** A text whose e-mail addresses show their first letter and domain alone. */
export function maskEmails(text: string): string {
  return text.replace(EMAIL, "$1***@$2");
}

/** Order by code point: the same on every machine, whatever its language. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `1 member`, `2 members`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
