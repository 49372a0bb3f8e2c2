import type { Command } from "commander";
import { UsageError } from "../../../inventory/cli/errors";
import { type Io, note, readText } from "../../../inventory/cli/io";
import { placeOf } from "../forge/place";
import { issueBody } from "../issue/body";
import { upsertIssue } from "../issue/keep";
import { redact } from "../secrets";
import { fitMarkdown } from "../text/fit";
import { checkName, issueMarker } from "../text/marker";
import { verdictOf, wasCancelled } from "../verdict";
import { type Act, addPlaceOptions, type Context, type PlaceOptions } from "./options";

interface Options extends PlaceOptions {
  name: string;
  exitCode: string;
  body?: string;
  ending?: string;
  edit?: string;
}

export function addIssue(program: Command, act: Act): void {
  const command = program
    .command("issue")
    .description("one issue about drift: opens it when there is drift, closes it when there is none")
    .requiredOption("--name <name>", "the stack; each name has its own issue")
    .requiredOption("--exit-code <number>", "the exit code of `notion-inventory drift`")
    .option("--body <file>", "its output as Markdown; required with exit code 2")
    .option("--ending <file>", "the output of `notion-inventory report --ending` as Markdown")
    .option("--edit <file>", "the output of `notion-inventory accept`: the edit that accepts all drift")
    .addHelpText("after", EXAMPLES)
    .action((options: Options) => act((context) => issue(context, options)));
  addPlaceOptions(command);
}

const EXAMPLES = `
Exit code 2 opens the issue or changes it. 0 comments on it and closes it. 3 (an incomplete list) and errors neither
open nor close it: an open issue then says that it is of an earlier run. 130 and 143 (a cancelled run) change nothing.

Example:
  notion-inventory drift --stack prod --format markdown --output drift.md || code=$?
  notion-ci issue --name prod --exit-code "\${code:-0}" --body drift.md`;

async function issue({ io, patience }: Context, options: Options): Promise<void> {
  const name = checkName(options.name);
  if (wasCancelled(options.exitCode)) {
    note(io, `The run was cancelled (exit code ${options.exitCode}), so no issue is changed.`);
    return;
  }
  const verdict = verdictOf(options.exitCode);
  const drift = verdict.kind === "drift" ? needed(io, options) : "";
  const place = placeOf(options, io.env, patience);
  const run = place.runUrl === undefined ? "The last run" : `[The last run](${place.runUrl})`;
  const elsewhere = `${place.runUrl === undefined ? "the run" : `[the run](${place.runUrl})`} has all of it`;

  const marker = issueMarker(name);
  const body = issueBody(
    `${marker}\nThe members of the Notion workspace are not as the stack \`${name}\` declares them. The nightly run updates this issue, and closes it once there is no drift.`,
    { drift, ending: textOf(io, options.ending), edit: textOf(io, options.edit) },
  );
  const why = verdict.kind === "unknown" ? verdict.why : "";
  const outcome = await upsertIssue(place.forge, name, `Notion drift: ${name}`, verdict, {
    drift: fitMarkdown(redact(body, io.env), place.forge.bodyLimit, elsewhere),
    unknown: `${marker}\n> **No answer:** ${why}. The rest is of an earlier run and may be out of date. See ${run.replace("The", "the")}.`,
    ended: {
      status: `${issueMarker(name, true)}\n> **Ended:** the workspace is as the stack \`${name}\` declares it. The rest shows the drift before.`,
      comment: `The workspace is as the stack \`${name}\` declares it. ${run} found no drift.`,
    },
  });
  note(io, `${place.forge.name}: ${outcome}.`);
}

function needed(io: Io, { body }: Options): string {
  const text = body === undefined ? "" : readText(io, body);
  if (text.trim() !== "") return text;
  throw new UsageError("Exit code 2 means drift. Add the Markdown output of that run with --body FILE.");
}

/** The text of an optional file. */
function textOf(io: Io, file: string | undefined): string | undefined {
  return file === undefined ? undefined : readText(io, file);
}
