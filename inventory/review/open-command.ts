import { basename, isAbsolute, join, resolve } from "node:path";
import type { Command } from "commander";
import { EXIT, type ExitCode } from "../cli/exit-code";
import { type Io, note, sha256 } from "../cli/io";
import { formatCount } from "../cli/text";
import { VERSIONS } from "../cli/versions";
import { settingsOf } from "../live/connection";
import { readWorkspace } from "../live/read-workspace";
import { readRosterFile } from "../live/roster";
import { readDeclared } from "../live/state";
import { doubtsOf } from "../live/workspace";
import { addStackOptions, type Context, collect, type Run, type StackOptions, stackOf } from "../options";
import { addSourceOptions, type SourceOptions, sourcesOf } from "../sources/command-options";
import { readEarlierLists } from "./earlier-lists";
import { FILES, rosterCopyOf } from "./files";
import { type Manifest, manifestText } from "./manifest";
import { MARKS, type Person } from "./person";
import { populationOf } from "./population";
import { populationCsv } from "./population-csv";
import { makeFolder, sumsText, writeFiles } from "./review-folder";
import { reviewPage } from "./review-page";
import { parseReviewers } from "./reviewers";
import { gitVersions, historyOf } from "./roster-history";

type Options = StackOptions &
  SourceOptions & { output: string; roster?: string; baseline: string[]; reviewer: string[] };

export function addReviewOpen(review: Command, run: Run): void {
  const command = review
    .command("open")
    .description("freeze the workspace's members in a new folder, with a page for decisions")
    .requiredOption("--output <folder>", "a new folder, such as reviews/2026-Q4")
    .option("--roster <file>", "who is declared, why, until when, and by the file's history since when")
    .option(
      "--baseline <file>",
      "an earlier `report --format json`, or the folder of an earlier review: who had which role then (repeatable)",
      collect,
      [],
    )
    .option(
      "--reviewer <rule>",
      "who decides: an e-mail, `manager`, or group:, department:, domain:, role: with NAME=E-MAIL; the first that fits and is not the person themself (repeatable)",
      collect,
      [],
    )
    .addHelpText("after", EXAMPLES)
    .action((options: Options) => run((context) => open(context, options)));
  addSourceOptions(addStackOptions(command, "by its state"));
}

const EXAMPLES = `
Examples:
  notion-inventory review open --output reviews/2026-Q4
  notion-inventory review open --output reviews/2026-Q4 --roster members.csv --with okta.csv --baseline reviews/2026-Q3
  notion-inventory review open --output reviews/2026-Q4 --reviewer department:Sales=sam@example.com --reviewer manager --reviewer ciso@example.com`;

async function open({ io, wire }: Context, options: Options): Promise<ExitCode> {
  const reviewers = parseReviewers(options.reviewer);
  const sources = sourcesOf(options, io, io.now);
  const baselines = readEarlierLists(io, options.baseline);
  const roster = options.roster === undefined ? undefined : readRosterFile(io, options.roster);
  const stack = stackOf(options, io);
  const settings = await settingsOf(io, stack);
  const declared = await readDeclared(io, { stack });
  const versions = roster === undefined ? undefined : await gitVersions(resolve(io.cwd, roster.file));
  const history =
    roster === undefined || versions === undefined
      ? undefined
      : historyOf(named(roster.file), roster.text, versions);

  const { workspace, requests } = await readWorkspace({ io, wire }, settings, { groups: true });
  const doubts = [
    ...doubtsOf(workspace),
    ...(workspace.unreadable.size > 0
      ? [
          `${formatCount(workspace.unreadable.size, "member")} cannot be read, so that they could not be reviewed.`,
        ]
      : []),
  ];
  if (doubts.length > 0) {
    for (const sentence of doubts) note(io, `INCOMPLETE: ${sentence}`);
    note(
      io,
      "No review was opened: a population must be whole. Run it again when nobody is being added or removed.",
    );
    return EXIT.incomplete;
  }

  const people = populationOf({
    workspace,
    declared,
    roster: roster === undefined ? undefined : { file: named(roster.file), rows: roster.rows },
    sources,
    earlier: baselines.map(({ list }) => list),
    history,
    reviewers,
    now: io.now,
  });
  const openedAt = new Date(io.now).toISOString();
  const name = basename(resolve(io.cwd, options.output));
  const address = settings.baseUrl.href.replace(/\/$/, "");
  const population = populationCsv(openedAt, people);
  const copy = rosterCopyOf(roster ?? null);
  const manifest = manifestText({
    name,
    workspace: address,
    openedAt,
    counts: countsOf(people, workspace.groups.length),
    requests,
    versions: VERSIONS,
    reviewers: options.reviewer,
    stack: options.stack ?? null,
    roster:
      roster === undefined
        ? null
        : { file: named(roster.file), sha256: roster.sha256, commits: versions?.length ?? null },
    sources: sources.map(({ name, file, date, dateFrom, sha256, layout, records, notes }) => ({
      name,
      file: named(file),
      date,
      dateFrom,
      sha256,
      layout,
      people: records.length,
      notes,
    })),
    baselines: baselines.map(({ listed }) => listed),
    groups: workspace.groups.map(({ id, name }) => ({ id, name })),
    files: {
      [FILES.population]: { sha256: sha256(population), bytes: Buffer.byteLength(population) },
      ...(copy === undefined || roster === undefined
        ? {}
        : { [copy]: { sha256: roster.sha256, bytes: Buffer.byteLength(roster.text) } }),
    },
  });
  // Each names the one before it, so a change of one needs a change of all, and of the decisions.
  const page = reviewPage({
    name,
    workspace: address,
    openedAt,
    review: sha256(manifest),
    changedSince: baselines[0]?.list.name.replace(/^the review /, "") ?? null,
    people,
  });
  const files = {
    [FILES.population]: population,
    ...(copy === undefined || roster === undefined ? {} : { [copy]: roster.text }),
    [FILES.manifest]: manifest,
    [FILES.page]: page,
  };
  const sums = Object.entries(files).map(([file, text]) => [file, sha256(text)]);
  makeFolder(io, options.output);
  writeFiles(io, options.output, { ...files, [FILES.sums]: sumsText(Object.fromEntries(sums)) });
  printSummary(io, options.output, people, reviewers.length > 0);
  return EXIT.fine;
}

function printSummary(io: Io, folder: string, people: readonly Person[], hasReviewers: boolean): void {
  note(io, `${formatCount(people.length, "person", "people")} to review; nothing was changed in Notion.`);
  for (const mark of MARKS) {
    const count = people.filter(({ marks }) => marks.includes(mark)).length;
    if (count > 0) note(io, `  ${mark}: ${count}`);
  }
  const without = people.filter(({ reviewer }) => reviewer === null).length;
  if (hasReviewers && without > 0) {
    note(io, `  without a reviewer (anybody but themself may review them): ${without}`);
  }
  note(
    io,
    `Open ${join(folder, FILES.page)} in a browser, decide, and put the decisions that it exports into ${folder}.`,
  );
  note(io, `Then: notion-inventory review close ${folder}, which prints the edit, and again with --write.`);
}

function countsOf(people: readonly Person[], groups: number): Manifest["counts"] {
  const count = (keys: string[]) => {
    const counts: Record<string, number> = {};
    for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
    return counts;
  };
  return {
    people: people.length,
    byRole: count(people.map(({ role }) => role ?? "none")),
    byMark: count(people.flatMap(({ marks }) => marks)),
    groups,
    byReviewer: count(people.flatMap(({ reviewer }) => reviewer ?? [])),
    withoutReviewer: people.filter(({ reviewer }) => reviewer === null).length,
  };
}

/** A file as it was named, but for the folders of this machine. */
function named(file: string): string {
  return isAbsolute(file) ? basename(file) : file;
}
