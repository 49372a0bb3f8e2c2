import { UserError } from "../../scim/errors";

/** The command line asks for something that does not go together. */
export class UsageError extends UserError {}

/** A file that was named on the command line cannot be read, or is not what it must be. */
export class FileError extends UserError {}

/** Pulumi could not be asked for a stack. */
export class StackError extends UserError {}

/** Where in a value zod found the first thing that is wrong, and what. */
export function firstIssue(error: { issues: { path: PropertyKey[]; message: string }[] }): string {
  const issue = error.issues[0];
  return `${issue?.path.join(".") || "the top"}: ${issue?.message}`;
}
