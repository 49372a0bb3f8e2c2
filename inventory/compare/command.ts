import { type Command, Option } from "commander";
import { readClock } from "../../provider/config";
import { emailMatcher, foldEmail } from "../../provider/model/email";
import { firstNames } from "../../provider/plan/sentence";
import { groupNames } from "../../provider/roster/group-cell";
import { UsageError } from "../cli/errors";
import { EXIT, type ExitCode } from "../cli/exit-code";
import { type Io, note } from "../cli/io";
import { formatCount } from "../cli/text";
import { readIgnored } from "../drift/ignore";
import { editedRoster, printPatch } from "../edit/roster-edit";
import { settingsOf } from "../live/connection";
import type { Declared } from "../live/declared";
import { readWorkspace } from "../live/read-workspace";
import { type RosterFile, readRosterFile } from "../live/roster";
import { readDeclared } from "../live/state";
import { doubtsOf } from "../live/workspace";
import {
  addOutputOptions,
  addStackOptions,
  type Context,
  collect,
  type Run,
  type StackOptions,
  stackOf,
  stateOption,
} from "../options";
import { asOfOf, formatAsOf } from "../output/document";
import { type OutputOptions, printDocument } from "../output/output";
import { addSourceOptions, type SourceOptions, sourcesOf } from "../sources/command-options";
import { readMemberships } from "../sources/memberships";
import { isWorkspaceList } from "../sources/source";
import { compare } from "./compare";
import { comparisonDocument } from "./comparison-document";
import { type ComparisonReport, changesOf, comparisonReport } from "./comparison-report";
import { parseExpectations } from "./expectation";
import { groupsInColumn, groupsInList, parseGroupColumn, parseGroupNames } from "./expected-groups";
import { COMPARISON_KINDS, type ComparisonKind } from "./finding";
import { type ComparedGroups, comparedGroups } from "./groups";
import { addressesOf, declarationsOf, subjectsOf } from "./subject";

type Options = OutputOptions &
  StackOptions &
  SourceOptions & {
    state?: string;
    roster?: string;
    expect?: string[];
    expectGroups?: string[];
    groupName?: string[];
    shared?: string[];
    privileged?: string[];
    only?: ComparisonKind[];
    ignore?: string;
    edit: boolean;
    exitZero: boolean;
  };

export function addCompare(program: Command, run: Run): void {
  const command = addSourceOptions(
    program
      .command("compare")
      .description("members who left the company, and other differences from its lists of people"),
  )
    .addOption(stateOption())
    .option("--roster <file>", "the roster of the program: findings have its lines, and edits are proposed")
    .option(
      "--expect <column=value>",
      "people at a source who should be in Notion, such as department=Engineering (repeatable)",
      collect,
    )
    .option(
      "--expect-groups <[name:]column or file.csv>",
      "compare groups, too: the column of a source that lists everybody's groups, or a CSV of groups and their members (repeatable)",
      collect,
    )
    .option(
      "--group-name <name=name in Notion>",
      "a group that a source calls otherwise, such as eng-all=Engineering (repeatable)",
      collect,
    )
    .option(
      "--shared <pattern>",
      "a shared account: an e-mail, `*@bots.example`, `svc-*` (repeatable)",
      collect,
    )
    .option(
      "--privileged <e-mail>",
      "--edit may change the row of this owner or membership admin, too (repeatable)",
      collect,
    )
    .addOption(new Option("--only <kinds...>", "just findings of these kinds").choices(COMPARISON_KINDS))
    .option("--ignore <file>", "YAML with people to leave out, as for drift")
    .addOption(
      new Option("--edit", "print the findings as an edit of the roster: a unified diff")
        .default(false)
        .conflicts(["format", "mask"]),
    )
    .option("--exit-zero", "exit with 0 although something differs", false)
    .addHelpText("after", EXAMPLES)
    .action((options: Options) => run((context) => compareWithSources(context, options)));
  addStackOptions(addOutputOptions(command), "by its state");
}

const EXAMPLES = `
Nothing is changed, in Notion or in a file. Each finding says what to do, and --edit prints the edit as a patch.
Exit codes: 0 nothing differs, 2 something does, 3 the listing could not be proven complete, 1 error, 64 wrong usage.

Examples:
  notion-inventory compare --with okta=okta-2026-11-20.csv --roster members.csv --max-age 2d
  notion-inventory compare --with google.csv --with notion=members-export.csv --stack prod
  notion-inventory compare --with hr.csv --map "email=Work Email,end=Last day" --status "On leave=active"
  notion-inventory compare --with okta.csv --roster members.csv --expect department=Engineering --edit > leavers.patch
  notion-inventory compare --with okta.csv --expect-groups okta:groups --group-name eng-all=Engineering
  notion-inventory compare --with entra.csv --expect-groups memberships.csv --roster members.csv`;

async function compareWithSources({ io, wire }: Context, options: Options): Promise<ExitCode> {
  if (options.with === undefined) {
    throw new UsageError("Say what to compare with: --with okta.csv, the CSV export of a list of people.");
  }
  if (options.edit && options.roster === undefined) {
    throw new UsageError("--edit proposes an edit of the roster: name it with --roster members.csv.");
  }
  const clock = readClock(io.env, io.now);
  const sources = sourcesOf(options, io, clock.now);
  for (const { file, notes } of sources) for (const each of notes) note(io, `${file}: ${each}`);
  if (sources.every(isWorkspaceList)) {
    throw new UsageError(
      "Notion's own list says who is a guest, not who belongs to the company: add a list that does.",
    );
  }
  const expected = parseExpectations(options.expect ?? [], sources);
  const columns = (options.expectGroups ?? []).map((each) => parseGroupColumn(each, sources));
  const calledHere = parseGroupNames(options.groupName ?? []);
  if (calledHere.size > 0 && columns.length === 0)
    throw new UsageError("--group-name goes with --expect-groups, which says where a source has its groups.");
  const memberships = columns.flatMap((each) => ("file" in each ? [readMemberships(io, each.file)] : []));
  const ignored = readIgnored(io, options.ignore);
  const roster = options.roster === undefined ? undefined : readRosterFile(io, options.roster);
  const stack = stackOf(options, io);
  const declared = await readDeclared(io, { stack, state: options.state });

  const settings = await settingsOf(io, stack);
  const { workspace } = await readWorkspace({ io, wire }, settings, { groups: columns.length > 0 });
  const known = new Set(workspace.groups.map(({ name }) => name));
  const lists = [
    ...columns.flatMap((each) => ("file" in each ? [] : [groupsInColumn(each, sources, known, calledHere)])),
    ...memberships.map((each) => groupsInList(each, calledHere)),
  ];
  const groups =
    columns.length === 0
      ? undefined
      : comparedGroups(lists, workspace.groups, declaredNames(declared, roster));
  for (const sentence of notCompared(groups)) note(io, sentence);
  const incomplete =
    groups === undefined ? workspace.incomplete : doubtsOf(workspace, [...groups.groups.values()]);
  const declarations = declarationsOf(declared, roster);
  const subjects = subjectsOf(workspace.users, declarations, sources);
  const named = (options.privileged ?? []).map(foldEmail);
  const addresses = new Set(subjects.flatMap(addressesOf));
  const nobody = named.filter((each) => !addresses.has(each));
  if (nobody.length > 0)
    throw new UsageError(`--privileged ${nobody.join(", ")}: nobody here has that address.`);
  const { findings, unproven } = compare({
    subjects,
    sources,
    expected,
    knowsDeclared: declarations !== null,
    hasRoster: roster !== undefined,
    isShared: emailMatcher(options.shared ?? []),
    named,
    groups,
    // An entry that cannot be read may be anybody's.
    complete: workspace.incomplete.length === 0 && workspace.unreadable.size === 0,
    now: clock.now,
  });
  const isMeant = (who: string) => !ignored.person(who);
  const report = comparisonReport(
    {
      findings: findings.filter(({ who, kind }) => isMeant(who) && (options.only ?? [kind]).includes(kind)),
      unproven: unproven.filter(isMeant),
    },
    {
      sources,
      subjects: subjects.filter(({ email }) => isMeant(email)),
      all: findings.filter(({ who }) => isMeant(who)),
      named,
      groups,
      memberships,
      incomplete,
      asOf: asOfOf(clock),
    },
  );
  if (options.edit && roster !== undefined && options.roster !== undefined)
    printEdit(io, report, options.roster, roster, options);
  else printDocument(io, comparisonDocument(report), options);
  if (!report.complete) return EXIT.incomplete;
  return report.agrees || options.exitZero ? EXIT.fine : EXIT.drift;
}

/** The groups that a row may name, as far as it is known which groups the program declares. */
function declaredNames(declared: Declared | undefined, roster: RosterFile | undefined): Set<string> {
  return new Set([
    ...(declared?.groups ?? []).flatMap(({ kind, group }) =>
      kind === "NotionWorkspace" && group !== null ? [group] : [],
    ),
    ...(roster?.rows ?? []).flatMap(({ fields }) => groupNames(fields.groups)),
  ]);
}

/** So many names are told. */
const MOST_NAMED = 12;

/** Which groups are not compared, a sentence each. */
function notCompared(groups: ComparedGroups | undefined): string[] {
  const sentence = (names: readonly string[], why: string) =>
    names.length === 0
      ? []
      : [`Not compared: ${formatCount(names.length, "group")} ${why}: ${firstNames(names, MOST_NAMED)}.`];
  if (groups === undefined) return [];
  return [
    ...sentence(groups.onlyAtSources, "of the sources that Notion does not have"),
    ...sentence(groups.onlyInNotion, "of Notion that no source has"),
    ...sentence(groups.twice, "of Notion that share a name"),
  ];
}

/** The findings as a patch, and how many of them no edit covers. */
function printEdit(
  io: Io,
  report: ComparisonReport,
  file: string,
  roster: RosterFile,
  { output }: Options,
): void {
  const changes = changesOf(report);
  const edited = editedRoster(file, roster, changes);
  printPatch(io, file, roster.text, edited.text, output);
  const moment = formatAsOf(report.asOf);
  for (const sentence of [
    ...(moment === undefined ? [] : [moment]),
    ...report.incomplete.map((each) => `INCOMPLETE: ${each}`),
    ...report.doubts,
    ...edited.notes,
  ])
    note(io, sentence);
  const byHand = report.findings.length - changes.length;
  const rest =
    byHand === 0 ? "" : ` No edit covers ${formatCount(byHand, "finding")}: run it without --edit.`;
  note(io, `${formatCount(changes.length, "change")} of ${file} proposed; nothing was written.${rest}`);
}
