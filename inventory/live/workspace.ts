import { foldEmail } from "../../provider/model/email";
import { fullName, roleOf, type User } from "../../provider/model/record";
import type { ScimReader } from "../../provider/scim/client";
import type { Group } from "../../provider/scim/schemas";
import type { Progress } from "../cli/progress";
import { compareText, counted } from "../cli/text";

/** What Notion listed, in an order of our own, and what keeps it from being proven to be everything. */
export interface Workspace {
  users: User[];
  groups: Group[];
  /** A sentence for each reason to doubt that a listing is complete; empty when all were proven to be. */
  incomplete: string[];
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

/**
 * Lists members and groups, P + Q requests for P pages of members and Q of groups: who is in a group
 * stands in the list of groups.
 * @param what which of the two is needed
 */
export async function readWorkspace(
  reader: ScimReader,
  what: { users: boolean; groups: boolean },
  progress: Progress,
): Promise<Workspace> {
  const [users, groups] = await Promise.all([
    what.users ? listUsers(reader, progress) : undefined,
    what.groups ? listGroups(reader) : undefined,
  ]);
  const incomplete = [
    ...(users?.incomplete === undefined ? [] : [doubt("members", users.incomplete)]),
    ...(groups?.incomplete === undefined ? [] : [doubt("groups", groups.incomplete)]),
  ];
  const unreadable = new Set(
    users?.unreadable.map(({ id }, index) => id ?? `entry ${index + 1} without an id`),
  );
  return inOrder({ users: users?.entries ?? [], groups: groups?.entries ?? [], incomplete, unreadable });
}

/**
 * Pure: the workspace with those whom a look-up by id found although the lists do not hold them. A list that
 * lacks somebody is not complete, however well its numbers agree.
 */
export function withFound(workspace: Workspace, users: User[], groups: Group[]): Workspace {
  const lacks = (one: string, { length }: object[]) =>
    length === 0 ? [] : [doubt(`${one}s`, `it lacks ${counted(length, one)} that a look-up by id found`)];
  return inOrder({
    ...workspace,
    users: [...workspace.users, ...users],
    groups: [...workspace.groups, ...groups],
    incomplete: [...workspace.incomplete, ...lacks("member", users), ...lacks("group", groups)],
  });
}

function inOrder({ users, groups, ...rest }: Workspace): Workspace {
  return {
    ...rest,
    users: users.sort(compareUsers),
    groups: groups.sort((a, b) => compareText(a.displayName, b.displayName) || compareText(a.id, b.id)),
  };
}

async function listUsers(reader: ScimReader, progress: Progress) {
  const first = await reader.usersPage();
  progress(`Reading ${first.totalResults} members`);
  return reader.listUsers(first);
}

/** A workspace may have no groups, so nothing but a second answer speaks against an empty one. */
async function listGroups(reader: ScimReader) {
  const listing = await reader.listGroups();
  return listing.total > 0 ? listing : reader.listGroups();
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
