import { Document, isMap, Scalar } from "yaml";
import { isYamlNull } from "../yaml-text";

/** How a text is written in YAML. */
export type ScalarStyle = "PLAIN" | "QUOTE_SINGLE" | "QUOTE_DOUBLE";

/**
 * What a text needs: nothing; quotes so that other readers take it for a text too (`no`, `007`); quotes in any
 * case; escapes, which double quotes alone have.
 */
export type ScalarKind = "plain" | "ambiguous" | "quoted" | "escaped";

// Marks that turn the text around, controls and line breaks: invisible as they are.
const ESCAPED = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;
const NOT_ESCAPED_BY_JSON = /[\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
const SURELY_PLAIN = /^[A-Za-z][\w.+-]*@[A-Za-z][\w.-]*$/;

const write = stringifier({ schema: "failsafe" });
const writeForOthers = stringifier({ schema: "core", compat: "yaml-1.1" });

export function kindOf(value: string, flow: boolean): ScalarKind {
  if (SURELY_PLAIN.test(value)) return "plain";
  if (ESCAPED.test(value)) return "escaped";
  if (/^["']/.test(write(value, "PLAIN", flow))) return "quoted";
  return /^["']/.test(writeForOthers(value, "PLAIN", flow)) ? "ambiguous" : "plain";
}

/** The text as a scalar on one line; in quotes if it needs them, whatever the style. In double quotes it is JSON. */
export function scalarText(value: string, style: ScalarStyle, flow: boolean): string {
  const needsQuotes = style === "PLAIN" && isYamlNull(value);
  if (style !== "QUOTE_DOUBLE" && !needsQuotes && !ESCAPED.test(value)) return write(value, style, flow);
  return JSON.stringify(value).replace(
    NOT_ESCAPED_BY_JSON,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** What the library writes as the value of a field, in a block or in braces. */
function stringifier(options: { schema: string; compat?: "yaml-1.1" }) {
  const document = new Document({ k: "" }, options);
  const layout = { flowCollectionPadding: false, lineWidth: 0 };
  return (value: string, style: ScalarStyle, flow: boolean): string => {
    const scalar = new Scalar(value);
    scalar.type = style;
    document.set("k", scalar);
    if (isMap(document.contents)) document.contents.flow = flow;
    const text = document.toString(layout);
    return flow ? text.slice("{k: ".length, -"}\n".length) : text.slice("k: ".length, -"\n".length);
  };
}
