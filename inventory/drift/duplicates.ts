import { emailOf } from "../../provider/model/email";
import type { User } from "../../provider/model/record";
import { type Declared, type DeclaredRole, type DeclaredUser, whoOf } from "../live/declared";
import { aboutResource, type Finding } from "./finding";

type Resource = DeclaredUser | DeclaredRole;

/** Pure: memberships, and roles, that two resources declare of one person, by id or by e-mail. */
export function duplicateResources({ users, roles }: Declared): Finding[] {
  return [...duplicatesAmong(users), ...duplicatesAmong(roles)].map(([resource, first]): Finding => {
    const remediation = [resource, first].some(({ person }) => person !== null)
      ? "twoDeclarations"
      : "twoResources";
    return {
      kind: "duplicate",
      who: resource.person ?? first.person ?? whoOf(resource),
      ...aboutResource(resource),
      attribute: null,
      declared: bothOf(resource, first),
      live: "one member",
      remediation,
    };
  });
}

/** Each resource about a person that an earlier resource is about, with that earlier one. */
function duplicatesAmong(resources: Resource[]): [Resource, Resource][] {
  const seen = new Map<string, Resource>();
  return resources.flatMap((resource): [Resource, Resource][] => {
    const keys = [
      ...(resource.id === null ? [] : [`id ${resource.id}`]),
      ...("profile" in resource ? [`e-mail ${whoOf(resource)}`] : []),
    ];
    const first = keys.map((key) => seen.get(key)).find((each) => each !== undefined);
    for (const key of keys) if (!seen.has(key)) seen.set(key, resource);
    return first === undefined ? [] : [[resource, first]];
  });
}

/** `NotionUser "ada" and "ada-2"`, `NotionUser "ada" and NotionWorkspace "acme"`. */
function bothOf(one: Resource, other: Resource): string {
  const kind = one.kind === other.kind ? "" : `${other.kind} `;
  return `${one.kind} "${one.name}" and ${kind}"${other.name}"`;
}

/** Pure: members of the workspace that share an e-mail. */
export function duplicateMembers(users: User[]): Finding[] {
  return [...Map.groupBy(users, emailOf)]
    .filter(([, same]) => same.length > 1)
    .map(([who, same]) => ({
      kind: "duplicate" as const,
      subject: "user" as const,
      group: null,
      who,
      id: same[0]?.id ?? "",
      resource: null,
      person: null,
      attribute: null,
      declared: null,
      live: `${same.length} members: ${same
        .map(({ id }) => id)
        .sort()
        .join(", ")}`,
      remediation: "twoMembers",
    }));
}
