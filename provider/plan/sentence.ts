/** Names in a sentence, cut where nobody reads on: `a, b and 3 more`. @param most so many are told */
export function firstNames(names: readonly string[], most: number): string {
  const rest = names.length > most ? ` and ${names.length - most} more` : "";
  return `${names.slice(0, most).join(", ")}${rest}`;
}

/** A number for people: `1,200`. */
export const count = (number: number) => number.toLocaleString("en");

/** A number and what it counts: `1 person`, `2 people`. */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}
