import { posix } from "node:path";
import type { Command } from "commander";
import { UsageError } from "../../../inventory/cli/errors";
import { note, writeWhole } from "../../../inventory/cli/io";
import { ForgeError } from "../forge/errors";
import { gitHubRunOf } from "../forge/place";
import { formatOrigin, type Origin } from "../text/origin";
import { type Act, addPlaceOptions, type Context, type PlaceOptions } from "./options";

interface Options extends PlaceOptions {
  headRepository: string;
  headBranch: string;
  headSha: string;
  base?: string;
  run: string;
  artifact: string;
  roster: string;
  note: string;
}

export function addPullRequest(program: Command, act: Act): void {
  const command = program
    .command("pull-request")
    .description("GitHub: the pull request of another run, and its roster, both from GitHub")
    .requiredOption("--head-repository <path>", "the repository of the branch, from the event workflow_run")
    .requiredOption("--head-branch <name>", "the branch")
    .requiredOption("--head-sha <sha>", "the commit of that run")
    .requiredOption("--run <id>", "the id of that run")
    .requiredOption("--roster <file>", "the roster; the file is replaced by the pull request's, as merged")
    .requiredOption("--note <file>", "file to write: Markdown above the plan, about changes outside the plan")
    .option("--base <branch>", "the branch that the pull request is for; default: the branch of this run")
    .option("--artifact <name>", "the artifact with the preview of that run", "notion-preview")
    .addHelpText("after", EXAMPLES)
    .action((options: Options) => act((context) => pullRequest(context, options)));
  addPlaceOptions(command);
}

const EXAMPLES = `
It prints two lines for $GITHUB_OUTPUT. number is empty if no open pull request has that commit. program says whose
program makes the plan:
  main  this branch's program: the pull request is from a fork, or changes only the roster
  own   the pull request's own program, which it changes: the plan uses the preview of its run
  none  there is no plan: the note says why

Example:
  notion-ci pull-request --head-repository "$HEAD_REPOSITORY" --head-branch "$HEAD_BRANCH" --head-sha "$HEAD_SHA" \\
    --run "$RUN" --roster members.csv --note note.md >> "$GITHUB_OUTPUT"`;

async function pullRequest({ io, patience }: Context, options: Options): Promise<void> {
  const { headRepository, headBranch, headSha, run, roster, artifact } = options;
  if (!/^[0-9a-f]{40,64}$/.test(headSha))
    throw new UsageError(`--head-sha is "${headSha}". Use the full SHA of a commit.`);
  if (!/^\d+$/.test(run)) throw new UsageError(`--run is "${run}". Use the number of a run.`);
  const base = options.base ?? /^refs\/heads\/(.+)$/.exec(io.env.GITHUB_REF ?? "")?.[1];
  if (base === undefined) throw new UsageError("The target branch is unknown. Name it with --base BRANCH.");
  const forge = gitHubRunOf(options, io.env, patience);
  const head = { repository: headRepository, branch: headBranch, sha: headSha };
  const pull = await forge.pullRequestOf(head, base);
  if (pull === undefined) {
    note(
      io,
      `No open pull request into ${base} has ${headRepository}:${headBranch} at ${headSha}. Nothing to do.`,
    );
    io.stdout.write("number=\nprogram=none\n");
    return;
  }
  const { number, isOwn, mergeSha } = pull;
  // As the forge names it: without `./`.
  const path = posix.normalize(roster);
  const text = mergeSha === undefined ? undefined : await forge.textAt(path, mergeSha);
  const others = (await forge.filesOf(number)).filter((file) => file !== path);
  const changesProgram = others.length > 0;
  const leftPreview = isOwn && changesProgram && (await forge.hasArtifact(run, artifact));
  const origin: Origin = {
    roster,
    others,
    program: text === undefined ? "none" : leftPreview ? "own" : "main",
    conflicts: mergeSha === undefined,
    request: "pull request",
  };
  if (text !== undefined && Buffer.byteLength(text) > MAX_ROSTER_BYTES)
    throw new ForgeError(
      `The ${roster} of pull request #${number} is larger than 20 MB, the most that is allowed.`,
    );
  writeWhole(io, [
    { file: options.note, text: formatOrigin(origin) },
    ...(text === undefined ? [] : [{ file: roster, text }]),
  ]);
  note(
    io,
    `Pull request #${number}, ${isOwn ? "from a branch of this repository" : "from a fork"}: program ${origin.program}.`,
  );
  io.stdout.write(`number=${number}\nprogram=${origin.program}\n`);
}

/** A roster of fifty thousand people has a tenth of that. */
const MAX_ROSTER_BYTES = 20_000_000;
