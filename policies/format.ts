import type { Text } from "./value";

/** The most names in a sentence. */
const MOST_NAMED = 10;

/** `a, b and c`, shortened if there are many. */
export function formatList(names: readonly string[], most = MOST_NAMED, between = ", "): string {
  const shown = names.slice(0, most);
  if (names.length > most) return `${shown.join(between)} and ${names.length - most} more`;
  if (between !== ", ") return shown.join(between);
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}

/** Whether an e-mail is on a list; an unknown one is not. */
export function isAmong(email: Text, emails: readonly string[]): boolean {
  return typeof email === "string" && emails.includes(email);
}
