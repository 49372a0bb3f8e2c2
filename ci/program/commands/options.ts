import { type Command, Option } from "commander";
import type { Io } from "../../../inventory/cli/io";
import type { Patience } from "../forge/fetch-with-retry";
import type { PlaceOptions } from "../forge/place";

/** What every command gets. */
export interface Context {
  io: Io;
  patience: Patience;
}

export type Act = (work: (context: Context) => Promise<void>) => Promise<void>;

export function addPlaceOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--forge <forge>", "default: from the pipeline's variables").choices(["github", "gitlab"]),
    )
    .option("--repository <path>", "OWNER/NAME, on GitLab GROUP/PROJECT or an id; default: the pipeline's")
    .option("--api-url <url>", "API of GitHub Enterprise or a GitLab of your own; default: the pipeline's");
}

export type { PlaceOptions };
