import { UNKNOWN } from "../model/unknown";
import type { Secret } from "../secret";
import { isBag, type Properties } from "../state/properties";
import { HIDDEN, namesInState } from "../state/redaction";
import type { ResourceLifecycle } from "./resource-lifecycle";

/**
 * Fewer letters and digits are a word of many sentences (`en`, `IT`, `7`): they are looked for between quotation marks
 * alone, where this package puts what others say and values that it refuses. Its own sentences tell no such value.
 */
const LONG_ENOUGH = 4;

const WORD = /[\p{L}\p{M}\p{N}_]+/gu;
/** A server's words are cut when they are many, in the middle of a word or behind one. */
const CUT = /[^\p{L}\p{M}\p{N}_\s]* ?…/uy;

/**
 * Pure: the values among properties that the program made secret. The class names them, since the engine hands
 * values over in clear: by property, or of many people by person and property
 * (the empty name stands for the resource itself).
 */
export function secretValues({ redacted, people, members, ...own }: Properties): string[] {
  if (Array.isArray(redacted)) return valuesOf(own, redacted);
  if (!isBag(redacted)) return [];
  const bags: unknown = people ?? members;
  return Object.entries(redacted).flatMap(([who, names]) => {
    const theirs = who === "" ? { ...own, people, members } : isBag(bags) ? bags[who] : undefined;
    return isBag(theirs) && Array.isArray(names) ? valuesOf(theirs, names) : [];
  });
}

/**
 * What the program made secret, as far as the engine has handed it to this process: no line and no error tells it. It
 * is for the whole process, since what is said of one resource may be about the person of another one.
 */
export class SecretRedactor {
  /** No text shows it either, whatever its source; the session redacts it. */
  token: Secret | undefined;
  /** The present e-mail of a member, as the session knows it. */
  emailOf: (id: string) => string | undefined = () => undefined;
  /** Whose e-mail is secret, whichever it comes to be. */
  readonly #members = new Set<string>();
  /** The words of each value, by the first of them. */
  readonly #values = new Map<string, string[][]>();
  readonly #known = new Set<string>();

  /** Takes note of what is secret among the properties of a resource. */
  note(properties: unknown, id?: string): void {
    if (!isBag(properties)) return;
    for (const value of secretValues(properties)) this.#learn(value);
    const { redacted, userId = id } = properties;
    const hasSecretEmail = Array.isArray(redacted) && redacted.includes("userName");
    if (hasSecretEmail && typeof userId === "string") this.#members.add(userId);
  }

  /** A text with `[secret]` for each of the values: as whole words in any case, with whatever stands between them. */
  scrub(said: string): string {
    const text = this.token?.scrub(said) ?? said;
    for (const id of this.#members) this.#learn(this.emailOf(id) ?? "");
    if (this.#values.size === 0) return text;
    const words = wordsOf(text);
    let scrubbed = "";
    let kept = 0;
    for (let at = 0; at < words.length; ) {
      const length = this.#lengthAt(words, at, text);
      const [first, last] = [words[at], words[at + length - 1]];
      at += Math.max(1, length);
      if (length === 0 || first === undefined || last === undefined) continue;
      scrubbed += text.slice(kept, first.start) + HIDDEN;
      kept = last.end;
    }
    return scrubbed + text.slice(kept);
  }

  /** The same of an error, which is changed, and of the reasons in it. */
  scrubError(error: unknown): void {
    if (!(error instanceof Error)) return;
    error.message = this.scrub(error.message);
    if ("properties" in error) {
      this.note(error.properties);
      error.properties = this.#withoutCopies(error.properties as Properties);
    }
    if ("reasons" in error) error.reasons = (error.reasons as string[]).map((reason) => this.scrub(reason));
  }

  /**
   * A provider of which nothing tells what is secret: neither the reasons of a check, nor an error, nor what an output
   * shows beside what is declared.
   */
  around(provider: ResourceLifecycle): ResourceLifecycle {
    const quietly = async <T>(
      handed: readonly unknown[],
      call: () => Promise<T>,
      id?: string,
    ): Promise<T> => {
      for (const properties of handed) this.note(properties, id);
      try {
        return await call();
      } catch (error) {
        this.scrubError(error);
        throw error;
      }
    };
    return {
      check: (olds, news) =>
        quietly([olds, news], async () => {
          const { inputs, failures = [] } = await provider.check(olds, news);
          return {
            inputs,
            failures: failures.map(({ property, reason }) => ({ property, reason: this.scrub(reason) })),
          };
        }),
      diff: (id, olds, news) => quietly([olds, news], () => provider.diff(id, olds, news), id),
      create: (inputs) =>
        quietly([inputs], async () => {
          const { id, outs } = await provider.create(inputs);
          this.note(outs, id);
          return { id, outs: this.#withoutCopies(outs) };
        }),
      read: (id, props) =>
        quietly(
          [props],
          async () => {
            const result = await provider.read(id, props);
            this.note(result.props, id);
            return result;
          },
          id,
        ),
      update: (id, olds, news) =>
        quietly(
          [olds, news],
          async () => {
            const { outs } = await provider.update(id, olds, news);
            this.note(outs, id);
            return { outs: this.#withoutCopies(outs) };
          },
          id,
        ),
      delete: (id, props) => quietly([props], () => provider.delete(id, props), id),
    };
  }

  /** Outputs that are only shown, without what they repeat: a name may be made of the e-mail where there is none. */
  #withoutCopies<T extends Properties | undefined>(outs: T): T {
    if (outs === undefined || !Array.isArray(outs.unmanaged)) return outs;
    const shown = outs.unmanaged.map((key) => [key, mapTexts(outs[key], (text) => this.scrub(text))]);
    return { ...outs, ...Object.fromEntries(shown) };
  }

  #learn(value: string): void {
    const words = wordsOf(value).map(({ folded }) => folded);
    const [first] = words;
    const key = words.join(" ");
    if (first === undefined || value === UNKNOWN || this.#known.has(key)) return;
    this.#known.add(key);
    // The longest first: an e-mail rather than its first half.
    const others = this.#values.get(first) ?? [];
    this.#values.set(
      first,
      [...others, words].sort((a, b) => b.length - a.length),
    );
  }

  /** How many words from here on are a secret value, or what was left of one where the text was cut. */
  #lengthAt(words: readonly Word[], at: number, text: string): number {
    const first = words[at];
    if (first === undefined) return 0;
    const isCut = isCutBehind(text, first.end);
    const candidates = isCut ? [...this.#values.values()].flat() : (this.#values.get(first.folded) ?? []);
    for (const value of candidates) {
      const length = matchedWords(value, words.slice(at, at + value.length), text);
      const last = words[at + length - 1];
      if (last === undefined) continue;
      const letters = lettersIn(words.slice(at, at + length));
      if (letters >= LONG_ENOUGH || (lettersIn(value) < LONG_ENOUGH && isQuoted(text, first.start, last.end)))
        return length;
    }
    return 0;
  }
}

interface Word {
  folded: string;
  start: number;
  end: number;
}

function wordsOf(text: string): Word[] {
  return [...text.matchAll(WORD)].map(({ 0: word, index }) => ({
    folded: word.normalize("NFC").toLowerCase(),
    start: index,
    end: index + word.length,
  }));
}

function lettersIn(words: readonly (string | Word)[]): number {
  return words.reduce((sum, word) => sum + (typeof word === "string" ? word : word.folded).length, 0);
}

/** How many words of the text are those of the value: all of them, or those before a cut; else 0. */
function matchedWords(value: readonly string[], words: readonly Word[], text: string): number {
  for (const [index, wanted] of value.entries()) {
    const word = words[index];
    if (word === undefined) return 0;
    const isCut = isCutBehind(text, word.end);
    if (isCut && wanted.startsWith(word.folded)) return index + 1;
    if (word.folded !== wanted) return 0;
  }
  return value.length;
}

function isCutBehind(text: string, end: number): boolean {
  CUT.lastIndex = end;
  return CUT.test(text);
}

/** Whether a part of a text stands between the first and the last quotation mark of its line. */
function isQuoted(text: string, start: number, end: number): boolean {
  const before = text.slice(text.lastIndexOf("\n", start) + 1, start);
  const [after = ""] = text.slice(end).split("\n", 1);
  return before.includes('"') && after.includes('"');
}

function valuesOf(properties: Properties, names: readonly unknown[]): string[] {
  return names.flatMap((name) => namesInState(String(name)).flatMap((key) => textsIn(properties[key])));
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (!isBag(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mapTexts(each, change)]));
}
