import { inspect } from "node:util";

/** A secret text that prints as `[redacted]` wherever it is printed, logged or serialized. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The text itself. The transport is the only caller. */
  reveal(): string {
    return this.#value;
  }

  /** `text` without this secret, whoever put it there: a server may repeat a token in an error. */
  scrub(text: string): string {
    return this.#value === "" ? text : text.replaceAll(this.#value, "[redacted]");
  }

  toString(): string {
    return "[redacted]";
  }

  toJSON(): string {
    return "[redacted]";
  }

  [inspect.custom](): string {
    return "[redacted]";
  }
}
