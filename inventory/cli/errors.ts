import { UserError } from "../../provider/scim/errors";
import { sanitize } from "./text";

/** The command line asks for something that does not go together. */
export class UsageError extends UserError {}

/** A file that was named on the command line cannot be read, or is not what it must be. */
export class FileError extends UserError {
  /**
   * @param message one line
   * @param problems what is wrong, each on a line of its own below it
   * @param end a last line
   */
  constructor(message: string, problems: readonly string[] = [], end?: string) {
    const lines = [
      message,
      ...problems.map((problem) => `  ${problem}`),
      ...(end === undefined ? [] : [end]),
    ];
    // What stands in a file is in these sentences: the only line breaks are those between them.
    super(lines.map(sanitize).join("\n"));
  }
}

/** Pulumi could not be asked for a stack. */
export class StackError extends UserError {}

/** Where in a value zod found the first thing that is wrong, and what. */
export function firstIssue(error: { issues: { path: PropertyKey[]; message: string }[] }): string {
  const issue = error.issues[0];
  return `${issue?.path.join(".") || "the top"}: ${issue?.message}`;
}
