import type { Command } from "commander";
import { readClock } from "../../provider/config";
import { EXIT, type ExitCode } from "../cli/exit-code";
import { withProgress } from "../cli/progress";
import { withReader } from "../live/connection";
import {
  addOutputOptions,
  addStackOptions,
  type Context,
  folderOf,
  type Run,
  type StackOptions,
  stackOf,
} from "../options";
import { asOfOf } from "../output/document";
import { type OutputOptions, printDocument } from "../output/output";
import { checkEnds, checkTokenOwner } from "./check";
import { checkSettings, checkState, checkVersions, checkWorkspace } from "./checks";
import { doctorDocument } from "./doctor-document";

type Options = OutputOptions & StackOptions;

export function addDoctor(program: Command, run: Run): void {
  const command = program
    .command("doctor")
    .description("check the token, versions, settings and the number of owners")
    .addHelpText("after", EXAMPLES)
    .action((options: Options) => run((context) => doctor(context, options)));
  addStackOptions(addOutputOptions(command), "by its state");
}

const EXAMPLES = `
Examples:
  notion-inventory doctor
  notion-inventory doctor --stack prod --cwd infrastructure/notion`;

async function doctor({ io, wire }: Context, options: Options): Promise<ExitCode> {
  const clock = readClock(io.env, io.now);
  const { checks, incomplete } = await withProgress(io, "Looking", async (progress) => {
    const versions = await checkVersions(io, folderOf(options, io));
    const stack = stackOf(options, io);
    const { checks, settings } = await checkSettings(io, stack);
    if (settings === undefined) return { checks: [...versions, ...checks], incomplete: [] };
    const state = stack === undefined ? undefined : await checkState(io, stack);
    const workspace = await withReader(io, settings, wire, (reader) => checkWorkspace(reader, progress));
    const { members, incomplete } = workspace;
    const ends =
      state?.declared === undefined || members === undefined
        ? []
        : [checkEnds(state.declared, members, clock.now, incomplete.length === 0)];
    const declared = state === undefined ? [] : [state.check];
    const tokenOwner = checkTokenOwner(settings, incomplete.length === 0 ? members : undefined);
    return {
      checks: [...versions, ...checks, tokenOwner, ...declared, ...workspace.checks, ...ends],
      incomplete,
    };
  });
  printDocument(io, doctorDocument(checks, incomplete, asOfOf(clock)), options);
  if (checks.some(({ status }) => status === "error")) return EXIT.error;
  return incomplete.length > 0 ? EXIT.incomplete : EXIT.fine;
}
