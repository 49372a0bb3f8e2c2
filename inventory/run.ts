import type { Command } from "commander";
import { commandLine, runCommandLine } from "./cli/command-line";
import { EXIT, type ExitCode } from "./cli/exit-code";
import { type Io, withRedaction } from "./cli/io";
import { maskEmails } from "./cli/text";
import type { Wire } from "./live/connection";
import type { Run } from "./options";

type Add = (program: Command, run: Run) => void;

/** In the order of `--help`. Loading all of them takes several times as long as loading one. */
const COMMANDS: Record<string, () => Promise<Add>> = {
  report: async () => (await import("./report/command.ts")).addReport,
  drift: async () => (await import("./drift/command.ts")).addDrift,
  plan: async () => (await import("./plan/command.ts")).addPlan,
  accept: async () => (await import("./accept/command.ts")).addAccept,
  "add-ids": async () => (await import("./accept/add-ids-command.ts")).addAddIds,
  compare: async () => (await import("./compare/command.ts")).addCompare,
  export: async () => (await import("./export/command.ts")).addExport,
  doctor: async () => (await import("./doctor/command.ts")).addDoctor,
  elevate: async () => (await import("./elevate/command.ts")).addElevate,
  review: async () => (await import("./review/command.ts")).addReview,
};

const NAME = "notion-inventory";
const DESCRIPTION =
  "Who is in a Notion workspace, what drifted from the code, what a preview would do, and the workspace as code. Of Notion it only reads.";
const ABOUT = `
NOTION_SCIM_TOKEN holds the token, and NOTION_SCIM_BASE_URL another address than Notion's. With --stack,
the stack's configuration supplies what is not set there. Only GET requests are sent.

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
    const program = commandLine(NAME, DESCRIPTION, ABOUT, io);
    for (const load of needed(args)) {
      const add = await load();
      add(program, async (work) => {
        code = await work({ io, wire });
      });
    }
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

/** The command that is named, alone; all of them where none is: for `--help`, or to find the nearest right word. */
function needed([name = ""]: readonly string[]): (() => Promise<Add>)[] {
  const named = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  return named === undefined ? Object.values(COMMANDS) : [named];
}
