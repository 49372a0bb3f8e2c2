import type { z } from "zod";
import { contestedIds } from "../../provider/state/group";
import { membershipOf } from "../../provider/state/group-membership";
import { namesIn } from "../../provider/state/group-resource";
import type { exportedWorkspace } from "../../provider/state/workspace";
import { type DeclaredGroup, textIn } from "./declared";
import { openSecrets } from "./secret-properties";

type About = Pick<DeclaredGroup, "urn" | "name">;

const NOBODY = { members: new Map(), exact: false, contested: [], include: [], except: [], where: undefined };

/** Pure: the groups of a NotionWorkspace, each with those whom the program has in it. */
export function groupsOfWorkspace(
  { groups, ids }: Pick<z.infer<typeof exportedWorkspace>, "groups" | "ids">,
  about: About,
): DeclaredGroup[] {
  const emails = new Map(Object.entries(ids).map(([email, id]) => [id, email]));
  return Object.entries(groups).map(([group, held]) => ({
    ...about,
    kind: "NotionWorkspace",
    group,
    id: held.id,
    members: new Map(held.memberIds.map((id) => [id, emails.get(id) ?? held.unmanaged?.[id] ?? id])),
    exact: held.members === "exact",
    contested: contestedIds(held),
    include: held.include ?? [],
    except: held.except ?? [],
    where: held.where,
  }));
}

/** Pure: the group of a NotionGroup, by the name that was written last. */
export function groupOfResource(id: string, outputs: Record<string, unknown>, about: About): DeclaredGroup {
  const { values } = openSecrets(outputs);
  const { written } = namesIn(values);
  return {
    ...{ ...about, ...NOBODY },
    kind: "NotionGroup",
    group: typeof written === "string" ? written : null,
    id: textIn(values, "groupId") ?? id,
  };
}

/** Pure: the group that a NotionGroupMembership puts somebody into. It does not say the name. */
export function groupOfMembership(id: string, about: About): DeclaredGroup[] {
  const membership = membershipOf(id);
  if (membership === undefined) return [];
  const { groupId, userId } = membership;
  return [
    {
      ...{ ...about, ...NOBODY },
      kind: "NotionGroupMembership",
      group: null,
      id: groupId,
      members: new Map([[userId, userId]]),
    },
  ];
}
