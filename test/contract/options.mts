import { Command, InvalidArgumentError, Option } from "commander";

export interface ContractOptions {
  baseUrl: string;
  sacrifice?: string;
  format: "table" | "json";
  output?: string;
}

const ABOUT = `
The token is read from NOTION_SCIM_TOKEN and nowhere else.
Without --sacrifice only GET requests are sent. With it one person is added, changed, removed and added again,
and is left as they were met: somebody whom nobody minds to lose for a minute.

Exit codes: 0 the package copes with everything met, 2 it does not, 1 an error, 64 wrong usage.`;

/** @throws {CommanderError} after its message has been written */
export function readOptions(
  args: readonly string[],
  write: { out: (text: string) => void; err: (text: string) => void },
): ContractOptions {
  const program = new Command("npm run contract --")
    .description("What a SCIM server does, beside what this package expects of it.")
    .requiredOption("--base-url <url>", "such as https://api.notion.com/scim/v2")
    .option("--sacrifice <e-mail>", "live through the life of this one person", asEmail)
    .addOption(new Option("--format <format>", "what to print").choices(["table", "json"]).default("table"))
    .option("--output <file>", "write it there")
    .addHelpText("after", ABOUT)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeOut: write.out, writeErr: write.err });
  return program.parse(args, { from: "user" }).opts<ContractOptions>();
}

function asEmail(text: string): string {
  if (/^[^\s@]+@[^\s@]+$/.test(text)) return text;
  throw new InvalidArgumentError("It has to be an e-mail address.");
}
