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
    .description("one comment on the pull or merge request: written once, edited from then on")
    .requiredOption("--name <name>", "the stack; a comment for each name")
    .requiredOption("--body <file>", "Markdown, as `notion-inventory plan --format markdown` prints it")
    .requiredOption("--exit-code <number>", "with which `notion-inventory plan` ended")
    .option("--note <file>", "Markdown above it, as `notion-ci pull-request` writes it")
    .option("--roster <file>", "GitLab: say above it which other files the merge request changes")
    .option("--pull-request <number>", "default: the pull or merge request that the pipeline is for")
    .option("--commit <sha>", "GitHub: also set a status on this commit, red where the plan stops")
    .addHelpText("after", EXAMPLES)
    .action((options: Options) => act((context) => comment(context, options)));
  addPlaceOptions(command);
}

const EXAMPLES = `
A plan that stops is said, too: with exit code 1 or 3 and no file, the comment says that there is no plan, so that the one
of an earlier push does not stay. This program ends with 0 then: let a last step fail by the exit code.

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
    throw new UsageError(`${options.body} is empty or not there: there is nothing to say.`);
  const place = placeOf(options, io.env, patience);
  const { forge, runUrl } = place;
  const pullRequest = pullRequestOf(place, options);
  const run = runUrl === undefined ? "The run's log" : `[The run](${runUrl})`;
  const text = [
    options.note === undefined ? "" : readText(io, options.note).trim(),
    options.roster === undefined ? "" : await originOf(forge, pullRequest, options.roster),
    plan === "" ? `## Notion plan\n\n**No plan:** ${verdict.why}. ${run} says more.` : plan,
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

/** What else the request changes, as its forge tells it: its own code makes the plan. */
async function originOf(forge: Forge, pullRequest: number, roster: string): Promise<string> {
  if (forge.filesOf === undefined)
    throw new UsageError(
      "--roster is for GitLab. On GitHub `notion-ci pull-request` writes the note: say --note.",
    );
  const path = posix.normalize(roster);
  const others = (await forge.filesOf(pullRequest)).filter((file) => file !== path);
  return formatOrigin({ roster, others, program: "own", conflicts: false, request: "merge request" }).trim();
}

const WORDS = { written: "written", edited: "edited", unchanged: "as it was" } as const;

function pullRequestOf(place: Place, { pullRequest }: Options): number {
  if (pullRequest !== undefined) {
    if (/^[1-9]\d*$/.test(pullRequest)) return Number(pullRequest);
    throw new UsageError(`--pull-request is "${pullRequest}"; it must be a number.`);
  }
  if (place.pullRequest !== undefined) return place.pullRequest;
  throw new ForgeError("This run is for no pull or merge request; say which with --pull-request.");
}
