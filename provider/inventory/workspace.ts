import { fullName } from "../lifecycle/profile";
import type { ScimReader } from "../scim/client";
import { foldEmail, type Group, roleOf, type User } from "../scim/schemas";
import { compareText } from "./text";

/** What Notion listed, in an order of our own, and what keeps it from being proven to be everything. */
export interface Workspace {
  users: User[];
  groups: Group[];
  /** One sentence for each listing that could not be proven complete; empty when all were. */
  incomplete: string[];
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

/** Told what is being read, for a person who waits. */
export type Progress = (doing: string) => void;

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
    what.groups ? reader.listGroups() : undefined,
  ]);
  const incomplete = [doubt("members", users?.incomplete), doubt("groups", groups?.incomplete)].flatMap(
    (sentence) => sentence ?? [],
  );
  return {
    users: (users?.entries ?? []).sort((a, b) => compareUsers(a, b)),
    groups: (groups?.entries ?? []).sort(
      (a, b) => compareText(a.displayName, b.displayName) || compareText(a.id, b.id),
    ),
    incomplete,
  };
}

async function listUsers(reader: ScimReader, progress: Progress) {
  const first = await reader.usersPage();
  progress(`Reading ${first.totalResults} members`);
  return reader.listUsers(first);
}

function doubt(what: string, why: string | undefined): string | undefined {
  return why === undefined ? undefined : `The list of ${what} could not be proven complete: ${why}.`;
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
