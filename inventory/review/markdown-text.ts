import { escapeMarkdown } from "../cli/markdown";

/** A text that is Markdown already. Only {@link md} makes one, so that no text of a file gets into it raw. */
export interface Markdown {
  readonly markdown: string;
}

type Value = string | number | Markdown | readonly Markdown[];

/** Markdown with values in it: whatever is not Markdown itself is shown as text. Lists stand one below the other. */
export function md(parts: TemplateStringsArray, ...values: readonly Value[]): Markdown {
  const text = (value: Value): string => {
    if (typeof value === "number") return String(value);
    if (typeof value === "string") return escapeMarkdown(value);
    return "markdown" in value ? value.markdown : value.map(({ markdown }) => markdown).join("\n\n");
  };
  return {
    markdown: parts.reduce((done, part, index) => {
      const value = values[index - 1];
      return done + (value === undefined ? "" : text(value)) + part;
    }),
  };
}

/** Set apart as words in a sentence are. */
export function joined(parts: readonly Markdown[], separator: ", " | "; " | "\n" | "  \n"): Markdown {
  return { markdown: parts.map(({ markdown }) => markdown).join(separator) };
}

/** A table of texts. */
export function mdTable(columns: readonly string[], rows: readonly (readonly string[])[]): Markdown {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const lines = [
    line(columns),
    line(columns.map(() => "---")),
    ...rows.map((row) => line(row.map(escapeMarkdown))),
  ];
  return { markdown: lines.join("\n") };
}
