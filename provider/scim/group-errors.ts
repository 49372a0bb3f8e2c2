import type { GroupRecord } from "../model/group";
import {
  ConflictError,
  type ErrorDetails,
  NotFoundError,
  RefusedError,
  ScimError,
  UnavailableError,
} from "./errors";
import type { MembersChange, Progress } from "./group-change";
import { allNamesOf } from "./group-words";

/** A change of a group reached people whom nobody named, or may have. */
export class GroupMembersError extends ScimError {
  readonly groupId: string;
  /** Ids of those who were in the group and were not there any more. */
  readonly vanished: readonly string[];
  /** Ids of those who are not proven to be in it now. */
  readonly missing: readonly string[];

  constructor(
    details: ErrorDetails,
    met: string,
    next: string,
    people: { groupId: string; vanished: readonly string[]; missing: readonly string[] },
  ) {
    super(details, met, next);
    this.groupId = people.groupId;
    this.vanished = people.vanished;
    this.missing = people.missing;
  }
}

/** Notion accepted a change of a group, and a read shows that it did not apply it. */
export class GroupNotChangedError extends ScimError {}

/** A group's list of members may be cut, so nobody can see what a change does to the others. */
export class IncompleteGroupError extends ScimError {}

/** An earlier change of a group reached people whom nobody named: no group is written any more in this run. */
export class GroupsStoppedError extends ScimError {}

const LOOK = "Look at the group in Notion's settings, and run it again.";
const WHO_OWNS =
  "An identity provider may own the group, and a setting of Notion may keep restricted members out of groups: look in Notion's settings.";

export function groupGone(doing: string): NotFoundError {
  return new NotFoundError(
    { doing, status: 404 },
    "there is no such group any more",
    "Run `pulumi refresh`.",
  );
}

export function incompleteGroup(doing: string, { members }: GroupRecord): IncompleteGroupError {
  return new IncompleteGroupError(
    { doing },
    `Notion listed ${members.length} members of the group, and the list may be cut there; so nobody could see whether a change reaches the others`,
    "Nothing was sent. Add or remove one person of this group in Notion's settings, and run it again.",
  );
}

/** Two groups of one name can't be told apart by whoever reads a program. */
export function severalOfOneName(doing: string, groups: readonly GroupRecord[]): ConflictError {
  return new ConflictError(
    { doing },
    `${groups.length} groups have this name: ${groups.map(({ id }) => id).join(", ")}`,
    "Rename all but one of them in Notion's settings.",
  );
}

/** A deletion that Notion refuses. */
export function deletionRefused(doing: string, refusal: ScimError): RefusedError {
  return new RefusedError(
    { ...refusal, doing },
    refusal.met,
    "The group stays as it is. Notion refuses this where a page would be left without anybody who has full access: give somebody full access to the pages of the group, and run it again.",
  );
}

/**
 * A change was sent, and nobody knows what it did.
 * @param atRisk who was in the group right before, where the form of the change is not proven: they are named
 */
export function unreadAfter(
  { doing, people, group }: MembersChange,
  atRisk: readonly string[],
  cause: ScimError,
): ScimError {
  const details = { status: cause.status, requestId: cause.requestId, doing };
  const met = `it was sent, and the group could not be read afterwards (${cause.met})`;
  if (atRisk.length === 0) return new UnavailableError(details, met, "Run it again to find out.", true);
  return new GroupMembersError(
    details,
    `${met}. Nobody knows whether these members are still in it: ${allNamesOf(atRisk, people)}`,
    LOOK,
    { groupId: group.id, vanished: [], missing: atRisk },
  );
}

/** People left the group although nobody named them; who was put back is told, and who was not. */
export function reachedOthers(
  { doing, people, group }: MembersChange,
  vanished: readonly string[],
  missing: readonly string[],
): GroupMembersError {
  const back = vanished.filter((id) => !missing.includes(id));
  const parts = [
    `Notion took ${people_(vanished.length)} out of the group whom nobody named`,
    back.length === 0 ? "" : `. Put back at once: ${allNamesOf(back, people)}`,
    missing.length === 0 ? "" : `. NOT seen in the group any more: ${allNamesOf(missing, people)}`,
  ];
  return new GroupMembersError(
    { doing },
    parts.join(""),
    missing.length === 0
      ? "This run writes nothing more to groups. Change this group in Notion's settings."
      : "This run writes nothing more to groups. Add those who are missing in Notion's settings.",
    { groupId: group.id, vanished, missing },
  );
}

/** What is to be said of a change that is over: of who is still to come in or to go, and of who left meanwhile. */
export function unfinished(change: MembersChange, progress: Progress): ScimError | undefined {
  const { doing, people, group, to } = change;
  const { open, refused, formError } = progress;
  const gone = [...progress.strangersGone];
  const parts: string[] = [];
  const cause = [...refused.values()][0] ?? formError;
  if (cause !== undefined && open.length > 0) parts.push(cause.met);
  if (open.length > 0)
    parts.push(`${to === "in" ? "not in the group" : "still in the group"}: ${allNamesOf(open, people)}`);
  if (gone.length > 0)
    parts.push(`these members left the group meanwhile, and nobody named them: ${allNamesOf(gone, people)}`);
  if (parts.length === 0) return undefined;
  const met = parts.join("; ");
  const details = { ...cause, doing };
  if (gone.length > 0)
    return new GroupMembersError(
      details,
      met,
      "Another program or person may change this group. If they are to be in it, add them.",
      { groupId: group.id, vanished: gone, missing: gone },
    );
  if (cause === undefined)
    return new GroupNotChangedError(details, `Notion accepted it, and it shows no effect; ${met}`, WHO_OWNS);
  return new RefusedError(details, met, WHO_OWNS);
}

const people_ = (count: number) => (count === 1 ? "one person" : `${count} people`);
