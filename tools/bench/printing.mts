import TextTable from "cli-table3";
import type { Circumstances, Results } from "./results.mts";
import { allTables, type Table } from "./tables.mts";

/** The results as text for a terminal, one table for each question. */
export function terminal(results: Results): string {
  return allTables(results)
    .map(({ title, head, rows }) => {
      const table = new TextTable({ head: head.map(plain), style: { head: [], border: [] } });
      for (const row of rows) table.push(row.map(plain));
      return `${title}\n${table}`;
    })
    .join("\n\n");
}

const plain = (cell: string) => cell.replaceAll("`", "");

/** A table as Markdown, without its title. */
export function markdown({ head, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** How the figures of a section came about, in a sentence or two. */
export function circumstancesLine({
  cores,
  platform,
  node,
  pulumi,
  sdk,
  load,
  importMs,
}: Circumstances): string {
  return (
    `Made on ${cores} cores (${platform}), Node ${node}, Pulumi ${pulumi} with @pulumi/pulumi ${sdk}, ` +
    `simulator in a process of its own on the same machine; load average ${load.before} before and ${load.after} after. ` +
    `Loading @pulumi/pulumi takes a program ${importMs.sdk} ms, this package after it ${importMs.package} ms more.`
  );
}
