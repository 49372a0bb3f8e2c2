import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Settings } from "../../provider/config";
import type { GroupRecord } from "../../provider/model/group";
import type { User } from "../../provider/model/record";
import type { ScimReader } from "../../provider/scim/client";
import type { Io } from "../cli/io";
import { withProgress } from "../cli/progress";
import { type Wire, withReader } from "./connection";
import { doubt, inOrder, type LookUps, type Workspace, withFound } from "./workspace";

/** What is asked of Notion. */
interface Wanted {
  /** Whether groups are listed, too. */
  groups?: boolean;
  /** People and groups that a file or the state knows. Each that is not listed is looked up; only a 404 means gone. */
  expected?: {
    /** @param who how an error names them */
    users: readonly { id: string; who?: string }[];
    groups?: readonly { id: string }[];
  };
}

/** What Notion answered. */
export interface WorkspaceRead {
  workspace: Workspace;
  lookUps: LookUps;
  /** Ids of people and groups for which Notion answered 404. */
  gone: Set<string>;
}

/**
 * Lists members and groups, P + Q requests for P pages of members and Q of groups: who is in a group stands in the
 * list of groups. Then asks for everybody who is expected and not listed.
 * @returns also how often what was asked, repetitions counted: `GET /Users`
 */
export async function readWorkspace(
  { io, wire }: { io: Io; wire: Wire },
  settings: Settings,
  { groups = false, expected }: Wanted = {},
): Promise<WorkspaceRead & { requests: Record<string, number> }> {
  const counts = new Map<string, number>();
  const count = (message: unknown) => {
    const { method, path } = (message as { request: { method: string; path: string } }).request;
    const [, what = path] = /(\/(?:Users|Groups|ServiceProviderConfig))(?:[/?]|$)/.exec(path) ?? [];
    const each = /\/(?:Users|Groups)\/./.test(path) ? `${method} ${what}/{id}` : `${method} ${what}`;
    counts.set(each, (counts.get(each) ?? 0) + 1);
  };
  subscribe("undici:request:create", count);
  try {
    const read = await withReader(io, settings, wire, (reader) =>
      withProgress(io, groups ? "Reading members and groups" : "Reading members", async (progress) => {
        const first = await reader.usersPage();
        progress(`Reading ${first.totalResults} members`);
        const [users, inGroups] = await Promise.all([
          reader.listUsers(first),
          groups ? reader.listGroups() : undefined,
        ]);
        const listed = inOrder({
          users: users.entries,
          groups: inGroups?.entries ?? [],
          incomplete: users.incomplete === undefined ? [] : [doubt("members", users.incomplete)],
          incompleteGroups: inGroups?.incomplete === undefined ? [] : [doubt("groups", inGroups.incomplete)],
          unreadable: new Set(
            users.unreadable.map(({ id }, index) => id ?? `entry ${index + 1} without an id`),
          ),
        });
        if (expected === undefined) return { workspace: listed, lookUps: new Map(), gone: new Set<string>() };
        progress("Asking for those who are not listed");
        return lookUp(reader, listed, expected);
      }),
    );
    return { ...read, requests: Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))) };
  } finally {
    unsubscribe("undici:request:create", count);
  }
}

/** Asks for each person and group that is expected and not listed. */
async function lookUp(
  reader: ScimReader,
  listed: Workspace,
  { users, groups = [] }: NonNullable<Wanted["expected"]>,
): Promise<WorkspaceRead> {
  const lookUps = new Map<string, User | undefined>();
  const found: GroupRecord[] = [];
  const gone = new Set<string>();
  // Whose entry cannot be read a line has named already; another look would find the same.
  const known = new Set([...listed.users, ...listed.groups].map(({ id }) => id).concat(...listed.unreadable));
  const unlisted = new Map(users.filter(({ id }) => !known.has(id)).map(({ id, who }) => [id, who]));
  await Promise.all([
    ...[...unlisted].map(async ([id, who]) => {
      const user = await reader.user(id, who);
      lookUps.set(id, user);
      if (user === undefined) gone.add(id);
    }),
    ...groups.map(async ({ id }) => {
      if (known.has(id)) return;
      const group = await reader.group(id);
      if (group === undefined) gone.add(id);
      else found.push(group);
    }),
  ]);
  const members = [...lookUps.values()].filter((user) => user !== undefined);
  return { workspace: withFound(listed, members, found), lookUps, gone };
}
