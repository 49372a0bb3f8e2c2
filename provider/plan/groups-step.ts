import type { RuleColumn } from "../state/group";
import type { PropertyChange } from "./property-changes";

/** Why somebody leaves a group. */
export type WhyOut =
  /** The rule chose them before. */
  | { kind: "rule"; column: RuleColumn; values: readonly string[]; now: string | undefined }
  /** The rule is another one, or none any more; they are the same. */
  | { kind: "new rule" }
  | { kind: "not named" }
  | { kind: "excepted" }
  /** Their time is over, or has not begun yet. */
  | { kind: "outside time"; until: string | undefined }
  | { kind: "not declared any more" }
  /** Nobody ever declared them in this group. */
  | { kind: "not declared" }
  | { kind: "added in Notion" };

/** A group that is not known to be there: created, or adopted if one has its name. */
export interface CreateGroup {
  kind: "createGroup";
  group: string;
  /** E-mails of those who are to be in it. */
  members: string[];
  /** Whether it was applied before and deleted in Notion. */
  wasDeleted: boolean;
  /** The id of another group that has its name by now. */
  replacedBy?: string;
  /** A former name that has no effect: the program manages no such group. */
  ignoredFormer?: string;
}

export interface RenameGroup {
  kind: "renameGroup";
  group: string;
  from: string;
  /** Whether somebody renamed it in Notion, and this sets it back. */
  drifted: boolean;
}

export interface AddMember {
  kind: "addMember";
  group: string;
  email: string;
  /** Notion's id; undefined for somebody who joins in this run. */
  id: string | undefined;
  /** Whether somebody took them out in Notion, and this sets it back. */
  drifted: boolean;
}

export interface RemoveMember {
  kind: "removeMember";
  group: string;
  email: string;
  id: string;
  why: WhyOut;
  /** Whether the end was declared before, so that limits do not count it now. */
  scheduled?: true;
}

/** What the state keeps of a group and Notion is not told. */
export interface NoteGroup {
  kind: "noteGroup";
  group: string;
  /** Properties of the declaration that are others now. */
  fields: string[];
  /** E-mails of those who are in it already, and declared in it now. */
  adopted?: string[];
  /** Whether it becomes exact: whoever is in it is shown before anybody leaves it. */
  becomesExact?: true;
  /** It is declared under the name that Notion has for it by now; this was the one before. */
  formerName?: string;
}

/** A group that is not declared any more and stays in Notion, or is gone from there. */
export interface ReleaseGroup {
  kind: "releaseGroup";
  group: string;
  isGone: boolean;
}

export interface DeleteGroup {
  kind: "deleteGroup";
  group: string;
  /** E-mails of those who are in it, as far as is known. */
  members: string[];
  /** Those of them who stay in the workspace: limits count them. */
  losing: string[];
}

/** One thing that happens to a group or in it. */
export type GroupStep =
  | CreateGroup
  | RenameGroup
  | AddMember
  | RemoveMember
  | NoteGroup
  | ReleaseGroup
  | DeleteGroup;

/**
 * When a step's turn is, beside the turns of people: groups come after those who join, and before those who lose a role
 * or leave the workspace; a group is deleted when everybody is where they belong.
 */
export const GROUP_TURNS = ["groups", "members in", "members out", "deletions"] as const;
export type GroupTurn = (typeof GROUP_TURNS)[number];

export function groupTurnOf({ kind }: GroupStep): GroupTurn {
  switch (kind) {
    case "addMember":
      return "members in";
    case "removeMember":
      return "members out";
    case "deleteGroup":
    case "releaseGroup":
      return "deletions";
    default:
      return "groups";
  }
}

/** Pure: the steps as properties of a workspace: which group differs. Pulumi shows these and no other group. */
export function groupChanges(steps: readonly GroupStep[]): PropertyChange[] {
  const kindOf = ({ kind }: GroupStep): PropertyChange["kind"] => {
    if (kind === "createGroup") return "add";
    return kind === "deleteGroup" || kind === "releaseGroup" ? "delete" : "update";
  };
  const byGroup = new Map(steps.map((step) => [step.group, kindOf(step)]));
  return [...byGroup].map(([group, kind]) => ({ path: ["groups", group], kind }));
}
