import type { GroupRecord } from "../../model/group";
import { groupsAsFound } from "../../plan/groups-found";
import { shownWholeLines, vanishedLines } from "../../plan/groups-words";
import { DECLARED_OF_GROUP } from "../../state/group";
import { type Properties, pick } from "../../state/properties";
import type { WorkspaceOutputs } from "../../state/workspace";
import type { Session } from "../session";

/**
 * The groups of the state as they are: one listing, and one request for each that it does not show.
 * @param emails of everybody who is in the workspace, as far as it was read, by id
 */
export async function readGroups(
  session: Session,
  applied: WorkspaceOutputs["groups"],
  emails: ReadonlyMap<string, string>,
  managed: ReadonlySet<string>,
): Promise<Pick<WorkspaceOutputs, "groups">> {
  if (applied === undefined || Object.keys(applied).length === 0) return {};
  const { groups } = await session.groups.all();
  const live = new Map<string, GroupRecord | undefined>();
  for (const { id } of Object.values(applied)) live.set(id, await session.groups.group(id));
  const named = new Map<string, string[]>();
  for (const { id, name } of groups) named.set(name, [...(named.get(name) ?? []), id]);
  return { groups: groupsAsFound(applied, live, named, { emails, managed }) };
}

/** Lines about groups of which a refresh saw for the first time who is in them, or that most members are gone. */
export const newGroupLines = ({ groups = {} }: WorkspaceOutputs) => [
  ...vanishedLines(groups),
  ...shownWholeLines(groups),
];

/** What a program would declare to have just these groups: as it declared them last. */
export function declaredGroupsOf({ groups }: WorkspaceOutputs): Properties {
  if (groups === undefined) return {};
  const declared = Object.entries(groups).map(([name, group]) => [name, pick(group, DECLARED_OF_GROUP)]);
  return { groups: Object.fromEntries(declared) };
}

/** The groups that the program has a person in, by Notion's id of the person. */
export function groupsById({ groups = {} }: WorkspaceOutputs): ReadonlyMap<string, string[]> {
  const names = new Map<string, string[]>();
  for (const [name, { memberIds }] of Object.entries(groups))
    for (const id of memberIds) names.set(id, [...(names.get(id) ?? []), name]);
  return names;
}
