const MAX_QUOTED_CHARACTERS = 300;

/** Text that may hold a server's words, without what would act on a terminal; line ends stay. */
export function sanitizeText(text: string): string {
  return text.replace(/(?!\n)[\p{Cc}\p{Cf}]/gu, " ");
}

/** A server's words as one harmless line: no control or bidirectional characters, not endless. */
export function sanitizeLine(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  return line.length > MAX_QUOTED_CHARACTERS ? `${line.slice(0, MAX_QUOTED_CHARACTERS)}…` : line;
}
