import type { Command } from "commander";
import { commandLine, runCommandLine } from "../../inventory/cli/command-line";
import { EXIT, type ExitCode } from "../../inventory/cli/exit-code";
import type { Io } from "../../inventory/cli/io";
import { addApprover } from "./commands/approver";
import { addComment } from "./commands/comment";
import { addIssue } from "./commands/issue";
import type { Context } from "./commands/options";
import { addPullRequest } from "./commands/pull-request";
import type { Patience } from "./forge/fetch-with-retry";
import { withRedaction } from "./secrets";

const NAME = "notion-ci";
const ABOUT = `
It runs in GitHub Actions and GitLab CI, which say by themselves where it is. The forge's token is read from
GITHUB_TOKEN or GITLAB_TOKEN; it needs none of Notion's and asks Notion for nothing.

Exit codes: 0 the forge shows what was asked for, 1 it does not, 64 wrong usage.

Examples:
  notion-ci comment --name prod --body plan.md --exit-code 0
  notion-ci issue --name prod --exit-code 2 --body drift.md`;

/**
 * Runs the program once.
 * @param args the command line without the program's own name
 * @param patience how it waits for a forge; default: as GitHub and GitLab ask for it
 * @returns the exit code; nothing is thrown
 */
export async function run(args: readonly string[], io: Io, patience: Patience = {}): Promise<ExitCode> {
  const safe = withRedaction(io);
  return runCommandLine(safe, NAME, async () => {
    const about = "Says in a pull request and in an issue what the plan and the drift of a stack are.";
    const program: Command = commandLine(NAME, about, ABOUT, safe);
    const act = (work: (context: Context) => Promise<void>) => work({ io: safe, patience });
    addComment(program, act);
    addIssue(program, act);
    addPullRequest(program, act);
    addApprover(program, act);
    await program.parseAsync(args, { from: "user" });
    return EXIT.fine;
  });
}
