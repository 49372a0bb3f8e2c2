import { MINIMUM_CLI_VERSION } from "./pins.mts";
import { NoEngineError } from "./way.mts";

/** One way that was tried, and why it brought no engine. */
export interface Failure {
  title: string;
  reason: string;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The one error for a machine without an engine: what was tried, why it failed, what to install. */
export function noEngineError(failures: readonly Failure[]): NoEngineError {
  const tried = failures.map(({ title, reason }) => `  ${title}:\n${indent(reason)}`);
  return new NoEngineError(
    [
      "There is no Pulumi engine on this machine, and no way to get one worked.",
      "",
      "Tried:",
      ...tried,
      "",
      "Any one of these helps:",
      `  - install the Pulumi CLI, ${MINIMUM_CLI_VERSION} or newer, and have it on PATH (Pulumi's own installer, or a package manager);`,
      "  - let this machine reach Pulumi's download host, for the npm package `pulumi`;",
      "  - install Go 1.26 or newer, with a Go module proxy in reach and 5 GB of free disk.",
      "Then run the command again.",
    ].join("\n"),
  );
}

function indent(text: string): string {
  return text
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n");
}
