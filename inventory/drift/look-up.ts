import type { ScimReader } from "../../provider/scim/client";
import type { Group } from "../../provider/scim/schemas";
import type { Progress } from "../cli/progress";
import type { Declared } from "../live/declared";
import { readWorkspace, type Workspace, withFound } from "../live/workspace";
import { type Baseline, unlistedSince } from "./baseline";
import { type LookUps, unlisted } from "./drift";

/** Asks for each person and group that should be there and is not listed: only a 404 means gone. */
export async function lookUpUnlisted(
  reader: ScimReader,
  workspace: Workspace,
  declared: Declared | undefined,
  baseline: Baseline | undefined,
): Promise<{ lookUps: LookUps; groups: Group[]; gone: Set<string> }> {
  const since = baseline === undefined ? { users: [], groups: [] } : unlistedSince(baseline, workspace);
  const users = new Set([...(declared === undefined ? [] : unlisted(declared, workspace)), ...since.users]);
  const lookUps: LookUps = new Map();
  const groups: Group[] = [];
  const gone = new Set<string>();
  await Promise.all([
    ...[...users].map(async (id) => {
      // A line has named them already; another look would find the same.
      if (workspace.unreadable.has(id)) return;
      const user = await reader.user(id);
      lookUps.set(id, user);
      if (user === undefined) gone.add(id);
    }),
    ...since.groups.map(async (id) => {
      const group = await reader.group(id);
      if (group === undefined) gone.add(id);
      else groups.push(group);
    }),
  ]);
  return { lookUps, groups, gone };
}

/** Everybody who is there: the listing, and those whom the state declares and who are not listed. */
export async function readWithDeclared(
  reader: ScimReader,
  declared: Declared | undefined,
  progress: Progress,
): Promise<{ workspace: Workspace; lookUps: LookUps }> {
  const listed = await readWorkspace(reader, { users: true, groups: false }, progress);
  progress("Asking for those who are not listed");
  const { lookUps } = await lookUpUnlisted(reader, listed, declared, undefined);
  const found = [...lookUps.values()].filter((user) => user !== undefined);
  return { workspace: withFound(listed, found, []), lookUps };
}
