import type { Command } from "commander";
import { Option } from "commander";
import { EXIT, type ExitCode } from "../console/exit-code";
import { note } from "../console/io";
import { withProgress } from "../console/progress";
import { type OutputOptions, printDocument } from "../printing/output";
import { reportDocument } from "../printing/report-document";
import { settingsOf, withReader } from "../reading/connection";
import { unmatched } from "../reading/filter";
import { buildReport, REPORT_PARTS, type ReportPart } from "../reading/report";
import { memberOf, readWorkspace } from "../reading/workspace";
import {
  addFilterOptions,
  addOutputOptions,
  addStackOptions,
  type Context,
  type FilterOptions,
  filterOf,
  type StackOptions,
  stackOf,
} from "./options";

type Options = FilterOptions & OutputOptions & StackOptions & { only?: ReportPart };

export function addReport(
  program: Command,
  run: (work: (context: Context) => Promise<ExitCode>) => Promise<void>,
) {
  const command = program
    .command("report")
    .description("who is in the workspace, who holds which role, who is in which group")
    .addOption(new Option("--only <part>", "just one of the three").choices(REPORT_PARTS))
    .addHelpText("after", EXAMPLES)
    .action((options: Options) => run((context) => report(context, options)));
  addStackOptions(addOutputOptions(addFilterOptions(command)));
}

const EXAMPLES = `
CSV holds one table: the members, or what --only names.

Examples:
  notion-inventory report
  notion-inventory report --only roles --role owner --role membership_admin
  notion-inventory report --domain partner.example --format csv --output partners.csv
  notion-inventory report --format json --output baseline.json   # for drift --baseline`;

async function report({ io, wire }: Context, options: Options): Promise<ExitCode> {
  const filter = filterOf(options);
  const settings = await settingsOf(io, stackOf(options, io));
  // Groups are asked for only where they are shown or chosen by.
  const needsGroups = options.only !== "roles" || filter.groups.length > 0;
  // Only the report is kept: what Notion said of 10,000 members takes more memory than what is printed of them.
  const { report, slips } = await withReader(io, settings, wire, (reader) =>
    withProgress(io, "Reading members and groups", async (progress) => {
      const workspace = await readWorkspace(reader, { users: true, groups: needsGroups }, progress);
      const slips = unmatched(filter, workspace.users.map(memberOf), workspace.groups);
      return { slips, report: buildReport(workspace, { only: options.only, filter, mask: options.mask }) };
    }),
  );
  for (const sentence of slips) note(io, sentence);
  printDocument(io, reportDocument(report), options);
  return report.complete ? EXIT.fine : EXIT.incomplete;
}
