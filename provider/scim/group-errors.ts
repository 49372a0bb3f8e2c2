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
import type { RemovalForm } from "./group-messages";
import type { MembersForm } from "./group-proof";

/** People whom a change of a group affected, or may have affected, although it did not name them. Ids. */
interface Reached {
  groupId: string;
  /** Those who were in the group and were not there any more. */
  vanished: readonly string[];
  /** Those who are not proven to be in it now. */
  missing: readonly string[];
}

/** A change of a group affected people whom it did not name, or may have. */
export class GroupMembersError extends ScimError implements Reached {
  readonly groupId: string;
  readonly vanished: readonly string[];
  readonly missing: readonly string[];
  readonly #again: (nameOf: (id: string) => string) => GroupMembersError;

  /** @param met what was met, with the names of people */
  constructor(
    details: ErrorDetails,
    met: (nameOf: (id: string) => string) => string,
    next: string,
    nameOf: (id: string) => string,
    reached: Reached,
  ) {
    super(details, met(nameOf), next);
    this.groupId = reached.groupId;
    this.vanished = reached.vanished;
    this.missing = reached.missing;
    this.#again = (other) => new GroupMembersError(details, met, next, other, reached);
  }

  /** The same error, with the better names of people that are known now. */
  named(nameOf: (id: string) => string): GroupMembersError {
    return this.#again(nameOf);
  }
}

/** Notion accepted a change of a group, and a read shows that it did not apply it. */
export class GroupNotChangedError extends ScimError {}

/** A group's list of members may be cut, so nobody can see what a change does to the others. */
export class IncompleteGroupError extends ScimError {}

/** An earlier change of this run affected people whom it did not name: this run changes no more groups. */
export class GroupsStoppedError extends ScimError {}

const LOOK = "Look at the group in Notion's settings, and run it again.";
const WHO_OWNS =
  "An identity provider may own the group, and a setting of Notion may keep restricted members out of groups: look in Notion's settings.";

export function groupGone(doing: string): NotFoundError {
  return new NotFoundError({ doing, status: 404 }, "the group is gone", "Run `pulumi refresh`.");
}

export function incompleteGroup(doing: string, { members }: GroupRecord): IncompleteGroupError {
  return new IncompleteGroupError(
    { doing },
    `Notion listed ${members.length} members of the group and may have more, so nobody could see what a change does to the others`,
    "Nothing was sent. Add or remove one person of this group in Notion's settings, and run it again.",
  );
}

/** A reader of a program can't tell two groups of one name apart. */
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
    { status: refusal.status, scimType: refusal.scimType, requestId: refusal.requestId, doing },
    refusal.met,
    "The group stays as it is. Notion refuses a deletion that leaves a page without full access. Give somebody else full access to the pages of the group, and run it again.",
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
  const met = `the request was sent, and the group could not be read afterwards (${cause.met})`;
  if (atRisk.length === 0) return new UnavailableError(details, met, "Run it again to find out.", true);
  return new GroupMembersError(
    details,
    (nameOf) => `${met}. These members may have left it: ${allNames(atRisk, nameOf)}`,
    LOOK,
    people.nameOf,
    { groupId: group.id, vanished: [], missing: atRisk },
  );
}

/** A change took other people out of the group: who is back, and who is not. */
export function reachedOthers(
  { doing, people, group }: MembersChange,
  vanished: readonly string[],
  missing: readonly string[],
  form?: MembersForm,
): GroupMembersError {
  const back = vanished.filter((id) => !missing.includes(id));
  return new GroupMembersError(
    { doing },
    (nameOf) =>
      [
        `Notion also took ${peopleWords(vanished.length)} out of the group`,
        ...(back.length === 0 ? [] : [`This run put back: ${allNames(back, nameOf)}`]),
        ...(missing.length === 0 ? [] : [`NOT back in the group: ${allNames(missing, nameOf)}`]),
      ].join(". "),
    [
      "This run changes no more groups.",
      ...(missing.length === 0 ? [] : ["Add the missing people in Notion's settings."]),
      ...(form === undefined || form === "add"
        ? ["Change the members of groups in Notion's settings."]
        : [
            `Notion may apply the other form of the request: run \`pulumi config set notion:groupRemoval ${otherForm(form)}\`.`,
          ]),
    ].join(" "),
    people.nameOf,
    { groupId: group.id, vanished, missing },
  );
}

/** The message about a finished change: people still to add or take out, and people who left meanwhile. */
export function unfinished(change: MembersChange, progress: Progress): ScimError | undefined {
  const { doing, people, group, to } = change;
  const { open, refused, formError } = progress;
  const gone = [...progress.unnamedGone];
  if (open.length + gone.length === 0) return undefined;
  const cause = [...refused.values()][0] ?? formError;
  const where = to === "in" ? "not in the group" : "still in the group";
  const met = (nameOf: (id: string) => string) =>
    [
      ...(open.length === 0 ? [] : [cause?.met ?? "Notion accepted the request and did not apply it"]),
      ...(open.length === 0 ? [] : [`${where}: ${allNames(open, nameOf)}`]),
      ...(gone.length === 0 ? [] : [`${ALSO_LEFT}: ${allNames(gone, nameOf)}`]),
    ].join("; ");
  const details = { status: cause?.status, scimType: cause?.scimType, requestId: cause?.requestId, doing };
  if (gone.length > 0) {
    const reached = { groupId: group.id, vanished: gone, missing: gone };
    return new GroupMembersError(details, met, ANOTHER_WRITER, people.nameOf, reached);
  }
  const Kind = cause === undefined ? GroupNotChangedError : RefusedError;
  return new Kind(details, met(people.nameOf), WHO_OWNS);
}

const otherForm = (form: RemovalForm): RemovalForm => (form === "filter" ? "value" : "filter");

const ALSO_LEFT = "these members left the group at the same time";
const ANOTHER_WRITER = "Another program or person may change this group. Add them if they belong in it.";

const peopleWords = (count: number) => (count === 1 ? "one other person" : `${count} other people`);

/** Everybody by name: of people who lost something unnamed nobody else keeps a list. */
const allNames = (ids: readonly string[], nameOf: (id: string) => string) => ids.map(nameOf).join(", ");
