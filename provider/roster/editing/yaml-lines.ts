export function lineStart(text: string, at: number): number {
  return text.lastIndexOf("\n", at - 1) + 1;
}

/** Where the line after this one begins. */
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end + 1;
}

/** The same of something that may have ended with its line, as a text over several lines does. */
export function lineEndAfter(text: string, end: number): number {
  return text[end - 1] === "\n" ? end : lineEnd(text, end);
}

export function lineAt(text: string, at: number): number {
  return text.slice(0, at).split("\n").length;
}
