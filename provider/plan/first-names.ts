/** Names in a sentence, cut where nobody reads on: `a, b and 3 more`. @param most so many are told */
export function firstNames(names: readonly string[], most: number): string {
  const rest = names.length > most ? ` and ${names.length - most} more` : "";
  return `${names.slice(0, most).join(", ")}${rest}`;
}
