import type { Command } from "commander";
import { addAccept } from "./commands/accept";
import { addAddIds } from "./commands/add-ids";
import { addCompare } from "./commands/compare";
import { addDoctor } from "./commands/doctor";
import { addDrift } from "./commands/drift";
import { addElevate } from "./commands/elevate";
import { addExport } from "./commands/export";
import type { Context } from "./commands/options";
import { addPlan } from "./commands/plan";
import { addReport } from "./commands/report";
import { addReview } from "./commands/review";
import { commandLine, runCommandLine } from "./console/command-line";
import { EXIT, type ExitCode } from "./console/exit-code";
import { type Io, withRedaction } from "./console/io";
import { maskEmails } from "./console/text";
import type { Wire } from "./reading/connection";

const NAME = "notion-inventory";
const DESCRIPTION =
  "Who is in a Notion workspace, what drifted from the code, what a preview would do, and the workspace as code. Of Notion it only reads.";
const ABOUT = `
The token is read from NOTION_SCIM_TOKEN, another address than Notion's from NOTION_SCIM_BASE_URL;
with --stack, what is not set there is taken from the stack's configuration. Only GET requests are sent.

Exit codes: 0 fine, 2 drift, or a plan that changes something (of accept: some that the file cannot say; of add-ids:
rows without an id; of review verify: something is still there), 3 the listing could not be proven complete,
1 any other error, 64 wrong usage.

Examples:
  notion-inventory report --only roles
  notion-inventory drift --stack prod
  notion-inventory plan --preview preview.json --roster members.csv
  notion-inventory accept --stack prod --roster members.csv
  notion-inventory compare --with okta.csv --roster members.csv
  notion-inventory export --output members.csv
  notion-inventory doctor`;

/**
 * Runs the program once.
 * @param args the command line without the program's own name
 * @returns the exit code; nothing is thrown
 */
export async function run(args: readonly string[], outside: Io, wire: Wire = {}): Promise<ExitCode> {
  const { io, mask } = maskable(withRedaction(outside));
  return runCommandLine(io, NAME, async () => {
    let code: ExitCode = EXIT.fine;
    const program = inventory(io, async (work) => {
      code = await work({ io, wire });
    });
    program.hook("preAction", (_, command) => {
      if (command.opts().mask === true) mask();
    });
    await program.parseAsync(args, { from: "user" });
    return code;
  });
}

/** The same world, in which notes and errors hold no whole e-mail address from `mask` on. */
function maskable(io: Io): { io: Io; mask: () => void } {
  let masks = false;
  const write = (text: string) => io.stderr.write(masks ? maskEmails(text) : text);
  return {
    io: { ...io, stderr: { ...io.stderr, write } },
    mask: () => {
      masks = true;
    },
  };
}

function inventory(
  io: Io,
  action: (work: (context: Context) => Promise<ExitCode>) => Promise<void>,
): Command {
  const program = commandLine(NAME, DESCRIPTION, ABOUT, io);
  addReport(program, action);
  addDrift(program, action);
  addPlan(program, action);
  addAccept(program, action);
  addAddIds(program, action);
  addCompare(program, action);
  addExport(program, action);
  addDoctor(program, action);
  addElevate(program, action);
  addReview(program, action);
  return program;
}
