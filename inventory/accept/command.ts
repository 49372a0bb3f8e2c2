import type { Command } from "commander";
import { readClock } from "../../provider/config";
import { emailOf, foldEmail } from "../../provider/model/email";
import type { User } from "../../provider/model/record";
import { FileError, UsageError } from "../cli/errors";
import { EXIT, type ExitCode } from "../cli/exit-code";
import { note } from "../cli/io";
import { formatCount } from "../cli/text";
import { findDrift, unproven } from "../drift/drift";
import { notCompared } from "../drift/drift-report";
import type { Finding } from "../drift/finding";
import { isIgnored, readIgnored } from "../drift/ignore";
import { editedRoster, writeOrPrint } from "../edit/roster-edit";
import { ATTRIBUTES, type Attribute } from "../export/adoption";
import { settingsOf } from "../live/connection";
import { accountsOf, declaredAmong, groupIdsOf } from "../live/declared";
import { readWorkspace } from "../live/read-workspace";
import { readRosterFile } from "../live/roster";
import { readDeclared } from "../live/state";
import { doubtsOf } from "../live/workspace";
import {
  addStackOptions,
  type Context,
  parseAttributes,
  type Run,
  type StackOptions,
  stackOf,
  stateOption,
} from "../options";
import { asOfOf, formatAsOf } from "../output/document";
import { acceptDrift } from "./acceptance";

type Options = StackOptions & {
  roster: string;
  state?: string;
  who?: string[];
  ignore?: string;
  attributes?: Attribute[];
  write: boolean;
};

export function addAccept(program: Command, run: Run): void {
  const command = program
    .command("accept")
    .description("write drift into the roster: the edit declares what is in Notion")
    .requiredOption("--roster <file>", "the CSV or YAML file that the stack's NotionWorkspace reads")
    .addOption(stateOption())
    .option(
      "--who <emails>",
      "only these people, separated by commas (repeatable); default: all",
      (text, before: string[] = []) => [...before, ...text.split(",").map((each) => each.trim())],
    )
    .option("--ignore <file>", "leave out the same people as `drift --ignore`")
    .option(
      "--attributes <list>",
      `declare these too of people who are added, separated by commas. Default: e-mail and role alone. Known: ${ATTRIBUTES.join(", ")}`,
      parseAttributes,
    )
    .option("--write", "write the file, whole or not at all, instead of a diff to stdout", false)
    .addHelpText("after", EXAMPLES)
    .action((options: Options) => run((context) => accept(context, options)));
  addStackOptions(command, "by its state");
}

const EXAMPLES = `
Neither Notion nor the state changes. After the edit \`pulumi up --refresh\` finds what is declared.
A cell that was edited since the last run stays as it is, and nobody gets more time. Who came into an exact group, or was
taken out of a declared one, has a group more or less in their row.
Exit codes: 0 nothing is left, 2 some drift cannot be in the file (stderr says what), 3 the listing could not be
proven complete (then nobody is taken out), 1 error, 64 wrong usage.

Examples:
  notion-inventory accept --stack prod --roster members.csv
  notion-inventory accept --stack prod --roster members.csv --who ada@example.com,bob@example.com --write
  notion-inventory accept --stack prod --roster members.csv | git apply`;

async function accept({ io, wire }: Context, options: Options): Promise<ExitCode> {
  const stack = stackOf(options, io);
  const clock = readClock(io.env, io.now);
  const { asOf } = clock;
  if (asOf !== undefined && options.write) {
    throw new UsageError(
      `NOTION_AS_OF is ${asOf}: it shows how it would be then, and nothing is written. Unset it to write.`,
    );
  }
  const roster = readRosterFile(io, options.roster);
  const ignored = readIgnored(io, options.ignore);
  const declared = await readDeclared(io, { stack, state: options.state });
  if (declared === undefined) {
    throw new UsageError("Say what drifted: --stack NAME, or --state FILE (a `pulumi stack export`).");
  }
  const settings = await settingsOf(io, stack);
  const groups = groupIdsOf(declared);
  const read = await readWorkspace({ io, wire }, settings, {
    groups: groups.length > 0,
    expected: { users: accountsOf(declared), groups },
  });
  const { workspace, lookUps } = read;
  const doubts = doubtsOf(workspace, declaredAmong(groups, workspace.groups));
  const live = new Map(workspace.users.map((user) => [user.id, user]));
  const doubtful = unproven(declared, workspace, lookUps, clock.now);
  const drift = findDrift(declared, read, clock.now).filter((finding) => !isIgnored(ignored, finding));
  const named = new Set((options.who ?? []).map(foldEmail));
  const findings = named.size === 0 ? drift : chosen(drift, live, named, doubtful);

  const attributes = options.attributes ?? [];
  const accepted = acceptDrift(findings, { declared, live, roster, now: clock.now, attributes, named });
  const edited = editedRoster(options.roster, roster, accepted.changes);
  writeOrPrint(io, options.roster, roster.text, edited.text, options.write);

  const moment = formatAsOf(asOfOf(clock));
  if (moment !== undefined) note(io, moment);
  for (const sentence of [...edited.notes, ...accepted.notes]) note(io, sentence);
  for (const sentence of accepted.left) note(io, `Not in the edit: ${sentence}`);
  for (const email of named.size === 0 ? doubtful : [])
    note(io, `Not in the edit: ${email}, who is not listed and not proven gone.`);
  for (const { person, resource, properties } of notCompared(declared))
    note(io, `Not compared, encrypted in the state: ${properties.join(", ")} of ${person ?? resource}.`);
  for (const sentence of doubts) note(io, `INCOMPLETE: ${sentence}`);
  note(
    io,
    closingLine(
      options,
      accepted.changes.map(({ kind }) => kind),
    ),
  );
  if (doubts.length > 0) return EXIT.incomplete;
  return accepted.left.length === 0 ? EXIT.fine : EXIT.drift;
}

/** The findings about the named people. @throws {FileError} with the names that have none */
function chosen(
  drift: readonly Finding[],
  live: ReadonlyMap<string, User>,
  named: ReadonlySet<string>,
  doubtful: readonly string[],
): Finding[] {
  const namesOf = ({ who, person, id }: Finding) => {
    const user = live.get(id ?? "");
    return [who, person ?? who, user === undefined ? who : emailOf(user)].map(foldEmail);
  };
  const met = new Set(drift.flatMap(namesOf));
  const absent = [...named].filter((name) => !met.has(name));
  if (absent.length > 0) {
    const why = absent.map((name) =>
      doubtful.includes(name) ? `${name} is not listed, and not proven gone` : `${name} has no drift`,
    );
    throw new FileError(
      `--who: nothing to accept: ${why.join("; ")}. Nothing was edited. ` +
        "Run `notion-inventory drift` to see what differs.",
    );
  }
  return drift.filter((finding) => namesOf(finding).some((name) => named.has(name)));
}

function closingLine({ roster, write }: Options, kinds: ("set" | "add" | "remove")[]): string {
  if (kinds.length === 0) return `${roster} stays as it is: no drift is to be declared in it.`;
  const many = (kind: string) => kinds.filter((each) => each === kind).length;
  const counts = [
    ...(many("set") > 0 ? [`${formatCount(many("set"), "row")} changed`] : []),
    ...(many("add") > 0 ? [`${formatCount(many("add"), "row")} added`] : []),
    ...(many("remove") > 0 ? [`${formatCount(many("remove"), "row")} taken out`] : []),
  ];
  return write
    ? `${roster}: ${counts.join(", ")}. Next: \`pulumi preview --refresh\`, which finds them as declared.`
    : `${roster} would have ${counts.join(", ")}; --write makes it so.`;
}
