// Controls, marks of direction, characters without width, spaces and blanks other than the plain space.
const INVISIBLE =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u00a0\u115f\u1160\u17b4\u17b5\u2000-\u200a\u202f\u205f\u2800\u3000\u3164\uffa0]|\u034f/gu;

/** A text without what nobody sees in it. */
export function withoutInvisible(text: string): string {
  return text.replace(INVISIBLE, "");
}

/** A text in quotation marks for an error: invisible characters are named, as in `"ada<U+200B>@example.com"`. */
export function quoted(text: string): string {
  const names = new Set<string>();
  const shown = text.replace(INVISIBLE, (character) => {
    const name = nameOf(character);
    names.add(name);
    return `<${name}>`;
  });
  if (names.size === 0) return `"${text}"`;
  return `"${shown}" (${[...names].join(", ")} cannot be seen: delete ${names.size === 1 ? "it" : "them"})`;
}

/** The first or last character of a text that nobody sees, by its name; undefined where there is none. */
export function invisibleAtEdge(text: string): string | undefined {
  const characters = [...text];
  const edge = [characters.at(0) ?? "", characters.at(-1) ?? ""].find(
    (character) => character !== "" && withoutInvisible(character) === "",
  );
  return edge === undefined ? undefined : nameOf(edge);
}

function nameOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
