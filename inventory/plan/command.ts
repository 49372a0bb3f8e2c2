import type { Command } from "commander";
import { readRunSettings } from "../../provider/config";
import { formatProblem } from "../../provider/roster/file-text";
import { EXIT, type ExitCode } from "../cli/exit-code";
import { note, readText } from "../cli/io";
import { readRosterFile } from "../live/roster";
import { addOutputOptions, type Context, type Run, rosterOption } from "../options";
import { asOfOf } from "../output/document";
import { RESULT_FORMATS } from "../output/format";
import { type OutputOptions, printDocument } from "../output/output";
import { planDocument } from "./plan-document";
import { planOfPreview, planStops } from "./plan-of-preview";
import { planReport } from "./plan-report";
import { parsePreview } from "./preview";

type Options = OutputOptions & { preview: string; roster?: string; exitZero: boolean };

export function addPlan(program: Command, run: Run): void {
  const command = program
    .command("plan")
    .description("what a preview would do to each person and group; sends no request")
    .requiredOption("--preview <file>", "what `pulumi preview --json` printed")
    .addOption(rosterOption())
    .option("--exit-zero", "exit with 0 although something changes", false)
    .addHelpText("after", EXAMPLES)
    .action((options: Options) => run(async (context) => plan(context, options)));
  addOutputOptions(command, RESULT_FORMATS);
}

const EXAMPLES = `
It needs neither a token nor the engine. What was secret in the preview is not shown.
Exit codes: 0 nothing changes, 2 something does, 3 the preview's messages do not match its
JSON: make it again, 1 the preview was stopped, or another error, 64 wrong usage.

Examples:
  pulumi preview --json > preview.json
  notion-inventory plan --preview preview.json --roster members.csv
  notion-inventory plan --preview preview.json --roster members.csv --format markdown --mask --output plan.md
  notion-inventory plan --preview preview.json --roster members.csv --output plan.sarif`;

function plan({ io }: Context, options: Options): ExitCode {
  const preview = parsePreview(readText(io, options.preview), options.preview);
  const run = readRunSettings({ env: io.env, config: (key) => preview.config[key] }, io.now);
  const roster =
    options.roster === undefined ? undefined : readRosterFile(io, options.roster, { tolerant: true });
  for (const problem of roster?.problems ?? []) note(io, formatProblem(roster?.path ?? "", problem));
  const report = planReport(planOfPreview(preview, run, options.preview), {
    asOf: asOfOf(run),
    roster,
    stops: planStops(preview.stops, roster),
  });
  printDocument(io, planDocument(report), options);
  if (report.stopped) return EXIT.error;
  if (!report.complete) return EXIT.incomplete;
  return report.changes.length + report.groups.length === 0 || options.exitZero ? EXIT.fine : EXIT.drift;
}
