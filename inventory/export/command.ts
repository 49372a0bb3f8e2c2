import { extname } from "node:path";
import { type Command, Option } from "commander";
import { FileError, UsageError } from "../cli/errors";
import { EXIT, type ExitCode } from "../cli/exit-code";
import { holdsSomething, type Io, note, writeWhole } from "../cli/io";
import { formatCount } from "../cli/text";
import { settingsOf } from "../live/connection";
import { chosenGroups, chosenMembers, unmatched } from "../live/filter";
import { readWorkspace } from "../live/read-workspace";
import { doubtsOf, memberOf } from "../live/workspace";
import {
  addFilterOptions,
  addStackOptions,
  type Context,
  type FilterOptions,
  filterOf,
  parseAttributes,
  type Run,
  type StackOptions,
  stackOf,
} from "../options";
import { type Adoption, ATTRIBUTES, type Attribute, adopt, neededLimits, type Wanted } from "./adoption";
import { adoptGroups } from "./group-adoption";
import { importFile } from "./import-file";
import { programText, rosterProgram } from "./program-text";
import { groupsYaml, rosterCsv, rosterYaml } from "./roster-text";

const EXPORT_FORMATS = ["csv", "yaml", "ts"] as const;
type ExportFormat = (typeof EXPORT_FORMATS)[number];

const BY_ENDING: Record<string, ExportFormat> = {
  ".csv": "csv",
  ".yaml": "yaml",
  ".yml": "yaml",
  ".ts": "ts",
};

type Options = FilterOptions &
  StackOptions & {
    format?: ExportFormat;
    output?: string;
    import?: string;
    force: boolean;
    name: string;
    attributes?: Attribute[];
    groups?: string;
    ids: boolean;
    protect: boolean;
    times: boolean;
  };

export function addExport(program: Command, run: Run): void {
  const command = program
    .command("export")
    .description("the workspace as code: a roster for a NotionWorkspace, or a program with one")
    .addOption(
      new Option(
        "--format <format>",
        "a roster in CSV or YAML, or a program in TypeScript; default: by the ending of --output, else csv",
      ).choices(EXPORT_FORMATS),
    )
    .option("--output <file>", "write to this file, whole or not at all, instead of stdout")
    .option("--force", "replace a file of that name; without it, what is there stays", false)
    .option("--import <file>", "also write a file for `pulumi import --file`: into the state with no request")
    .option(
      "--attributes <list>",
      `declare these too, separated by commas; declared means managed. Default: e-mail and role alone. Known: ${ATTRIBUTES.join(", ")}`,
      parseAttributes,
    )
    .option(
      "--groups <file>",
      "declare the groups, too: write them to this YAML file, and the column groups into the roster",
    )
    .option("--ids", "declare Notion's id of everyone, so that a row stays the same account", false)
    .option("--name <name>", "of the NotionWorkspace in the program", "workspace")
    .option("--protect", "protect everyone: `up` refuses a run that takes out a row", false)
    .option("--times", "CSV: empty columns for ends, reasons and approvers, which elevate fills", false)
    .addHelpText("after", EXAMPLES)
    .action((options: Options) => run((context) => exportWorkspace(context, options)));
  addStackOptions(addFilterOptions(command));
}

const EXAMPLES = `
Roster columns: userName, role, then the attributes asked for, groups, id and protect. Not managed: whatever is left out or empty.

Examples:
  notion-inventory export --output members.csv --times
  notion-inventory export --output members.yaml --attributes name,title --group Engineering
  notion-inventory export --output members.csv --groups groups.yaml
  notion-inventory export --output index.ts

Into the state without a request of Pulumi's:
  notion-inventory export --output members.csv --import import.json
  pulumi import --file import.json --generate-code=false --yes
  pulumi preview --expect-no-changes`;

/** A roster holds what Notion does not know: reasons, ends, comments. @throws {FileError} where there is one already */
function wantNew(io: Io, file: string): void {
  if (!holdsSomething(io, file)) return;
  throw new FileError(
    `${file} exists, and may hold what Notion does not know. Name another file, or replace it with --force.`,
  );
}

async function exportWorkspace({ io, wire }: Context, options: Options): Promise<ExitCode> {
  const format = formatOf(options);
  if (options.times && format !== "csv")
    throw new UsageError(`--times is for CSV: in ${format} a field needs no column.`);
  const filter = filterOf(options);
  if (options.groups !== undefined && !/\.ya?ml$/i.test(options.groups))
    throw new UsageError(`--groups writes YAML: the ending of ${options.groups} must be .yaml or .yml.`);
  for (const file of options.force ? [] : [options.output, options.import, options.groups])
    if (file !== undefined) wantNew(io, file);
  const settings = await settingsOf(io, stackOf(options, io));
  const { workspace } = await readWorkspace({ io, wire }, settings, {
    groups: filter.groups.length > 0 || options.groups !== undefined,
  });
  const members = workspace.users.map(memberOf);
  for (const sentence of unmatched(filter, members, workspace.groups)) note(io, sentence);
  const chosen = new Set(chosenMembers(filter, members, workspace.groups).map(({ id }) => id));
  const wanted = { attributes: options.attributes ?? [], ids: options.ids };
  const adopted = adopt(
    workspace.users.filter(({ id }) => chosen.has(id)),
    wanted,
  );
  const inGroups = chosenGroups(filter, workspace.groups);
  const incomplete = doubtsOf(workspace, inGroups);
  const { groups, people, ...about } =
    options.groups === undefined
      ? { groups: undefined, people: adopted.people, notes: [] }
      : adoptGroups(inGroups, adopted.people);
  const notes = [...adopted.notes, ...about.notes];
  const text = exportText(people, incomplete, format, { ...options, wanted });
  const files = [
    ...(options.output === undefined ? [] : [{ file: options.output, text }]),
    ...(options.import === undefined
      ? []
      : [{ file: options.import, text: importFile(people, groups, { ...options, now: io.now }) }]),
    ...(options.groups === undefined
      ? []
      : [{ file: options.groups, text: groupsYaml(groups ?? [], incomplete) }]),
  ];
  writeWhole(io, files);
  if (options.output === undefined) io.stdout.write(text);

  for (const sentence of [...notes, ...incomplete.map((each) => `INCOMPLETE: ${each}`)]) note(io, sentence);
  const roles = people.filter(({ role }) => role !== undefined).length;
  note(io, `Exported ${exportedWords(people.length, roles, groups?.length)}; nothing was changed in Notion.`);
  const limits = neededLimits(people);
  if (limits !== undefined) {
    note(
      io,
      `There is one owner among them. The program says limits: { minOwners: ${limits.minOwners} }, without which it is refused. Make a second owner, and take the limit out.`,
    );
  }
  if (files.length > 0) for (const line of nextSteps(format, options, people)) note(io, line);
  return incomplete.length > 0 ? EXIT.incomplete : EXIT.fine;
}

/** `120 members, 116 roles and 14 groups`. */
function exportedWords(members: number, roles: number, groups: number | undefined): string {
  const counts = [formatCount(members, "member"), formatCount(roles, "role")];
  return groups === undefined
    ? counts.join(" and ")
    : `${counts.join(", ")} and ${formatCount(groups, "group")}`;
}

/** What has no ending, as /dev/stdout, may hold anything. @throws {UsageError} */
function formatOf({ format, output = "" }: Options): ExportFormat {
  const ending = extname(output).toLowerCase();
  const meant = BY_ENDING[ending];
  if (meant === undefined && format === undefined && ending !== "")
    throw new UsageError(`The ending of ${output} says no format: it must be .csv, .yaml, .yml or .ts.`);
  if (meant !== undefined && format !== undefined && meant !== format)
    throw new UsageError(
      `The ending of ${output} does not match --format ${format}: leave --format out, or name another file.`,
    );
  return format ?? meant ?? "csv";
}

/** What to write and to type after an export. */
function nextSteps(
  format: ExportFormat,
  { import: file, output, name, groups }: Options,
  people: Adoption[],
): string[] {
  const program = rosterProgram(output ?? `members.${format}`, name, people, groups);
  return [
    ...(format === "ts" ? [] : ["A program that reads it:", ...program.map((line) => `  ${line}`)]),
    ...(file === undefined
      ? ["Next: `pulumi preview`, then `pulumi up`. It adopts everyone as they are and only reads Notion."]
      : [
          `Next: pulumi import --file ${file} --generate-code=false`,
          "Then: pulumi preview --expect-no-changes",
        ]),
  ];
}

function exportText(
  people: Adoption[],
  incomplete: string[],
  format: ExportFormat,
  { wanted, protect, name, times, groups }: Options & { wanted: Wanted },
): string {
  switch (format) {
    case "ts":
      return programText(people, incomplete, { name, protect, groups });
    case "yaml":
      return rosterYaml(people, incomplete, protect);
    case "csv":
      return rosterCsv(people, incomplete, { wanted, protect, times, groups: groups !== undefined });
  }
}
