import type { Command } from "commander";
import { readClock } from "../../provider/config";
import { UsageError } from "../cli/errors";
import { EXIT, type ExitCode } from "../cli/exit-code";
import { note, readText } from "../cli/io";
import { settingsOf } from "../live/connection";
import { accountsOf, type Declared, declaredAmong, groupIdsOf } from "../live/declared";
import { readWorkspace } from "../live/read-workspace";
import { readRosterFile } from "../live/roster";
import { readDeclared } from "../live/state";
import { doubtsOf } from "../live/workspace";
import {
  addOutputOptions,
  addStackOptions,
  type Context,
  type Run,
  rosterOption,
  type StackOptions,
  stackOf,
  stateOption,
} from "../options";
import { asOfOf } from "../output/document";
import { RESULT_FORMATS } from "../output/format";
import { type OutputOptions, printDocument } from "../output/output";
import { changesSince, parseBaseline } from "./baseline";
import { findDrift, unproven } from "./drift";
import { driftDocument } from "./drift-document";
import { driftReport, notCompared } from "./drift-report";
import { isIgnored, readIgnored } from "./ignore";

type Options = OutputOptions &
  StackOptions & { state?: string; baseline?: string; roster?: string; ignore?: string; exitZero: boolean };

export function addDrift(program: Command, run: Run): void {
  const command = program
    .command("drift")
    .description("differences between what a stack declares and what is in Notion")
    .addOption(stateOption())
    .option("--baseline <file>", "an earlier `report --format json`: also tell what changed since")
    .option(
      "--ignore <file>",
      "YAML with people and groups to leave out: `users:` and `groups:`, with comments",
    )
    .addOption(rosterOption())
    .option("--exit-zero", "exit with 0 although there is drift", false)
    .addHelpText("after", EXAMPLES)
    .action((options: Options) => run((context) => drift(context, options)));
  addStackOptions(addOutputOptions(command, RESULT_FORMATS), "by its state");
}

const EXAMPLES = `
Declared is what the stack's state holds since the last pulumi up or import. For people one by one
(NotionUser, NotionRoleAssignment) a refresh replaces it with what is in Notion. Declared groups are compared, too.
Exit codes: 0 no drift, 2 drift, 3 the listing could not be proven complete, 1 error, 64 wrong usage.

Examples:
  notion-inventory drift --stack prod
  notion-inventory drift --state state.json --format markdown --mask
  notion-inventory drift --stack prod --roster members.csv --output drift.sarif
  notion-inventory drift --stack prod --baseline monday.json --ignore ignore.yaml

An ignore file:
  users:
    - robot@example.com    # makes the backups
    - "*@partner.example"  # looked after by others
  groups:
    - Everyone`;

/** Nobody is declared, nor is a group. */
const isNobody = ({ users, roles, groups }: Declared) => users.length + roles.length + groups.length === 0;

async function drift({ io, wire }: Context, options: Options): Promise<ExitCode> {
  const stack = stackOf(options, io);
  if (stack === undefined && options.state === undefined && options.baseline === undefined) {
    throw new UsageError(
      "Say what to compare with: --stack NAME, --state FILE (a `pulumi stack export`) or --baseline FILE (an earlier report).",
    );
  }
  const baseline =
    options.baseline === undefined
      ? undefined
      : parseBaseline(readText(io, options.baseline), options.baseline);
  const ignored = readIgnored(io, options.ignore);
  const clock = readClock(io.env, io.now);
  const roster =
    options.roster === undefined ? undefined : readRosterFile(io, options.roster, { tolerant: true });
  const declared = await readDeclared(io, { stack, state: options.state });
  if (declared !== undefined && isNobody(declared)) {
    note(
      io,
      "The state declares nobody, in no NotionWorkspace, NotionUser or NotionRoleAssignment: everybody counts as unmanaged.",
    );
  }

  const settings = await settingsOf(io, stack);
  const groups = groupIdsOf(declared);
  const read = await readWorkspace({ io, wire }, settings, {
    groups: baseline !== undefined || groups.length > 0,
    expected: {
      users: [...accountsOf(declared), ...(baseline?.users ?? [])],
      groups: [...groups, ...(baseline?.groups ?? [])],
    },
  });
  const { workspace, lookUps, gone } = read;
  const compared = baseline === undefined ? declaredAmong(groups, workspace.groups) : workspace.groups;
  const findings = declared === undefined ? [] : findDrift(declared, read, clock.now);
  const changes = baseline === undefined ? null : changesSince(baseline, workspace, gone);
  const report = driftReport({
    asOf: asOfOf(clock),
    incomplete: doubtsOf(workspace, compared),
    findings: findings.filter((finding) => !isIgnored(ignored, finding)),
    changes: changes?.filter((change) => !isIgnored(ignored, change)) ?? null,
    unproven: declared === undefined ? [] : unproven(declared, workspace, lookUps, clock.now),
    notCompared: declared === undefined ? [] : notCompared(declared),
  });
  printDocument(io, driftDocument(report, roster), options);
  if (!report.complete) return EXIT.incomplete;
  return report.inSync || options.exitZero ? EXIT.fine : EXIT.drift;
}
