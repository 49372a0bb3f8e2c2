import { type Command, InvalidArgumentError, Option } from "commander";
import { EXIT, type ExitCode } from "../console/exit-code";
import { note, writeWhole } from "../console/io";
import { withProgress } from "../console/progress";
import { counted } from "../console/text";
import { settingsOf, withReader } from "../reading/connection";
import { chosenMembers, unmatched } from "../reading/filter";
import { memberOf, readWorkspace } from "../reading/workspace";
import { importFile } from "../taking-over/import-file";
import { programText } from "../taking-over/program-text";
import { rosterCsv, rosterYaml } from "../taking-over/roster-text";
import { ATTRIBUTES, type Attribute, type Takeover, takeOver } from "../taking-over/takeover";
import {
  addFilterOptions,
  addStackOptions,
  type Context,
  type FilterOptions,
  filterOf,
  type StackOptions,
  stackOf,
} from "./options";

const EXPORT_FORMATS = ["ts", "yaml", "csv"] as const;

type Options = FilterOptions &
  StackOptions & {
    format: (typeof EXPORT_FORMATS)[number];
    output?: string;
    import?: string;
    component: string;
    attributes?: Attribute[];
    protect: boolean;
  };

export function addExport(
  program: Command,
  run: (work: (context: Context) => Promise<ExitCode>) => Promise<void>,
) {
  const command = program
    .command("export")
    .description("the workspace as code, and a file that takes all of it over with one pulumi import")
    .addOption(
      new Option("--format <format>", "a program in TypeScript, or a roster")
        .choices(EXPORT_FORMATS)
        .default("ts"),
    )
    .option("--output <file>", "write to this file, whole or not at all, instead of stdout")
    .option("--import <file>", "also write a file for `pulumi import --file`")
    .option(
      "--attributes <list>",
      `declare these too, separated by commas; declared means managed. Default: e-mail and role alone. Known: ${ATTRIBUTES.join(", ")}`,
      parseAttributes,
    )
    .option(
      "--component <name>",
      "of a roster's import file: the name of the NotionWorkspace that reads the roster",
      "workspace",
    )
    .option(
      "--no-protect",
      "leave the resources of the program unprotected (`pulumi import --protect=false`)",
    )
    .addHelpText("after", EXAMPLES)
    .action((options: Options) => run((context) => exportWorkspace(context, options)));
  addStackOptions(addFilterOptions(command));
}

const EXAMPLES = `
Roster columns: userName, role, then the attributes asked for. Not managed: whatever is left out or empty.

Examples:
  notion-inventory export --output index.ts --import import.json
  pulumi import --file import.json --generate-code=false --yes
  pulumi preview --expect-no-changes

  notion-inventory export --format csv --attributes name,title --group Engineering --output engineering.csv`;

async function exportWorkspace({ io, wire }: Context, options: Options): Promise<ExitCode> {
  const filter = filterOf(options);
  const settings = await settingsOf(io, stackOf(options, io));
  const workspace = await withReader(io, settings, wire, (reader) =>
    withProgress(io, "Reading members", (progress) =>
      readWorkspace(reader, { users: true, groups: filter.groups.length > 0 }, progress),
    ),
  );
  const members = workspace.users.map(memberOf);
  for (const sentence of unmatched(filter, members, workspace.groups)) note(io, sentence);
  const chosen = new Set(chosenMembers(filter, members, workspace.groups).map(({ id }) => id));
  const { people, notes } = takeOver(
    workspace.users.filter(({ id }) => chosen.has(id)),
    options.attributes ?? [],
  );
  // A roster is read by a component, under which its people stand in the state.
  const component = options.format === "ts" ? undefined : options.component;
  const text = exportText(people, workspace.incomplete, options);
  const files = [
    ...(options.output === undefined ? [] : [{ file: options.output, text }]),
    ...(options.import === undefined ? [] : [{ file: options.import, text: importFile(people, component) }]),
  ];
  writeWhole(io, files);
  if (options.output === undefined) io.stdout.write(text);

  for (const sentence of [...notes, ...workspace.incomplete.map((each) => `INCOMPLETE: ${each}`)])
    note(io, sentence);
  const roles = people.filter(({ role }) => role !== undefined).length;
  note(
    io,
    `Exported ${counted(people.length, "member")} and ${counted(roles, "role")}; nothing was changed in Notion.`,
  );
  if (options.import !== undefined) for (const line of nextSteps(options, component)) note(io, line);
  return workspace.incomplete.length > 0 ? EXIT.incomplete : EXIT.fine;
}

/** What to type after an export with an import file. */
function nextSteps({ import: file, output, protect }: Options, component: string | undefined): string[] {
  const args = `people: readRoster("${output ?? "…"}")${protect ? ", protect: true" : ""}`;
  return [
    ...(component === undefined ? [] : [`Declare: new NotionWorkspace("${component}", { ${args} })`]),
    `Next: pulumi import --file ${file} --generate-code=false${protect ? "" : " --protect=false"}`,
    component === undefined
      ? "Then: pulumi preview --expect-no-changes"
      : "Then: pulumi preview (only the component's guard is new; it is nothing in Notion)",
  ];
}

function exportText(
  people: Takeover[],
  incomplete: string[],
  { format, attributes = [], protect }: Options,
): string {
  switch (format) {
    case "ts":
      return programText(people, incomplete, protect);
    case "yaml":
      return rosterYaml(people, incomplete);
    case "csv":
      return rosterCsv(people, incomplete, attributes);
  }
}

function parseAttributes(text: string): Attribute[] {
  return text.split(",").map((part) => {
    const attribute = ATTRIBUTES.find((known) => known === part.trim());
    if (attribute === undefined) {
      throw new InvalidArgumentError(
        `"${part.trim()}" is no attribute; allowed are ${ATTRIBUTES.join(", ")}.`,
      );
    }
    return attribute;
  });
}
