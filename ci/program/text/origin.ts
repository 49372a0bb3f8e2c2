import { escapeMarkdown } from "../../../inventory/cli/markdown";
import { formatCount } from "../../../inventory/cli/text";

/** Where the plan of a pull request comes from. */
export interface Origin {
  roster: string;
  /** Names of the other files that it changes; the pull request chose them. */
  others: readonly string[];
  /** Whose program makes the plan. */
  program: "main" | "own" | "none";
  /** Whether it conflicts with its target branch. */
  conflicts: boolean;
  /** The forge's word for it. */
  request: "pull request" | "merge request";
}

/** Names that the note shows; it counts the rest. */
const MAX_NAMES = 5;
/** Characters of one name: a longer one could fill a whole comment. The middle is left out. */
const MAX_NAME = 120;

/** Pure: what a reader must know about the origin of the plan, as Markdown; "" for nothing. */
export function formatOrigin({ roster, others, program, conflicts, request }: Origin): string {
  if (conflicts) return warning(`There is no plan: this ${request} conflicts with its target branch.`);
  if (program === "none")
    return warning(`There is no plan: this ${request} removes ${escapeMarkdown(roster)}.`);
  if (others.length === 0) return "";
  const names = others
    .slice(0, MAX_NAMES)
    .map((name) => escapeMarkdown(cut(name)))
    .join(", ");
  const more =
    others.length > MAX_NAMES ? ` and ${formatCount(others.length - MAX_NAMES, "other file")}` : "";
  return program === "own"
    ? warning(
        `The ${request}'s own code makes this plan, and it changes ${names}${more}. Read these files first.`,
      )
    : warning(
        `The plan covers only the roster. This ${request} also changes ${names}${more}. The plan does not show these changes, because its own run left no preview (GitHub gives no secrets to a fork or to Dependabot).`,
      );
}

function cut(name: string): string {
  const half = MAX_NAME / 2;
  return name.length <= MAX_NAME ? name : `${name.slice(0, half)}…${name.slice(-half)}`;
}

const warning = (text: string) => `> **Note:** ${text}\n`;
