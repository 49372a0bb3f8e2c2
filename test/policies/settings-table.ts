import { configSchemaOf } from "../../policies/config";
import type { Rule } from "../../policies/rule";

const HEADER = `| rule | what it asks for | stops before a write | default level | severity | settings and their defaults |
| --- | --- | --- | --- | --- | --- |`;

/** Whether what a rule objects to is never written, also in an update without a preview. */
const STOPS = { before: "yes", end: "no", both: "a declaration by itself" } as const;

/** The rules of a README: a table for each area, from the rules themselves. */
export function settingsTable(rules: readonly Rule[]): string {
  const areas = [...new Set(rules.map(({ area }) => area))];
  return areas
    .map((area) => {
      const rows = rules.filter((rule) => rule.area === area).map(rowOf);
      return `### ${area}\n\n${HEADER}\n${rows.join("\n")}`;
    })
    .join("\n\n");
}

function rowOf(rule: Rule): string {
  const settings = Object.entries(configSchemaOf(rule)?.properties ?? {}).map(
    ([name, schema]) => `\`${name}\`${defaultOf(schema)}: ${schema.description}`,
  );
  const [scope, ...others] = rule.scopes;
  const cells = [
    `\`${rule.name}\``,
    rule.description,
    STOPS[others.length > 0 || scope === undefined ? "both" : scope],
    rule.level,
    rule.severity,
    settings.join("<br>") || "–",
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** A longer default is not for reading. */
const LONGEST_DEFAULT = 200;

function defaultOf(schema: { default?: unknown }): string {
  if (schema.default === undefined) return "";
  const text = JSON.stringify(schema.default);
  return text.length > LONGEST_DEFAULT ? " (built in)" : ` = \`${text}\``;
}
