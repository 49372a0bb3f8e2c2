/** Whether a person is among them: asked, and never listed. */
type Some = Pick<ReadonlySet<string>, "has" | "size">;

/** What other resources of the program declare: these people stay. */
export interface Elsewhere {
  /** Folded e-mails, former ones included. */
  emails: Some;
  /** Whether they declare anybody at all. */
  isAnybody: boolean;
  /** Notion's ids of people whose membership they declare. */
  ids: Some;
  /** Ids of people that the program knows in another way, such as by a role: they are not unmanaged. */
  known: Some;
  /** Names of role assignments whose member is not known yet: any unmanaged member may be theirs. */
  unknownAssignments?: readonly string[];
  /** What they declare of groups. Default: nothing. */
  groups?: GroupsElsewhere;
}

/** What other resources of the program declare of groups, one by one. */
export interface GroupsElsewhere {
  /** Whether one of them declares this group. */
  declares(group: { id?: string | undefined; name: string }): boolean;
  /** Ids of people that they put into a group. */
  membersOf(groupId: string): ReadonlySet<string>;
}

export const NO_GROUPS_ELSEWHERE: GroupsElsewhere = { declares: () => false, membersOf: () => new Set() };

export const NOBODY_ELSEWHERE: Elsewhere = {
  emails: new Set(),
  isAnybody: false,
  ids: new Set(),
  known: new Set(),
};
