import { foldEmail } from "../../provider/model/email";
import type { GroupRecord } from "../../provider/model/group";
import { fullName, roleOf, type User } from "../../provider/model/record";
import { compareText, formatCount } from "../cli/text";

/** What Notion listed, in an order of our own, and what keeps it from being proven to be everything. */
export interface Workspace {
  users: User[];
  groups: GroupRecord[];
  /** A sentence for each reason to doubt that the list of members is complete: nobody is called gone while there is one. */
  incomplete: string[];
  /** The same of the list of groups. Whether the members of a group are complete, the group itself says. */
  incompleteGroups: string[];
  /** Ids of members whose entries cannot be read: they are there, and nothing is compared with them. */
  unreadable: ReadonlySet<string>;
}

/** A member as every report shows them. */
export interface Member {
  id: string;
  userName: string;
  name: string;
  /** null: the entry bears none. */
  role: string | null;
  active: boolean;
  domain: string;
}

/** Results of single look-ups of people that the listing lacks; undefined: Notion answered 404. */
export type LookUps = ReadonlyMap<string, User | undefined>;

/**
 * Pure: the workspace with the people that a look-up by id found although the lists lack them. A list that lacks a person
 * is not complete, even if its numbers agree.
 */
export function withFound(workspace: Workspace, users: User[], groups: GroupRecord[]): Workspace {
  const lacks = (one: string, { length }: object[]) =>
    length === 0 ? [] : [doubt(`${one}s`, `it lacks ${formatCount(length, one)} that a look-up by id found`)];
  return inOrder({
    ...workspace,
    users: [...workspace.users, ...users],
    groups: [...workspace.groups, ...groups],
    incomplete: [...workspace.incomplete, ...lacks("member", users)],
    incompleteGroups: [...workspace.incompleteGroups, ...lacks("group", groups)],
  });
}

/** Pure: the same in an order of our own. */
export function inOrder({ users, groups, ...rest }: Workspace): Workspace {
  return {
    ...rest,
    users: users.sort(compareUsers),
    groups: groups.sort((a, b) => compareText(a.name, b.name) || compareText(a.id, b.id)),
  };
}

/**
 * Pure: a sentence for each reason to doubt that everything is here.
 * @param groups those whose members count; default: all
 */
export function doubtsOf(
  { incomplete, incompleteGroups, groups: all }: Workspace,
  groups: readonly GroupRecord[] = all,
): string[] {
  return [
    ...incomplete,
    ...incompleteGroups,
    ...groups.flatMap(({ name, members, complete }) =>
      complete ? [] : [doubt(`members of group ${name}`, `${members.length} came, and it may be cut there`)],
    ),
  ];
}

export function doubt(what: string, why: string): string {
  return `The list of ${what} could not be proven complete: ${why}.`;
}

function compareUsers(a: User, b: User): number {
  return compareText(foldEmail(a.userName), foldEmail(b.userName)) || compareText(a.id, b.id);
}

export function memberOf(user: User): Member {
  const userName = foldEmail(user.userName);
  return {
    id: user.id,
    userName,
    name: fullName(user),
    role: roleOf(user) ?? null,
    active: user.active ?? true,
    domain: userName.slice(userName.lastIndexOf("@") + 1),
  };
}
