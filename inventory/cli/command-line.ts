import { Command, CommanderError, Help, type Option } from "commander";
import { UserError } from "../../provider/scim/errors";
import { FileError, UsageError } from "./errors";
import { EXIT, type ExitCode } from "./exit-code";
import { type Io, note } from "./io";
import { sanitize, sanitizeLines } from "./text";
import { VERSIONS } from "./versions";

/** A program of this package, before its commands are added. */
export function commandLine(name: string, description: string, after: string, io: Io): Command {
  return new Command(name)
    .description(description)
    .version(VERSIONS["pulumi-notion"])
    .exitOverride()
    .configureHelp({
      optionDescription: (option) => DESCRIBER.optionDescription(withoutPlainDefault(option)),
    })
    .showHelpAfterError("(--help shows what is allowed)")
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text, write) => write(errorText(text)),
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText("after", after);
}

/**
 * Commander's error as text: it repeats what was typed, which a script may have taken from anywhere. The one line break
 * inside that is commander's own stands before a suggestion.
 */
function errorText(text: string): string {
  const [suggestion = ""] = /\n\(Did you mean [^\n]*\?\)$/.exec(text.trimEnd()) ?? [];
  const message = text.trimEnd().slice(0, -suggestion.length || undefined);
  return `${sanitize(message)}${suggestion && `\n${sanitize(suggestion.trim())}`}\n`;
}

const DESCRIBER = new Help();

/** Nobody has to be told that a flag is off, or a list empty, as long as it is not given. */
function withoutPlainDefault(option: Option): Option {
  const { defaultValue } = option;
  const plain = defaultValue === false || (Array.isArray(defaultValue) && defaultValue.length === 0);
  return plain ? Object.assign(Object.create(option), { defaultValue: undefined }) : option;
}

/** Runs it once: what it throws becomes words and an exit code. */
export async function runCommandLine(io: Io, name: string, work: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await work();
  } catch (error) {
    // Commander has printed its message (or the help that was asked for) already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.usage;
    if (error instanceof UserError) {
      if (error instanceof FileError) io.stderr.write(`${name}: ${error.message}\n`);
      else note(io, `${name}: ${error.message}`);
      return error instanceof UsageError ? EXIT.usage : EXIT.error;
    }
    note(io, `${name}: this should not have happened, please report it:`);
    io.stderr.write(`${sanitizeLines(stackOf(error))}\n`);
    return EXIT.error;
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
