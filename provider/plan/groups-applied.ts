import type { GroupRecord } from "../model/group";
import { type AppliedGroup, DECLARED_OF_GROUP, type DeclaredGroup } from "../state/group";
import { pick } from "../state/properties";
import { type FoundPeople, othersIn, unmanagedIn } from "./groups-found";

/** What the state keeps of a group that was applied, as an answer of Notion has shown it. */
export interface ShownGroup {
  name: string;
  group: DeclaredGroup;
  /** As the state had it before; undefined for one that was created or adopted. */
  held: AppliedGroup | undefined;
  live: GroupRecord;
  /** Ids of those who are to be in it. */
  wanted: ReadonlySet<string>;
  people: FoundPeople;
}

/** Pure: a declared group after a run. Who could not be taken out yet is still the program's. */
export function appliedAfter({ name, group, held, live, wanted, people }: ShownGroup): AppliedGroup {
  const is = new Set(live.members.map(({ id }) => id));
  const before = held?.memberIds ?? [];
  const staying = before.filter((id) => is.has(id) && !wanted.has(id));
  const lost = before.filter((id) => !is.has(id) && wanted.has(id));
  const memberIds = [...new Set([...[...wanted].filter((id) => is.has(id)), ...staying, ...lost])].sort();
  const declared = pick(group, DECLARED_OF_GROUP) as DeclaredGroup;
  const kept = held?.unmanaged === undefined ? {} : { unmanaged: held.unmanaged };
  const unmanaged = unmanagedIn({ ...declared, ...kept }, live, memberIds, people);
  return {
    ...declared,
    id: live.id,
    memberIds,
    ...(lost.length > 0 && { missing: lost }),
    ...(unmanaged !== undefined && { unmanaged }),
    ...othersIn(declared, live, memberIds, held?.others),
    ...(!live.complete && { incomplete: true as const }),
    ...(live.name !== name && { foundName: live.name }),
    ...(held?.undone !== undefined && held.id === live.id && { undone: held.undone }),
  };
}

/** Pure: a group in which nothing was written, after a run that changed people. */
export function keptAfter(
  held: AppliedGroup,
  isGone: (id: string) => boolean,
  isReleased: (id: string) => boolean,
): AppliedGroup {
  const { memberIds, missing, unmanaged, others, ...rest } = held;
  const isDropped = (id: string) => isGone(id) || (held.members === "add" && isReleased(id));
  const stillMissing = missing?.filter((id) => !isDropped(id));
  return {
    ...rest,
    memberIds: memberIds.filter((id) => !isDropped(id)),
    ...(stillMissing !== undefined && stillMissing.length > 0 && { missing: stillMissing }),
    ...(others !== undefined && { others: others.filter((id) => !isGone(id)) }),
    ...(unmanaged !== undefined && {
      unmanaged: Object.fromEntries(Object.entries(unmanaged).filter(([id]) => !isGone(id))),
    }),
  };
}
