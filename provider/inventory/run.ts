import { createRequire } from "node:module";
import { Command, CommanderError } from "commander";
import { UserError } from "../scim/errors";
import { addDoctor } from "./commands/doctor";
import { addDrift } from "./commands/drift";
import { addExport } from "./commands/export";
import type { Context } from "./commands/options";
import { addReport } from "./commands/report";
import { UsageError } from "./console/errors";
import { EXIT, type ExitCode } from "./console/exit-code";
import { type Io, note } from "./console/io";
import { visibleLines } from "./console/text";
import type { Wire } from "./reading/connection";

// By its own name: from source and from dist/ it is not equally far away.
const { version } = createRequire(__filename)("pulumi-notion/package.json") as { version: string };

const ABOUT = `
The token is read from NOTION_SCIM_TOKEN, another address than Notion's from NOTION_SCIM_BASE_URL;
with --stack, what is not set there is taken from the stack's configuration. Only GET requests are sent.

Exit codes: 0 fine, 2 drift, 3 the listing could not be proven complete, 1 any other error, 64 wrong usage.

Examples:
  notion-inventory report --only roles
  notion-inventory drift --stack prod
  notion-inventory export --output members.csv
  notion-inventory doctor`;

/**
 * Runs the program once.
 * @param args the command line without the program's own name
 * @returns the exit code; nothing is thrown
 */
export async function run(args: readonly string[], io: Io, wire: Wire = {}): Promise<ExitCode> {
  let code: ExitCode = EXIT.fine;
  try {
    const program = commandLine(io, async (work) => {
      code = await work({ io, wire });
    });
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    // Commander has printed its message (or the help that was asked for) already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.usage;
    if (error instanceof UserError) {
      note(io, `notion-inventory: ${error.message}`);
      return error instanceof UsageError ? EXIT.usage : EXIT.error;
    }
    note(io, "notion-inventory: this should not have happened, please report it:");
    io.stderr.write(`${visibleLines(stackOf(error))}\n`);
    return EXIT.error;
  }
}

function commandLine(
  io: Io,
  action: (work: (context: Context) => Promise<ExitCode>) => Promise<void>,
): Command {
  const program = new Command("notion-inventory")
    .description(
      "Who is in a Notion workspace, what drifted from the code, and the workspace as code. It only reads.",
    )
    .version(version)
    .exitOverride()
    .showHelpAfterError("(--help shows what is allowed)")
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText("after", ABOUT);
  addReport(program, action);
  addDrift(program, action);
  addExport(program, action);
  addDoctor(program, action);
  return program;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
