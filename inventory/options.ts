import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { DURATION_WANTED, durationOf } from "../provider/model/instant";
import type { ExitCode } from "./cli/exit-code";
import type { Io } from "./cli/io";
import { ATTRIBUTES, type Attribute } from "./export/adoption";
import type { Wire } from "./live/connection";
import type { Filter } from "./live/filter";
import type { StackReference } from "./live/stack";
import { FORMATS, type Format } from "./output/format";
import { refusedName } from "./output/output";

/** What every command is run with. */
export interface Context {
  io: Io;
  wire: Wire;
}

/** Runs what a command does, and keeps its exit code. */
export type Run = (work: (context: Context) => Promise<ExitCode>) => Promise<void>;

export interface StackOptions {
  stack?: string;
  cwd?: string;
}

export interface FilterOptions {
  role?: string[];
  domain?: string[];
  group?: string[];
}

/** For an option that may stand more than once. */
export const collect = (value: string, before: string[] = []) => [...before, value];

/** @param judges "by its state": the command also asks what the stack declares */
export function addStackOptions(command: Command, judges?: "by its state"): Command {
  const settings = "take the token and address from this stack's configuration if the environment has none";
  return command
    .option(
      "--stack <name>",
      judges === undefined ? settings : `read the declared people from this stack's state; ${settings}`,
    )
    .option("--cwd <folder>", "the Pulumi project's folder; default: here");
}

/** In place of --stack: a file. */
export function stateOption(): Option {
  return new Option("--state <file>", "read the declared people from this `pulumi stack export`").conflicts(
    "stack",
  );
}

export function addFilterOptions(command: Command): Command {
  return command
    .option("--role <role>", "only members with this role, `none` for no role (repeatable)", collect)
    .option("--domain <domain>", "only members whose e-mail is in this domain (repeatable)", collect)
    .option("--group <group>", "only members of this group, by name or id (repeatable)", collect);
}

/** The roster file, which gives each finding its line. */
export function rosterOption(): Option {
  return new Option("--roster <file>", "roster file (CSV or YAML); adds line numbers to the output");
}

/** @param formats what the command's document can be printed as */
export function addOutputOptions(command: Command, formats: readonly Format[] = FORMATS): Command {
  return command
    .addOption(
      new Option(
        "--format <format>",
        "default: by the ending of --output, else table on a terminal, json elsewhere",
      ).choices(formats),
    )
    .option("--output <file>", "write to this file, whole or not at all, instead of stdout", parseOutput)
    .option("--mask", "shorten e-mail addresses to the first letter and the domain", false);
}

function parseOutput(file: string): string {
  const why = refusedName(file);
  if (why !== undefined) throw new InvalidArgumentError(why);
  return file;
}

export function stackOf(options: StackOptions, io: Io): StackReference | undefined {
  const { stack } = options;
  return stack === undefined ? undefined : { stack, folder: folderOf(options, io) };
}

export function folderOf({ cwd = "." }: { cwd?: string }, io: Io): string {
  return resolve(io.cwd, cwd);
}

export function filterOf({ role = [], domain = [], group = [] }: FilterOptions): Filter {
  return { roles: role, domains: domain, groups: group };
}

/** Attributes of a member, separated by commas. */
export function parseAttributes(text: string): Attribute[] {
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

/** Milliseconds of a duration. @throws {InvalidArgumentError} saying what is allowed */
export function parseDuration(text: string): number {
  const duration = durationOf(text);
  if (duration !== undefined) return duration;
  throw new InvalidArgumentError(`"${text}" is no duration: give ${DURATION_WANTED}.`);
}
