import type { Command } from "commander";
import { FileError, UsageError } from "../../../inventory/cli/errors";
import { note, readText } from "../../../inventory/cli/io";
import { approverAmong, parseApprovers } from "../approver";
import { approvalOf } from "../forge/place";
import { type Act, addPlaceOptions, type Context, type PlaceOptions } from "./options";

interface Options extends PlaceOptions {
  environment: string;
  approvers: string;
}

export function addApprover(program: Command, act: Act): void {
  const command = program
    .command("approver")
    .description("the e-mail of the person who approved this run on the forge")
    .requiredOption("--environment <name>", "the protected environment that the run waited for")
    .requiredOption(
      "--approvers <file>",
      "file with one line for each approver: login on the forge, e-mail in Notion",
    )
    .addHelpText("after", EXAMPLES)
    .action((options: Options) => act((context) => approver(context, options)));
  addPlaceOptions(command);
}

const EXAMPLES = `
It prints email=..., a line for $GITHUB_OUTPUT. It fails if nobody approved this attempt,
if the only approver asked for the run, or if the file does not name the approver.

Example:
  notion-ci approver --environment notion-incident --approvers .github/notion-approvers >> "$GITHUB_OUTPUT"`;

async function approver({ io, patience }: Context, options: Options): Promise<void> {
  const { environment, approvers: file } = options;
  const known = parseApprovers(readText(io, file));
  if ("problems" in known) throw new FileError(`${file} cannot be used:`, known.problems);
  if (environment.trim() === "")
    throw new UsageError("The environment is empty. Name it with --environment NAME.");
  const approval = await approvalOf(options, environment, io.env, patience);
  const { login, email } = approverAmong(approval, known.emails, { environment, file });
  note(io, `${login} approved this run: ${email}.`);
  io.stdout.write(`email=${email}\n`);
}
