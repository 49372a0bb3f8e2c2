import type { GroupRecord } from "../model/group";
import {
  type AppliedGroup,
  type AppliedGroups,
  asksForUnmanaged,
  type DeclaredGroup,
  keptIds,
} from "../state/group";

/** What a refresh knows of people. */
export interface FoundPeople {
  /** E-mails of everybody who is in the workspace, as far as it was read, by id. */
  emails: ReadonlyMap<string, string>;
  /** Ids of the people in the state after it. */
  managed: ReadonlySet<string>;
}

/**
 * Pure: the groups as they are; what is otherwise than it was applied is noted.
 * @param live the group with each id; undefined: it is proven to be gone
 * @param named ids of all groups that were read, by name
 */
export function groupsAsFound(
  applied: AppliedGroups,
  live: ReadonlyMap<string, GroupRecord | undefined>,
  named: ReadonlyMap<string, readonly string[]>,
  people: FoundPeople,
): Record<string, AppliedGroup> {
  return Object.fromEntries(
    Object.entries(applied).map(([name, held]) => {
      const group = live.get(held.id);
      return [name, group === undefined ? asGone(name, held, named) : asFound(name, held, group, people)];
    }),
  );
}

function asGone(
  name: string,
  held: AppliedGroup,
  named: ReadonlyMap<string, readonly string[]>,
): AppliedGroup {
  const [other] = named.get(name) ?? [];
  const { missing: _, unmanaged: __, unseen: ___, incomplete: ____, foundName: _____, ...kept } = held;
  const { replacedBy: ______, undone: _______, others: ________, vanished: _________, ...rest } = kept;
  return { ...rest, memberIds: [], gone: true, ...(other !== undefined && { replacedBy: other }) };
}

function asFound(name: string, held: AppliedGroup, group: GroupRecord, people: FoundPeople): AppliedGroup {
  const {
    missing: before = [],
    unmanaged: others,
    unseen: _,
    incomplete: __,
    foundName: ___,
    ...kept
  } = held;
  const { gone: ____, replacedBy: _____, undone: ______, vanished: _______, ...found } = kept;
  const { others: othersBefore, ...rest } = found;
  const is = new Set(group.members.map(({ id }) => id));
  // Whoever left the workspace took the membership along.
  const memberIds = held.memberIds.filter(
    (id) => is.has(id) || people.emails.has(id) || people.managed.has(id),
  );
  // Of a list that may be cut it is only known who is in it.
  const missing = memberIds.filter((id) => !is.has(id) && (group.complete || before.includes(id)));
  const unmanaged = unmanagedIn(held, group, memberIds, people);
  const isNew = held.members === "exact" && others === undefined;
  const vanished = vanishedFrom(held, is, group.complete, people);
  const undone = group.complete ? undoneOf(held, memberIds, missing, unmanaged) : (held.undone ?? {});
  return {
    ...rest,
    memberIds,
    ...(missing.length > 0 && { missing }),
    ...(unmanaged !== undefined && { unmanaged }),
    ...othersIn(held, group, memberIds, othersBefore),
    ...(Object.keys(vanished).length > 0 && { vanished }),
    // Who was in it before anybody was told is shown first; a refresh that found them so has told it.
    ...(isNew && { unseen: true as const }),
    ...(!group.complete && { incomplete: true as const }),
    ...(group.name !== name && { foundName: group.name }),
    ...(Object.keys(undone).length > 0 && { undone }),
  };
}

/** Who else is in a group, where that is asked for, and who of the program's has no person in the state any more. */
export function unmanagedIn(
  held: Pick<AppliedGroup, "members" | "onRemove" | "unmanaged">,
  group: GroupRecord,
  memberIds: readonly string[],
  { emails, managed }: FoundPeople,
): Record<string, string> | undefined {
  const ours = new Set(memberIds);
  const isKnown = asksForUnmanaged(held);
  const shown = group.members.filter(({ id }) => (ours.has(id) ? !managed.has(id) : isKnown));
  if (!isKnown && shown.length === 0) return undefined;
  const known = shown.map(({ id, email }) => [id, emails.get(id) ?? email ?? held.unmanaged?.[id] ?? id]);
  const kept = group.complete ? [] : Object.entries(held.unmanaged ?? {});
  return Object.fromEntries([...kept, ...known]);
}

/** Who else is in a group that the program only adds to. Of a list that may be cut those known before count, too. */
export function othersIn(
  declared: Pick<DeclaredGroup, "members" | "onRemove">,
  live: GroupRecord,
  memberIds: readonly string[],
  before: readonly string[] = [],
): { others?: string[] } {
  if (asksForUnmanaged(declared)) return {};
  const ours = new Set(memberIds);
  const there = [...live.members.map(({ id }) => id), ...(live.complete ? [] : before)];
  const others = [...new Set(there)].filter((id) => !ours.has(id)).sort();
  return others.length === 0 ? {} : { others };
}

/** Fewer who are gone from a group at once are no sign of a mishap. */
const MANY_GONE = 2;

/**
 * Who is gone from a group with most of its members at once, and no row or next run would bring back: a run that was
 * broken off may have emptied the group.
 */
function vanishedFrom(
  held: AppliedGroup,
  is: ReadonlySet<string>,
  isComplete: boolean,
  { emails }: FoundPeople,
): Record<string, string> {
  if (held.members === "exact") return {};
  const before = [...keptIds(held)].filter((id) => emails.has(id));
  const gone = before.filter((id) => !is.has(id));
  if (!isComplete || gone.length < MANY_GONE || gone.length * 2 <= before.length) return {};
  const stays = new Set([...(held.others ?? []), ...Object.keys(held.unmanaged ?? {})]);
  for (const id of held.memberIds) stays.delete(id);
  return Object.fromEntries(gone.flatMap((id) => (stays.has(id) ? [[id, emails.get(id) ?? id]] : [])));
}

/** How often each was found otherwise than it was written, of those who are so now. */
function undoneOf(
  held: AppliedGroup,
  memberIds: readonly string[],
  missing: readonly string[],
  unmanaged: Readonly<Record<string, string>> = {},
): Record<string, number> {
  const ours = new Set(memberIds);
  // Before an exact group was shown, whoever is in it was there before.
  const isShown = held.members === "exact" && held.unmanaged !== undefined && held.unseen !== true;
  const added = isShown ? Object.keys(unmanaged).filter((id) => !ours.has(id)) : [];
  const counted = new Set([...(held.missing ?? []), ...Object.keys(held.unmanaged ?? {})]);
  return Object.fromEntries(
    [...missing, ...added].flatMap((id) => {
      const times = (held.undone?.[id] ?? 0) + (counted.has(id) ? 0 : 1);
      return times === 0 ? [] : [[id, times]];
    }),
  );
}
