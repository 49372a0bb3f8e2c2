const MAX_QUOTED_CHARACTERS = 300;

/** A server's words as one harmless line: no control or bidirectional characters, not endless. */
export function printable(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  return line.length > MAX_QUOTED_CHARACTERS ? `${line.slice(0, MAX_QUOTED_CHARACTERS)}…` : line;
}
