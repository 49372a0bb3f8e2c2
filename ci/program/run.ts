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
It runs in GitHub Actions and GitLab CI, and reads the repository and the run from their variables. It reads the
forge's token from GITHUB_TOKEN or GITLAB_TOKEN. It needs no token of Notion and sends no request to Notion.

Exit codes: 0 done, 1 not done, 64 wrong usage.

Examples:
  notion-ci comment --name prod --body plan.md --exit-code 0
  notion-ci issue --name prod --exit-code 2 --body drift.md`;

/**
 * Runs the program once.
 * @param args the command line without the program's own name
 * @param patience how long it waits for a forge; default: as GitHub and GitLab ask
 * @returns the exit code; nothing is thrown
 */
export async function run(args: readonly string[], io: Io, patience: Patience = {}): Promise<ExitCode> {
  const safe = withRedaction(io);
  return runCommandLine(safe, NAME, async () => {
    const about = "Shows the plan of a stack in a pull request, and its drift in an issue.";
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
