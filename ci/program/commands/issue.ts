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
    .description("one issue about drift: opened when there is some, closed when all is as declared")
    .requiredOption("--name <name>", "the stack; an issue for each name")
    .requiredOption("--exit-code <number>", "with which `notion-inventory drift` ended")
    .option("--body <file>", "what it printed as Markdown; needed with exit code 2")
    .option("--ending <file>", "what `notion-inventory report --ending` printed as Markdown")
    .option("--edit <file>", "what `notion-inventory accept` printed: the edit that would accept all of it")
    .addHelpText("after", EXAMPLES)
    .action((options: Options) => act((context) => issue(context, options)));
  addPlaceOptions(command);
}

const EXAMPLES = `
By exit code: 2 opens the issue or changes it; 0 closes it with a comment; 3 (an incomplete list) and any error
neither open nor close one: the open one says that it is of an earlier run. 130 and 143, a cancelled run, change nothing.

Example:
  notion-inventory drift --stack prod --format markdown --output drift.md || code=$?
  notion-ci issue --name prod --exit-code "\${code:-0}" --body drift.md`;

async function issue({ io, patience }: Context, options: Options): Promise<void> {
  const name = checkName(options.name);
  if (wasCancelled(options.exitCode)) {
    note(io, `The run was cancelled (exit code ${options.exitCode}): no issue is changed.`);
    return;
  }
  const verdict = verdictOf(options.exitCode);
  const drift = verdict.kind === "drift" ? needed(io, options) : "";
  const place = placeOf(options, io.env, patience);
  const run = place.runUrl === undefined ? "The last run" : `[The last run](${place.runUrl})`;
  const elsewhere = `${place.runUrl === undefined ? "the run" : `[the run](${place.runUrl})`} has all of it`;

  const marker = issueMarker(name);
  const body = issueBody(
    `${marker}\nThe members of the Notion workspace are not as the stack \`${name}\` declares them. This issue follows the nightly run by itself: it changes as the drift does, and closes once there is none.`,
    { drift, ending: textOf(io, options.ending), edit: textOf(io, options.edit) },
  );
  const why = verdict.kind === "unknown" ? verdict.why : "";
  const outcome = await upsertIssue(place.forge, name, `Notion drift: ${name}`, verdict, {
    drift: fitMarkdown(redact(body, io.env), place.forge.bodyLimit, elsewhere),
    unknown: `${marker}\n> **No answer:** ${why}. What follows is of an earlier run: it may be better or worse by now. ${run} says more.`,
    ended: {
      status: `${issueMarker(name, true)}\n> **Ended:** all is as the stack \`${name}\` declares it. What follows is how it was before.`,
      comment: `All is as the stack \`${name}\` declares it. ${run} found no drift.`,
    },
  });
  note(io, `${place.forge.name}: ${outcome}.`);
}

function needed(io: Io, { body }: Options): string {
  const text = body === undefined ? "" : readText(io, body);
  if (text.trim() !== "") return text;
  throw new UsageError("Exit code 2 is drift: say what it is by --body FILE, the Markdown of that run.");
}

/** A file that a step did not come to write says nothing. */
function textOf(io: Io, file: string | undefined): string | undefined {
  return file === undefined ? undefined : readText(io, file);
}
