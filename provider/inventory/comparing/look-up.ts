import type { ScimReader } from "../../scim/client";
import type { Group } from "../../scim/schemas";
import type { Declared } from "../reading/declared";
import type { Workspace } from "../reading/workspace";
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
