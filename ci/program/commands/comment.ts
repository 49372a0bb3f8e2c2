import { posix } from "node:path";
import type { Command } from "commander";
import { UsageError } from "../../../inventory/cli/errors";
import { holdsSomething, note, readText } from "../../../inventory/cli/io";
import { upsertComment } from "../comment";
import { ForgeError } from "../forge/errors";
import type { Forge } from "../forge/forge";
import { type Place, placeOf } from "../forge/place";
import { redact } from "../secrets";
import { fitMarkdown } from "../text/fit";
import { checkName, commentMarker } from "../text/marker";
import { formatOrigin } from "../text/origin";
import { planVerdictOf } from "../verdict";
import { type Act, addPlaceOptions, type Context, type PlaceOptions } from "./options";

interface Options extends PlaceOptions {
  name: string;
  body: string;
  exitCode: string;
  note?: string;
  roster?: string;
  pullRequest?: string;
  commit?: string;
}

export function addComment(program: Command, act: Act): void {
  const command = program
    .command("comment")
    .description("one comment with the plan on the pull or merge request, edited by later runs")
    .requiredOption("--name <name>", "the stack; each name has its own comment")
    .requiredOption("--body <file>", "Markdown from `notion-inventory plan --format markdown`")
    .requiredOption("--exit-code <number>", "the exit code of `notion-inventory plan`")
    .option("--note <file>", "Markdown above the plan, from `notion-ci pull-request`")
    .option("--roster <file>", "GitLab: the roster; names the other changed files above the plan")
    .option("--pull-request <number>", "default: the pull or merge request of the pipeline")
    .option("--commit <sha>", "GitHub: also set a status on this commit, red if the plan stops")
    .addHelpText("after", EXAMPLES)
    .action((options: Options) => act((context) => comment(context, options)));
  addPlaceOptions(command);
}

const EXAMPLES = `
It also comments if the plan stops. With exit code 1 or 3 and no file, the comment says that there is no plan, so that the
plan of an earlier push does not stay. This program then exits with 0: let a last step of the job fail with the exit code.

Examples:
  notion-inventory plan --preview preview.json --format markdown --exit-zero --output plan.md || code=$?
  notion-ci comment --name prod --body plan.md --exit-code "\${code:-0}"
  notion-ci comment --name prod --body plan.md --exit-code "$CODE" --roster members.csv
  notion-ci comment --name prod --body plan.md --exit-code "$CODE" --note note.md --pull-request "$NUMBER" --commit "$HEAD_SHA"`;

async function comment({ io, patience }: Context, options: Options): Promise<void> {
  const marker = commentMarker(checkName(options.name));
  const verdict = planVerdictOf(options.exitCode);
  const plan = holdsSomething(io, options.body) ? readText(io, options.body).trim() : "";
  if (plan === "" && verdict.state === "success")
    throw new UsageError(
      `${options.body} is empty or missing. With exit code ${options.exitCode} it must hold the plan.`,
    );
  const place = placeOf(options, io.env, patience);
  const { forge, runUrl } = place;
  const pullRequest = pullRequestOf(place, options);
  const run = runUrl === undefined ? "The run's log" : `[The run](${runUrl})`;
  const text = [
    options.note === undefined ? "" : readText(io, options.note).trim(),
    options.roster === undefined ? "" : await originOf(forge, pullRequest, options.roster),
    plan === "" ? `## Notion plan\n\n**No plan:** ${verdict.why}. See ${run.replace("The", "the")}.` : plan,
  ];
  const elsewhere = `${run.replace("The", "the")} has all of it`;
  const room = forge.bodyLimit - marker.length - 1;
  const whole = text.filter((part) => part !== "").join("\n\n");
  const body = `${marker}\n${fitMarkdown(redact(whole, io.env), room, elsewhere)}`;
  const outcome = await upsertComment(forge, pullRequest, marker, body);
  note(io, `${forge.name}: the comment about ${options.name} on ${pullRequest} is ${WORDS[outcome]}.`);
  if (options.commit !== undefined && forge.setStatus !== undefined) {
    const context = `Notion plan: ${options.name}`;
    const { state, why: description } = verdict;
    await forge.setStatus(options.commit, { context, state, description, runUrl });
    note(io, `${forge.name}: the status "${context}" of ${options.commit} is ${state}.`);
  }
}

/** The other files that the request changes, from the forge: its own code makes the plan. */
async function originOf(forge: Forge, pullRequest: number, roster: string): Promise<string> {
  if (forge.filesOf === undefined)
    throw new UsageError(
      "--roster is only for GitLab. On GitHub use --note with the file that `notion-ci pull-request` writes.",
    );
  const path = posix.normalize(roster);
  const others = (await forge.filesOf(pullRequest)).filter((file) => file !== path);
  return formatOrigin({ roster, others, program: "own", conflicts: false, request: "merge request" }).trim();
}

const WORDS = { written: "written", edited: "edited", unchanged: "unchanged" } as const;

function pullRequestOf(place: Place, { pullRequest }: Options): number {
  if (pullRequest !== undefined) {
    if (/^[1-9]\d*$/.test(pullRequest)) return Number(pullRequest);
    throw new UsageError(`--pull-request is "${pullRequest}". Use the number of a pull or merge request.`);
  }
  if (place.pullRequest !== undefined) return place.pullRequest;
  throw new ForgeError("This run is for no pull or merge request. Name one with --pull-request NUMBER.");
}
