import type { Command } from "commander";
import { UsageError } from "../../../provider/inventory/console/errors";
import { note, readText } from "../../../provider/inventory/console/io";
import { sayOnce } from "../comment";
import { ForgeError } from "../forge/errors";
import { type Place, placeOf } from "../forge/place";
import { fitted } from "../saying/fit";
import { checkName, commentMarker } from "../saying/marker";
import { scrubbed } from "../secrets";
import { type Act, addPlaceOptions, type Context, type PlaceOptions } from "./options";

interface Options extends PlaceOptions {
  name: string;
  body: string;
  pullRequest?: string;
  head?: string;
  headSha?: string;
}

export function addComment(program: Command, act: Act): void {
  const command = program
    .command("comment")
    .description("one comment on the pull or merge request: written once, edited from then on")
    .requiredOption("--name <name>", "the stack; a comment for each name")
    .requiredOption("--body <file>", "Markdown, as `notion-inventory plan --format markdown` prints it")
    .option("--pull-request <number>", "default: the pull or merge request that the pipeline is for")
    .option("--head <owner:branch>", "find it by the branch that another run was for; needs --head-sha")
    .option("--head-sha <sha>", "the commit of that run")
    .addHelpText("after", EXAMPLES)
    .action((options: Options) => act((context) => comment(context, options)));
  addPlaceOptions(command);
}

const EXAMPLES = `
A run for a fork's pull request has no token, and what it leaves behind is a stranger's word: have another run write
the comment (workflow_run), and let it find the pull request by --head and --head-sha, which GitHub vouches for.

Examples:
  notion-ci comment --name prod --body plan.md
  notion-ci comment --name prod --body plan.md --head "$HEAD" --head-sha "$HEAD_SHA"`;

async function comment({ io, patience }: Context, options: Options): Promise<void> {
  const marker = commentMarker(checkName(options.name));
  const text = readText(io, options.body).trim();
  if (text === "") throw new UsageError(`${options.body} is empty: there is nothing to say.`);
  const place = placeOf(options, io.env, patience);
  const { forge, runUrl } = place;
  const pullRequest = await pullRequestOf(place, options);
  if (pullRequest === undefined) {
    note(io, `No open pull request has ${options.head} at ${options.headSha}: nothing to comment on.`);
    return;
  }
  const elsewhere =
    runUrl === undefined ? "the run's log has all of it" : `[the run](${runUrl}) has all of it`;
  const room = forge.bodyLimit - marker.length - 1;
  const body = `${marker}\n${fitted(scrubbed(text, io.env), room, elsewhere)}`;
  const outcome = await sayOnce(forge, pullRequest, marker, body);
  note(io, `${forge.name}: the comment about ${options.name} on ${pullRequest} is ${WORDS[outcome]}.`);
}

const WORDS = { written: "written", edited: "edited", unchanged: "as it was" } as const;

async function pullRequestOf(place: Place, options: Options): Promise<number | undefined> {
  if (options.pullRequest !== undefined) {
    if (/^[1-9]\d*$/.test(options.pullRequest)) return Number(options.pullRequest);
    throw new UsageError(`--pull-request is "${options.pullRequest}"; it must be a number.`);
  }
  if (options.head !== undefined || options.headSha !== undefined) {
    const [, owner, branch] = /^([^:]+):(.+)$/.exec(options.head ?? "") ?? [];
    if (owner === undefined || branch === undefined || !/^[0-9a-f]{40,64}$/.test(options.headSha ?? ""))
      throw new UsageError("--head OWNER:BRANCH and --head-sha SHA go together.");
    return place.forge.pullRequestOf({ owner, branch, sha: options.headSha ?? "" });
  }
  if (place.pullRequest !== undefined) return place.pullRequest;
  throw new ForgeError(
    "This run is for no pull or merge request; say which with --pull-request, or with --head and --head-sha.",
  );
}
