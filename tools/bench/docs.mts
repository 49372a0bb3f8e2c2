import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../repository.mts";
import { circumstancesLine, markdown } from "./printing.mts";
import type { Results } from "./results.mts";
import {
  backendTable,
  compareTable,
  groupTable,
  hostsMemoryTable,
  hostsTable,
  limitTable,
  memoryTable,
  readmeTable,
  shortTable,
  startupTable,
  type Table,
  timeTable,
} from "./tables.mts";

/** What stands between the marks of each name. */
const FIGURES: Record<string, (results: Results) => string> = {
  readme: tablesOf(readmeTable),
  short: tablesOf(shortTable),
  time: tablesOf(timeTable),
  groups: tablesOf(groupTable),
  limit: tablesOf(limitTable),
  memory: tablesOf(memoryTable),
  backends: tablesOf(backendTable),
  compare: tablesOf(compareTable),
  startup: tablesOf(startupTable),
  hosts: tablesOf(hostsTable),
  hosts_memory: tablesOf(hostsMemoryTable),
  hosts_circumstances: ({ hosts }) => (hosts === undefined ? "" : circumstancesLine(hosts.circumstances)),
  circumstances: ({ scale }) => (scale === undefined ? "" : circumstancesLine(scale.circumstances)),
};

const PAGES = ["docs/bench.md", "README.md"];

function tablesOf(make: (results: Results) => Table[]): (results: Results) => string {
  return (results) => make(results).map(markdown).join("\n\n");
}

/** Puts the figures into the pages; what was not measured stays as it is. */
export function writeDocs(results: Results): void {
  for (const page of PAGES) {
    const file = join(repositoryRoot, page);
    writeFileSync(file, withFigures(readFileSync(file, "utf8"), results));
  }
}

/**
 * Pure: a page with the figures between `<!-- bench: name -->` and `<!-- /bench -->`.
 * @throws {Error} for a name that there are no figures of
 */
export function withFigures(page: string, results: Results): string {
  return page.replace(
    /(<!-- bench: (\w+) -->\n)([\s\S]*?)(<!-- \/bench -->)/g,
    (whole, begin: string, name: string, _old: string, end: string) => {
      const figures = FIGURES[name];
      if (figures === undefined) throw new Error(`There are no figures of the name ${name}.`);
      const text = figures(results);
      return text === "" ? whole : `${begin}\n${text}\n\n${end}`;
    },
  );
}
