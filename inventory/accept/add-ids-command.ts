import type { Command } from "commander";
import { EXIT, type ExitCode } from "../cli/exit-code";
import { note } from "../cli/io";
import { formatCount } from "../cli/text";
import { editedRoster, writeOrPrint } from "../edit/roster-edit";
import { settingsOf } from "../live/connection";
import { accountsOf } from "../live/declared";
import { readWorkspace } from "../live/read-workspace";
import { readRosterFile } from "../live/roster";
import { readDeclared } from "../live/state";
import { addStackOptions, type Context, type Run, type StackOptions, stackOf, stateOption } from "../options";
import { addIds } from "./add-ids";

type Options = StackOptions & { roster: string; state?: string; write: boolean };

export function addAddIds(program: Command, run: Run): void {
  const command = program
    .command("add-ids")
    .description(
      "write Notion's ids into the `id` column of a roster, so that each row stays the same account",
    )
    .requiredOption("--roster <file>", "the CSV or YAML file")
    .addOption(stateOption())
    .option("--write", "write the file, whole or not at all, instead of a diff to stdout", false)
    .addHelpText("after", EXAMPLES)
    .action((options: Options) => run((context) => writeIds(context, options)));
  addStackOptions(command, "by its state");
}

const EXAMPLES = `
Existing ids stay. With --stack or --state a row gets the account that the last run knew;
without them, and for people who are not in the state, the account that has the e-mail.
Exit codes: 0 every row has its id, 2 some members are not found (stderr says who), 3 the listing could not be
proven complete, 1 error, 64 wrong usage.

Examples:
  notion-inventory add-ids --roster members.csv --stack prod
  notion-inventory add-ids --roster members.csv --stack prod --write`;

async function writeIds({ io, wire }: Context, options: Options): Promise<ExitCode> {
  const { roster: file, state, write } = options;
  const stack = stackOf(options, io);
  const roster = readRosterFile(io, file);
  const declared = await readDeclared(io, { stack, state });
  const settings = await settingsOf(io, stack);
  const expected = { users: accountsOf(declared) };
  const { workspace } = await readWorkspace({ io, wire }, settings, { expected });
  const { changes, left, notes } = addIds(roster, workspace.users, declared);
  const edited = editedRoster(file, roster, changes);
  writeOrPrint(io, file, roster.text, edited.text, write);

  for (const sentence of [...edited.notes, ...notes, ...left]) note(io, sentence);
  for (const sentence of workspace.incomplete) note(io, `INCOMPLETE: ${sentence}`);
  if (declared === undefined && changes.length > 0) {
    note(
      io,
      "The rows were found by e-mail. With --stack or --state a row gets the account that the last run knew.",
    );
  }
  note(io, closingLine(file, changes.length, write));
  if (workspace.incomplete.length > 0) return EXIT.incomplete;
  return left.length > 0 ? EXIT.drift : EXIT.fine;
}

function closingLine(file: string, ids: number, write: boolean): string {
  if (ids === 0) return `${file} stays as it is: every row that was found has its id.`;
  return write
    ? `${file}: ${formatCount(ids, "id")} added. Next: \`pulumi preview\`.`
    : `${file} would get ${formatCount(ids, "id")}; --write makes it so.`;
}
