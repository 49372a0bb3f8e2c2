import { type Document, LineCounter, parseDocument, type Scalar } from "yaml";

/** A YAML file in which every value is a text: an employee number keeps its zeros, and a group may be called `On`. */
export interface YamlText {
  document: Document.Parsed;
  /** The line on which a node begins. */
  lineOf: (node: unknown) => number;
  errors: { line: number; message: string /** The key that stands twice. */; twice?: string }[];
}

export function parseYamlText(text: string): YamlText {
  const lines = new LineCounter();
  const content = text.replace(/^\uFEFF/, "");
  const document = parseDocument(content, {
    lineCounter: lines,
    prettyErrors: false,
    schema: "failsafe",
    uniqueKeys: true,
  });
  return {
    document,
    lineOf: (node) => {
      const range = (node as { range?: [number, number, number] | null } | null)?.range;
      return range ? lines.linePos(range[0]).line : 1;
    },
    errors: document.errors.map(({ code, message, pos: [at] }) => ({
      line: lines.linePos(at).line,
      message,
      ...(code === "DUPLICATE_KEY" && { twice: /^[^\s:]*/.exec(content.slice(at))?.[0] ?? "?" }),
    })),
  };
}

export function isEmptyScalar({ value, type }: Scalar): boolean {
  return value === null || value === "" || (type === "PLAIN" && isYamlNull(String(value)));
}

/** Whether a text that stands in YAML without quotes means nothing: then its field is not managed. `Null` is a family name. */
export function isYamlNull(text: string): boolean {
  return /^(?:null|NULL|~)$/.test(text);
}
