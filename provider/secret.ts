import { inspect } from "node:util";

const REDACTED = "[redacted]";

/** A shorter value is a word of other sentences, or a part of one: hiding it would make those unreadable. */
export const SHORTEST_REDACTED = 12;

/** A secret text that prints as `[redacted]` wherever it is printed, logged or serialized. */
export class Secret {
  readonly #value: string;
  readonly #pattern: RegExp;

  constructor(value: string) {
    this.#value = value;
    this.#pattern = inAnyNotation(value);
  }

  /** Whether {@link Secret.scrub} takes this secret out of a text. */
  get canBeRedacted(): boolean {
    return this.#value.length >= SHORTEST_REDACTED;
  }

  /** The text itself. The transport is the only caller. */
  reveal(): string {
    return this.#value;
  }

  /**
   * A text for people without this secret: a server may repeat a token in an error. Data is never scrubbed. A secret
   * that is too short to be hidden stays.
   */
  scrub(text: string): string {
    return this.canBeRedacted ? this.#withoutCut(text.replace(this.#pattern, REDACTED)) : text;
  }

  /** Takes this secret out of every text of an error, its stack included. */
  scrubError(error: unknown): void {
    if (!(error instanceof Error)) return;
    for (const key of Object.getOwnPropertyNames(error)) {
      const text: unknown = Reflect.get(error, key);
      if (typeof text === "string") Reflect.set(error, key, this.scrub(text));
    }
  }

  /** A server's words end with "…" when they are long, perhaps in the middle of the secret. */
  #withoutCut(text: string): string {
    // From one cut to the next: a pattern would begin anew at each letter of a long word.
    const parts = text.split("…");
    return parts.map((part, index) => (index < parts.length - 1 ? this.#withoutRest(part) : part)).join("…");
  }

  #withoutRest(text: string): string {
    for (let length = this.#value.length - 1; length >= SHORTEST_REST; length -= 1) {
      if (text.endsWith(this.#value.slice(0, length))) return text.slice(0, -length) + REDACTED;
    }
    return text;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}

/** Fewer characters in front of a cut tell nothing of a secret. */
const SHORTEST_REST = 4;

/** Matches a text in any case, as it is and as a JSON string may spell it: `\/` for a slash, `\u0041` for any character. */
function inAnyNotation(text: string): RegExp {
  const characters = Array.from(text, (character) => {
    const hex = character.charCodeAt(0).toString(16).padStart(4, "0");
    return `(?:${'"\\/'.includes(character) ? "\\\\?" : ""}\\u${hex}|\\\\u${hex})`;
  });
  return new RegExp(characters.join("") || "(?!)", "gi");
}
