import { foldEmail } from "../../member/email";
import { differingAttributes, liveProfile, type Profile } from "../../member/profile";
import { roleOf, type User } from "../../member/record";
import { ROLES } from "../../member/role";
import { compareText } from "../console/text";
import type { Declared, DeclaredRole, DeclaredUser } from "../reading/declared";
import { memberOf, type Workspace } from "../reading/workspace";
import { REMEDIES } from "./remedies";

export const DRIFT_KINDS = ["missing", "unmanaged", "changed", "role", "duplicate"] as const;
export type DriftKind = (typeof DRIFT_KINDS)[number];

/** One difference between what a stack declares and what is there. */
export interface Finding {
  kind: DriftKind;
  /** The person's e-mail. */
  who: string;
  id: string;
  /** The URN of the resource; null for someone that no resource is about. */
  resource: string | null;
  /** What of the person differs; null where it is the whole person. */
  attribute: string | null;
  declared: string | null;
  live: string | null;
  /** What to do about it. */
  todo: string;
}

/** What single look-ups said of people whom the listing does not hold; undefined: Notion answered 404. */
export type LookUps = Map<string, User | undefined>;

/** The people who are declared and not listed: each has to be asked for before anything is said of them. */
export function unlisted(declared: Declared, workspace: Workspace): string[] {
  const listed = new Set(workspace.users.map(({ id }) => id));
  const ids = [...declared.users, ...declared.roles].map(({ id }) => id);
  return [...new Set(ids)].filter((id) => !listed.has(id)).sort();
}

/**
 * Pure: how the workspace differs from what is declared. Somebody counts as missing only when the listing is
 * proven complete and a look-up of just that person answered that they are gone.
 */
export function findDrift(declared: Declared, workspace: Workspace, lookUps: LookUps): Finding[] {
  const live = new Map(workspace.users.map((user) => [user.id, user]));
  for (const [id, user] of lookUps) if (user !== undefined) live.set(id, user);
  const complete = workspace.incomplete.length === 0;
  const isGone = (id: string) => complete && lookUps.has(id) && lookUps.get(id) === undefined;

  const byEmail = new Map([...live.values()].map((user) => [foldEmail(user.userName), user]));
  const gone = [...declared.users, ...rolesAlone(declared)].filter(({ id }) => isGone(id));
  // Someone who left and came back as another account is one thing to report, not two.
  const returned = new Set(gone.map((resource) => byEmail.get(emailOf(resource))?.id));
  const declaredIds = new Set([...declared.users, ...declared.roles].map(({ id }) => id));

  const findings = [
    ...gone.map((resource) => missing(resource, byEmail.get(emailOf(resource)))),
    ...[...live.values()].filter(({ id }) => !declaredIds.has(id) && !returned.has(id)).map(unmanaged),
    ...declared.users.flatMap((user) => changed(user, live.get(user.id))),
    ...declared.roles.flatMap((role) => otherRole(role, live.get(role.id))),
    ...duplicateResources(declared.users, "NotionUser"),
    ...duplicateResources(declared.roles, "NotionRoleAssignment"),
    ...duplicateMembers([...live.values()]),
  ];
  return findings.sort(
    (a, b) =>
      DRIFT_KINDS.indexOf(a.kind) - DRIFT_KINDS.indexOf(b.kind) ||
      compareText(a.who, b.who) ||
      compareText(a.attribute ?? "", b.attribute ?? "") ||
      compareText(a.resource ?? a.id, b.resource ?? b.id),
  );
}

/** The declared people of whom cannot be said whether they are gone: the listing is incomplete, or their entry unreadable. */
export function unproven(declared: Declared, workspace: Workspace, lookUps: LookUps): string[] {
  const incomplete = workspace.incomplete.length > 0;
  const doubtful = [...declared.users, ...rolesAlone(declared)].filter(
    ({ id }) =>
      workspace.unreadable.has(id) || (incomplete && lookUps.has(id) && lookUps.get(id) === undefined),
  );
  return [...new Set(doubtful.map(emailOf))].sort(compareText);
}

/** Role assignments of people whose membership is not declared: a person is reported missing once. */
function rolesAlone({ users, roles }: Declared): DeclaredRole[] {
  const declared = new Set(users.map(({ id }) => id));
  return roles.filter(({ id }) => !declared.has(id));
}

/** A declared person's e-mail; the resource's name where that is a secret, or where only a role is declared. */
function emailOf(resource: DeclaredUser | DeclaredRole): string {
  const email = "profile" in resource ? resource.profile.userName : undefined;
  return email === undefined || resource.secrets.has("userName") ? resource.name : foldEmail(email);
}

function missing(resource: DeclaredUser | DeclaredRole, namesake: User | undefined): Finding {
  return {
    kind: "missing",
    who: emailOf(resource),
    id: resource.id,
    resource: resource.urn,
    attribute: null,
    declared: "profile" in resource ? "a member" : (resource.role ?? "a role"),
    live: namesake === undefined ? "not a member" : `a member with another id, ${namesake.id}`,
    todo: REMEDIES.missing.todo,
  };
}

function unmanaged(user: User): Finding {
  const { userName, role, id } = memberOf(user);
  return {
    kind: "unmanaged",
    who: userName,
    id,
    resource: null,
    attribute: null,
    declared: null,
    live: role ?? "a member without a role",
    todo: REMEDIES.unmanaged.todo,
  };
}

function changed(resource: DeclaredUser, user: User | undefined): Finding[] {
  if (user === undefined) return [];
  const { profile, secrets } = resource;
  const declared = profile as Profile;
  const actual = liveProfile(declared, user);
  const finding = (
    attribute: string,
    was: unknown,
    is: unknown,
    remedy = "changed" as "changed" | "deactivated",
  ): Finding => {
    const secret = secrets.has(attribute.split(".")[0] ?? attribute);
    return {
      kind: "changed",
      who: emailOf(resource),
      id: resource.id,
      resource: resource.urn,
      attribute,
      declared: secret ? "[secret]" : valueText(was),
      live: secret ? "[secret]" : valueText(is),
      todo: REMEDIES[remedy].todo,
    };
  };
  const findings = differingAttributes(declared, actual).map((attribute) =>
    finding(attribute, valueAt(declared, attribute), valueAt(actual, attribute)),
  );
  // A member is declared to be active by being declared at all.
  return user.active === false ? [...findings, finding("active", "true", "false", "deactivated")] : findings;
}

function otherRole(resource: DeclaredRole, user: User | undefined): Finding[] {
  if (user === undefined || resource.role === undefined) return [];
  const held = roleOf(user);
  if (held === resource.role) return [];
  const secret = resource.secrets.has("role");
  const known = held === undefined || ROLES.some((role) => role === held);
  return [
    {
      kind: "role",
      who: foldEmail(user.userName),
      id: resource.id,
      resource: resource.urn,
      attribute: "role",
      declared: secret ? "[secret]" : resource.role,
      live: secret ? "[secret]" : (held ?? "none"),
      todo: known ? REMEDIES.role.todo : REMEDIES.unknownRole.todo,
    },
  ];
}

/** Resources of one kind that are for one person, by id or by e-mail. */
function duplicateResources(resources: (DeclaredUser | DeclaredRole)[], kind: string): Finding[] {
  const seen = new Map<string, DeclaredUser | DeclaredRole>();
  return resources.flatMap((resource) => {
    const keys = [`id ${resource.id}`, ...("profile" in resource ? [`e-mail ${emailOf(resource)}`] : [])];
    const first = keys.map((key) => seen.get(key)).find((each) => each !== undefined);
    for (const key of keys) if (!seen.has(key)) seen.set(key, resource);
    if (first === undefined) return [];
    return [
      {
        kind: "duplicate" as const,
        who: emailOf(resource),
        id: resource.id,
        resource: resource.urn,
        attribute: null,
        declared: `${kind} "${resource.name}" and "${first.name}"`,
        live: "one member",
        todo: REMEDIES.twoResources.todo,
      },
    ];
  });
}

function duplicateMembers(users: User[]): Finding[] {
  const byEmail = new Map<string, User[]>();
  for (const user of users) {
    const email = foldEmail(user.userName);
    byEmail.set(email, [...(byEmail.get(email) ?? []), user]);
  }
  return [...byEmail]
    .filter(([, same]) => same.length > 1)
    .map(([who, same]) => ({
      kind: "duplicate" as const,
      who,
      id: same[0]?.id ?? "",
      resource: null,
      attribute: null,
      declared: null,
      live: `${same.length} members: ${same
        .map(({ id }) => id)
        .sort()
        .join(", ")}`,
      todo: REMEDIES.twoMembers.todo,
    }));
}

function valueAt(profile: Profile, attribute: string): unknown {
  return attribute
    .split(".")
    .reduce<unknown>(
      (value, key) => (value !== null && typeof value === "object" ? Reflect.get(value, key) : undefined),
      profile,
    );
}

function valueText(value: unknown): string {
  if (value === undefined || value === "") return "(empty)";
  return typeof value === "string" ? value : JSON.stringify(value);
}
