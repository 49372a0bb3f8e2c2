import type { Command } from "commander";
import { Option } from "commander";
import { instantOf, instantWords } from "../../provider/model/instant";
import { elevation } from "../../provider/roster/editing/elevation";
import { FileError } from "../cli/errors";
import { EXIT, type ExitCode } from "../cli/exit-code";
import { note } from "../cli/io";
import { editedRoster, writeOrPrint } from "../edit/roster-edit";
import { readRosterFile } from "../live/roster";
import type { Context, Run } from "../options";

interface Options {
  roster: string;
  who: string;
  role: string;
  for: string;
  reason: string;
  approvedBy: string;
  write: boolean;
}

export function addElevate(program: Command, run: Run): void {
  program
    .command("elevate")
    .description("write a temporary higher role into the roster, for an incident")
    .requiredOption("--roster <file>", "CSV or YAML")
    .requiredOption("--who <e-mail>", "a person in the roster")
    .addOption(
      new Option("--role <role>", "for the time of the incident")
        .choices(["membership_admin", "owner"])
        .makeOptionMandatory(),
    )
    .requiredOption("--for <length>", "from now on: 90m, 4h or 2d; at most 7d")
    .requiredOption("--reason <text>", "why, with the incident's number")
    .requiredOption("--approved-by <e-mail>", "another person")
    .option("--write", "write the file; default: print the edit as a unified diff", false)
    .addHelpText("after", EXAMPLES)
    .action((options: Options) => run((context) => elevate(context, options)));
}

const EXAMPLES = `
It sends Notion nothing: pulumi up gives the role, and a later one ends it. After its end the person has the role that
is declared for them today. If their membership has an end with a reason, that reason stays behind the new one.
It refuses somebody whose membership is over or has not begun, and an approver who is the same person.

Example:
  notion-inventory elevate --roster members.csv --who kestrel@example.com --role owner --for 4h \\
    --reason "INC-42: SSO is down" --approved-by olivia@example.com --write`;

async function elevate({ io }: Context, options: Options): Promise<ExitCode> {
  const { roster, who, role, for: lasts, reason, approvedBy } = options;
  const read = readRosterFile(io, roster);
  const wished = elevation(read.people, { who, role, lasts, reason, approvedBy }, io.now);
  if ("problems" in wished) {
    throw new FileError(`${roster} is not edited:`, wished.problems);
  }
  const edited = editedRoster(roster, read, [wished.change]);
  for (const sentence of edited.notes) note(io, sentence);
  writeOrPrint(io, roster, read.text, edited.text, options.write);
  const { roleUntil = "", roleThen = "" } = wished.change.kind === "set" ? wished.change.fields : {};
  const until = instantWords(instantOf(roleUntil, "until") ?? 0);
  const does = options.write ? "is to be" : "would be";
  note(io, `${who} ${does} ${role} until ${until}, then ${roleThen} (${reason}; approved by ${approvedBy}).`);
  return EXIT.fine;
}
