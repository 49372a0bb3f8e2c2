import type { User } from "../model/record";
import { ScimError } from "../scim/errors";

/** The workspace behind token and address is not the one that the state is of. */
export class OtherWorkspaceError extends ScimError {}

/** What a run must know of the workspace before anybody counts as gone, and before the first write. */
export interface Place {
  /** Ids that the state has, growing as the engine hands the resources over. */
  expected: ReadonlySet<string>;
  /** Where token and address came from, for the error: `NOTION_SCIM_TOKEN and notion:baseUrl`. */
  comesFrom: string;
}

/** One person may have left; of several it takes another workspace for none to be there. */
export const ENOUGH_TO_TELL = 2;

/** How many of the state are looked for one by one before the listing is read. */
const LOOKED_FOR = 2;

/** The same number for an incomplete listing: people that it lacks may be there. */
const LOOKED_FOR_WITHOUT_LIST = 12;

/** What is known of a member: undefined where nothing is. */
type Recall = (id: string) => { user: User | undefined } | undefined;

/** What to do next to find out whether this is the right workspace. */
export type Verdict = "right" | "cannot be told" | "other" | { look: string[] } | "list";

/**
 * Pure: whether this is the workspace that the state is of, as far as it is known; or how to find out.
 * @param listed the listing that has been read, if one has
 */
export function judgePlace(
  expected: ReadonlySet<string>,
  recall: Recall,
  listed: "complete" | "incomplete" | undefined,
): Verdict {
  if (expected.size < ENOUGH_TO_TELL) return "cannot be told";
  const unknown: string[] = [];
  for (const id of expected) {
    const known = recall(id);
    if (known?.user !== undefined) return "right";
    if (known === undefined) unknown.push(id);
  }
  // People that a list lacks may still be there, so a few are always looked up singly.
  const gone = expected.size - unknown.length;
  if (gone < LOOKED_FOR && unknown.length > 0) return { look: unknown.slice(0, LOOKED_FOR - gone) };
  if (listed === undefined) return "list";
  // Those who were asked for may have left, and a list that moved may lack others who are there.
  if (listed === "incomplete" && gone < LOOKED_FOR_WITHOUT_LIST && unknown.length > 0)
    return { look: unknown.slice(0, LOOKED_FOR_WITHOUT_LIST - gone) };
  return "other";
}

/** @param what the state has: people, or groups where it has too few people to tell */
export function otherWorkspace(
  { expected, comesFrom }: { expected: { size: number }; comesFrom: string },
  what: "people" | "groups" = "people",
): OtherWorkspaceError {
  return new OtherWorkspaceError(
    { doing: `find the ${what} of the state in this workspace` },
    `none of the ${expected.size} ${what} looked up is in this workspace, so the state most likely belongs to another workspace`,
    `Nothing was written, and ${what === "people" ? "nobody" : "none"} counts as removed. Token and address come from ${comesFrom}: set those of the right workspace. ` +
      `If ${what === "people" ? "everybody was" : "all were"} removed in Notion, run it again with NOTION_OTHER_WORKSPACE=accept.`,
  );
}
