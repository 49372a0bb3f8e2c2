import { escapeMarkdown } from "../../../inventory/cli/markdown";
import { formatCount } from "../../../inventory/cli/text";

/** What the plan of a pull request is made of. */
export interface Origin {
  roster: string;
  /** Names of the files that it changes besides; the pull request chose them. */
  others: readonly string[];
  /** Whose program makes the plan. */
  program: "main" | "own" | "none";
  /** Whether it conflicts with the branch that it is to be merged into. */
  conflicts: boolean;
  /** As its forge calls it. */
  request: "pull request" | "merge request";
}

/** Names that are said; the rest is counted. */
const MAX_NAMES = 5;
/** Characters of one name, which a pull request may fill a whole comment with: more are left out in its middle. */
const MAX_NAME = 120;

/** Pure: what a reader of the plan must know of its origin, as Markdown; "" where there is nothing. */
export function formatOrigin({ roster, others, program, conflicts, request }: Origin): string {
  if (conflicts)
    return warning(`There is no plan: this ${request} conflicts with the branch that it is for.`);
  if (program === "none")
    return warning(`There is no plan: this ${request} leaves no ${escapeMarkdown(roster)}.`);
  if (others.length === 0) return "";
  const names = others
    .slice(0, MAX_NAMES)
    .map((name) => escapeMarkdown(cut(name)))
    .join(", ");
  const more =
    others.length > MAX_NAMES ? ` and ${formatCount(others.length - MAX_NAMES, "other file")}` : "";
  return program === "own"
    ? warning(
        `The plan is made by this ${request}'s own code, which it changes: ${names}${more}. Read that first.`,
      )
    : warning(
        `The plan is of the roster alone. This ${request} also changes ${names}${more}: that is not in the plan, because its own run left no preview (GitHub gives no secrets to a fork or to Dependabot).`,
      );
}

function cut(name: string): string {
  const half = MAX_NAME / 2;
  return name.length <= MAX_NAME ? name : `${name.slice(0, half)}…${name.slice(-half)}`;
}

const warning = (text: string) => `> **Note:** ${text}\n`;
