import { emailOf } from "../../provider/model/email";
import type { GroupRecord } from "../../provider/model/group";
import { formatCount } from "../cli/text";
import type { Declared, DeclaredGroup } from "../live/declared";
import type { Workspace } from "../live/workspace";
import type { Finding } from "./finding";
import { type Identities, reinvited } from "./missing";
import type { Remediation } from "./remediations";

/** Accounts, and what else is known of ids. */
interface Known extends Identities {
  /** People and groups for which Notion answered 404. */
  gone: ReadonlySet<string>;
  /** People who are outside of their time. */
  outside: ReadonlySet<string>;
}

/**
 * Pure: how the groups of a workspace differ from those that a stack declares. A list of members that may be cut proves
 * nobody absent. The memberships of people who are gone, or outside of their time, are no matter of their groups.
 * @param declared without those who are outside of their time
 */
export function groupDrift(declared: Declared, workspace: Workspace, known: Known): Finding[] {
  if (declared.groups.length === 0) return [];
  const live = new Map(workspace.groups.map((group) => [group.id, group]));
  const named = Map.groupBy(workspace.groups, ({ name }) => name);
  // A group that is gone is told once: by the resource that declares it, else by the first that puts somebody into it.
  const byResource = [...declared.groups].sort((a, b) => Number(isWhole(b.kind)) - Number(isWhole(a.kind)));
  const teller = new Map(byResource.toReversed().map((group) => [group.id, group]));
  return [
    ...declared.groups.flatMap((group) => {
      const found = live.get(group.id);
      if (found === undefined) {
        const isProven = workspace.incompleteGroups.length === 0 && known.gone.has(group.id);
        return isProven && teller.get(group.id) === group
          ? [missingGroup(group, named.get(group.group ?? ""))]
          : [];
      }
      return [...renamed(group, found), ...memberships(group, found, declared, known)];
    }),
    ...twoGroups(declared, named),
    ...unmanagedGroups(declared, workspace),
  ];
}

/** Whether a resource declares a group, and not only that somebody is in it. */
const isWhole = (kind: DeclaredGroup["kind"]) => kind !== "NotionGroupMembership";

function missingGroup(group: DeclaredGroup, [other]: readonly GroupRecord[] = []): Finding {
  return {
    ...about(group),
    kind: "missing",
    declared: `a group with the id ${group.id}`,
    live: other === undefined ? "no group" : `a group with another id, ${other.id}`,
    remediation: other === undefined ? "groupMissing" : "groupReplaced",
  };
}

function renamed(group: DeclaredGroup, { name }: GroupRecord): Finding[] {
  if (group.group === null || name === group.group) return [];
  return [
    {
      ...about(group),
      kind: "changed",
      attribute: "name",
      declared: group.group,
      live: name,
      remediation: group.kind === "NotionWorkspace" ? "groupRenamed" : "groupRenamedOne",
    },
  ];
}

const about = (group: DeclaredGroup) => ({
  subject: "group" as const,
  who: group.group ?? group.id,
  id: group.id,
  group: group.group ?? group.id,
  resource: group.urn,
  person: null,
  attribute: null,
});

/** Who is declared in a group and not in it, and who else is in an exact one. */
function memberships(
  group: DeclaredGroup,
  { name, members, complete }: GroupRecord,
  declared: Declared,
  known: Known,
): Finding[] {
  const inIt = new Set(members.map(({ id }) => id));
  const present = new Map(
    declared.users.flatMap((user) => (user.id === null ? [] : [[user.id, user] as const])),
  );
  const finding = (id: string, kind: "missing" | "unmanaged", remediation: Remediation): Finding => {
    const user = known.live.get(id);
    const declaredAs = present.get(id);
    return {
      kind,
      subject: "membership",
      who: user === undefined ? (group.members.get(id) ?? id) : emailOf(user),
      id,
      group: group.group ?? name,
      resource: group.urn,
      person: declaredAs?.person ?? null,
      attribute: null,
      declared: kind === "missing" ? "in the group" : null,
      live: kind === "missing" ? "not in the group" : "in the group",
      remediation,
    };
  };
  const isContested = (id: string) => group.exact && group.contested.includes(id);
  const missingAs = (id: string): Remediation => {
    if (group.kind === "NotionGroupMembership") return "membershipMissingOne";
    return isContested(id) ? "membershipUndone" : "membershipMissing";
  };
  const absent = complete
    ? [...group.members.keys()].filter((id) => !inIt.has(id) && known.live.has(id) && !known.outside.has(id))
    : [];
  // An account in the place of somebody who is gone is adopted together with their groups.
  const successors = new Set(
    [...group.members.keys()].flatMap((id) => {
      const user = present.get(id);
      return user === undefined || known.live.has(id) ? [] : (reinvited(user, known)?.id ?? []);
    }),
  );
  const others = group.exact ? [...inIt].filter((id) => !group.members.has(id) && !successors.has(id)) : [];
  return [
    ...absent.map((id) => finding(id, "missing", missingAs(id))),
    ...others.map((id) =>
      finding(id, "unmanaged", isContested(id) ? "membershipContested" : "membershipUnmanaged"),
    ),
  ];
}

/** Declared names that several groups have. */
function twoGroups({ groups }: Declared, named: ReadonlyMap<string, readonly GroupRecord[]>): Finding[] {
  return groups.flatMap((group) => {
    const same = named.get(group.group ?? "") ?? [];
    if (same.length < 2) return [];
    const ids = same.map(({ id }) => id).sort();
    return [
      {
        ...about(group),
        kind: "duplicate" as const,
        declared: "one group",
        live: `${ids.length} groups: ${ids.join(", ")}`,
        remediation: "twoGroups" as const,
      },
    ];
  });
}

/** The groups that no resource declares, where a program declares groups and asks for what it does not declare. */
function unmanagedGroups({ groups, workspaces }: Declared, workspace: Workspace): Finding[] {
  const isAskedFor = workspaces.some(
    ({ urn, undeclared }) => undeclared !== "ignore" && groups.some((group) => group.urn === urn),
  );
  if (!isAskedFor) return [];
  const ids = new Set(groups.map(({ id }) => id));
  const names = new Set(groups.map(({ group }) => group));
  return workspace.groups
    .filter(({ id, name }) => !ids.has(id) && !names.has(name))
    .map(({ id, name, members }) => ({
      kind: "unmanaged",
      subject: "group",
      who: name,
      id,
      group: name,
      resource: null,
      person: null,
      attribute: null,
      declared: null,
      live: formatCount(members.length, "member"),
      remediation: "groupUnmanaged",
    }));
}
