import { Command, InvalidArgumentError, Option } from "commander";

export interface ContractOptions {
  baseUrl: string;
  sacrifice?: string;
  sacrificeGroup?: string;
  format: "table" | "json";
  output?: string;
}

const ABOUT = `
The token is read from NOTION_SCIM_TOKEN and nowhere else.
Without --sacrifice and --sacrifice-group only GET requests are sent. With --sacrifice one person is added, changed,
removed and added again, and is left as they were met: somebody whom nobody minds to lose for a minute.
With --sacrifice-group a group is created, three members are put into it and taken out, and it is deleted.

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
    .option(
      "--sacrifice-group <name>",
      "live through the life of one group of this name, which must not be there",
      asName,
    )
    .addOption(new Option("--format <format>", "what to print").choices(["table", "json"]).default("table"))
    .option("--output <file>", "write it there")
    .addHelpText("after", ABOUT)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeOut: write.out, writeErr: write.err });
  return program.parse(args, { from: "user" }).opts<ContractOptions>();
}

function asName(text: string): string {
  if (text.trim() === text && text !== "") return text;
  throw new InvalidArgumentError("It has to be a name, without spaces around it.");
}

function asEmail(text: string): string {
  if (/^[^\s@]+@[^\s@]+$/.test(text)) return text;
  throw new InvalidArgumentError("It has to be an e-mail address.");
}
