import { type Command, Option } from "commander";
import { readClock } from "../../provider/config";
import { UsageError } from "../cli/errors";
import { EXIT, type ExitCode } from "../cli/exit-code";
import { note } from "../cli/io";
import { notCompared } from "../drift/drift-report";
import { settingsOf } from "../live/connection";
import { unmatched } from "../live/filter";
import { readWorkspace } from "../live/read-workspace";
import { buildReport, REPORT_PARTS, type ReportPart } from "../live/report";
import { readDeclared } from "../live/state";
import { memberOf } from "../live/workspace";
import {
  addFilterOptions,
  addOutputOptions,
  addStackOptions,
  type Context,
  type FilterOptions,
  filterOf,
  parseDuration,
  type Run,
  type StackOptions,
  stackOf,
  stateOption,
} from "../options";
import { asOfOf } from "../output/document";
import { type OutputOptions, printDocument } from "../output/output";
import { type EndsReport, endsThrough } from "./expirations";
import { endsDocument } from "./expirations-document";
import { reportDocument } from "./report-document";

type Options = FilterOptions &
  OutputOptions &
  StackOptions & { only?: ReportPart; ending?: number; state?: string };

export function addReport(program: Command, run: Run): void {
  const command = program
    .command("report")
    .description("who is in the workspace, who holds which role, who is in which group")
    .addOption(new Option("--only <part>", "just one of the three").choices(REPORT_PARTS))
    .addOption(
      new Option(
        "--ending <time>",
        "list the access that ends within this time instead, such as 14d, from a stack's state",
      )
        .argParser(parseDuration)
        .conflicts(["only", "role", "domain", "group"]),
    )
    .addOption(stateOption())
    .addHelpText("after", EXAMPLES)
    .action((options: Options) =>
      run((context) =>
        options.ending === undefined ? report(context, options) : ending(context, options, options.ending),
      ),
    );
  addStackOptions(addOutputOptions(addFilterOptions(command)), "by its state");
}

const EXAMPLES = `
CSV holds one table: the members, or what --only names. --ending asks Notion for nothing.

Examples:
  notion-inventory report
  notion-inventory report --only roles --role owner --role membership_admin
  notion-inventory report --domain partner.example --format csv --output partners.csv
  notion-inventory report --format json --output baseline.json   # for drift --baseline
  notion-inventory report --ending 14d --stack prod              # also what is overdue`;

/** Who ends when, by the state alone. */
async function ending({ io }: Context, options: Options, withinMs: number): Promise<ExitCode> {
  const clock = readClock(io.env, io.now);
  const declared = await readDeclared(io, { stack: stackOf(options, io), state: options.state });
  if (declared === undefined) {
    throw new UsageError("Say whose ends: --stack NAME, or --state FILE (a `pulumi stack export`).");
  }
  const through = clock.now + withinMs;
  const report: EndsReport = {
    kind: "notion-inventory ends",
    version: 1,
    asOf: asOfOf(clock),
    through: new Date(through).toISOString(),
    ends: endsThrough(declared, clock.now, through),
  };
  for (const { person, resource, properties } of notCompared(declared)) {
    note(
      io,
      `Encrypted in the state, and so not looked at: ${properties.join(", ")} of ${person ?? resource}.`,
    );
  }
  printDocument(io, endsDocument(report, clock.now), options);
  return EXIT.fine;
}

async function report({ io, wire }: Context, options: Options): Promise<ExitCode> {
  if (options.state !== undefined)
    throw new UsageError("--state goes with --ending: members are listed by Notion.");
  const filter = filterOf(options);
  const settings = await settingsOf(io, stackOf(options, io));
  // Groups are asked for only where they are shown or chosen by.
  const needsGroups = options.only !== "roles" || filter.groups.length > 0;
  // Only the report is kept: what Notion said of 10,000 members takes more memory than what is printed of them.
  const report = await readWorkspace({ io, wire }, settings, { groups: needsGroups }).then(
    ({ workspace }) => {
      for (const sentence of unmatched(filter, workspace.users.map(memberOf), workspace.groups))
        note(io, sentence);
      return buildReport(workspace, { only: options.only, filter, mask: options.mask });
    },
  );
  printDocument(io, reportDocument(report), options);
  return report.complete ? EXIT.fine : EXIT.incomplete;
}
