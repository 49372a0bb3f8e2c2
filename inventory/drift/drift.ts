import { emailOf } from "../../provider/model/email";
import { differingAttributes, liveProfile, type Profile } from "../../provider/model/profile";
import { roleOf, type User } from "../../provider/model/record";
import { isRole } from "../../provider/model/role";
import { heldWords } from "../../provider/plan/step-words";
import { compareText } from "../cli/text";
import {
  type Declared,
  type DeclaredRole,
  type DeclaredUser,
  phaseAt,
  roleDue,
  whoOf,
} from "../live/declared";
import type { WorkspaceRead } from "../live/read-workspace";
import { type LookUps, memberOf, type Workspace } from "../live/workspace";
import { duplicateMembers, duplicateResources } from "./duplicates";
import { endedAccess, redactField } from "./expired";
import { aboutResource, DRIFT_KINDS, type DriftSubject, type Finding } from "./finding";
import { groupDrift } from "./groups";
import { emailsLeftBehind, type Identities, missing, reinvited } from "./missing";
import { type Remediation, remediationFor, remediationsForUnmanaged } from "./remediations";

type Declaring = DeclaredUser | DeclaredRole;

const SUBJECTS: readonly DriftSubject[] = ["user", "group", "membership"];

/**
 * Pure: how the workspace differs from what is declared. Somebody counts as missing only when the listing is
 * proven complete and a look-up of just that person answered that they are gone. Before and after their time people
 * are as if not declared: of them counts alone that they still are here after it.
 * @param now milliseconds since 1970
 */
export function findDrift(
  all: Declared,
  { workspace, lookUps, gone: goneIds }: WorkspaceRead,
  now: number,
): Finding[] {
  const declared = presentAt(all, now);
  const live = new Map(workspace.users.map((user) => [user.id, user]));
  for (const [id, user] of lookUps) if (user !== undefined) live.set(id, user);
  const identities = identitiesOf(all, live);
  const gone = notFound(declared, workspace, lookUps).filter((resource) => isProven(resource, workspace));
  // Someone who left and came back as another account is one thing to report, not two.
  const returned = new Set(gone.map((resource) => reinvited(resource, identities)?.id));

  const remediationForUnmanaged = remediationsForUnmanaged(declared.workspaces, now);
  const leftBehind = emailsLeftBehind(declared.users, identities);
  const findings = [
    ...endedAccess(all, live, now),
    ...gone.map((resource) => missing(resource, identities)),
    ...[...live.values()]
      .filter(({ id }) => !identities.declared.has(id) && !returned.has(id))
      .map((user) =>
        unmanaged(user, leftBehind.has(emailOf(user)) ? "otherAccount" : remediationForUnmanaged(user)),
      ),
    ...declared.users.flatMap((user) => changed(user, live.get(user.id ?? ""))),
    ...declared.roles.flatMap((role) => otherRole(role, live.get(role.id ?? ""), now)),
    ...duplicateResources(declared),
    ...duplicateMembers([...live.values()]),
    ...groupDrift(declared, workspace, { ...identities, gone: goneIds, outside: outsideAt(all, now) }),
  ];
  return findings.sort(
    (a, b) =>
      DRIFT_KINDS.indexOf(a.kind) - DRIFT_KINDS.indexOf(b.kind) ||
      SUBJECTS.indexOf(a.subject) - SUBJECTS.indexOf(b.subject) ||
      compareText(a.who, b.who) ||
      compareText(a.group ?? "", b.group ?? "") ||
      compareText(a.attribute ?? "", b.attribute ?? "") ||
      compareText(a.resource ?? a.id ?? "", b.resource ?? b.id ?? ""),
  );
}

/** The declared people who may be gone or not: the listing is incomplete, or their entry unreadable. */
export function unproven(all: Declared, workspace: Workspace, lookUps: LookUps, now: number): string[] {
  const declared = presentAt(all, now);
  const listed = new Set(workspace.users.map(emailOf));
  const doubtful = [
    ...allPeople(declared).filter(({ id }) => id !== null && workspace.unreadable.has(id)),
    ...notFound(declared, workspace, lookUps).filter(
      (resource) => !isProven(resource, workspace) && (resource.id !== null || !listed.has(whoOf(resource))),
    ),
  ];
  return [...new Set(doubtful.map(whoOf))].sort(compareText);
}

/** What is declared without those whose membership has not begun, or is over. */
function presentAt({ users, roles, ...rest }: Declared, now: number): Declared {
  const absent = new Set(
    users.filter((user) => phaseAt(user, now) !== "during").map(({ urn, person }) => `${urn} ${person}`),
  );
  const isPresent = ({ urn, person }: Declaring) => !absent.has(`${urn} ${person}`);
  return { users: users.filter(isPresent), roles: roles.filter(isPresent), ...rest };
}

/** Ids of those whose membership has not begun, or is over. */
function outsideAt({ users }: Declared, now: number): Set<string> {
  return new Set(users.flatMap((user) => (phaseAt(user, now) === "during" ? [] : (user.id ?? []))));
}

/** The declared people that neither the listing, nor a look-up, nor the refresh that forgot their id found. */
function notFound(declared: Declared, { unreadable }: Workspace, lookUps: LookUps): Declaring[] {
  return allPeople(declared).filter(
    ({ id }) => id === null || (!unreadable.has(id) && lookUps.has(id) && lookUps.get(id) === undefined),
  );
}

/** Whether a person who was not found is gone: without an id, an entry that cannot be read may be theirs. */
function isProven({ id }: Declaring, { incomplete, unreadable }: Workspace): boolean {
  return incomplete.length === 0 && (id !== null || unreadable.size === 0);
}

/** Each declared person once: their membership, or their role where that alone is declared. */
function allPeople({ users, roles }: Declared): Declaring[] {
  const declared = new Set(users.map(({ id }) => id));
  return [...users, ...roles.filter(({ id }) => !declared.has(id))];
}

function identitiesOf({ users, roles }: Declared, live: ReadonlyMap<string, User>): Identities {
  const byEmail = new Map([...live.values()].map((user) => [emailOf(user), user]));
  // Roles first: of a membership the state tells the e-mail.
  const declared = new Map(
    [...roles, ...users].flatMap((each) => (each.id === null ? [] : [[each.id, whoOf(each)] as const])),
  );
  return { live, byEmail, declared };
}

function unmanaged(user: User, remediation: Remediation): Finding {
  const { userName, role, id } = memberOf(user);
  return {
    kind: "unmanaged",
    subject: "user",
    group: null,
    who: userName,
    id,
    resource: null,
    person: null,
    attribute: null,
    declared: null,
    live: role ?? "a member without a role",
    remediation,
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
    what: "changed" | "email" | "deactivated" | "otherId",
  ): Finding => {
    const [field = attribute] = attribute.split(".");
    return {
      kind: "changed",
      who: whoOf(resource),
      ...aboutResource(resource),
      attribute,
      declared: redactField(secrets, field, valueText(was)),
      live: redactField(secrets, field, valueText(is)),
      remediation: remediationFor(what, resource),
    };
  };
  const findings = differingAttributes(declared, actual).map((attribute) =>
    finding(
      attribute,
      valueAt(declared, attribute),
      valueAt(actual, attribute),
      attribute === "userName" ? "email" : "changed",
    ),
  );
  const { id, declaredId } = resource;
  if (declaredId !== undefined && id !== null && declaredId !== id)
    findings.push(finding("id", declaredId, id, "otherId"));
  // A member is declared to be active by being declared at all, unless Notion added them as inactive.
  const isDeactivated = user.active === false && resource.addedInactive !== true;
  return isDeactivated ? [...findings, finding("active", "true", "false", "deactivated")] : findings;
}

function otherRole(resource: DeclaredRole, user: User | undefined, now: number): Finding[] {
  const due = roleDue(resource, now);
  if (user === undefined || due === undefined) return [];
  const held = roleOf(user);
  // What was written last is no drift although another one is due by now: the next update changes it, or it is `expired`.
  if (held === due || (held === resource.role && resource.time !== undefined)) return [];
  const known = held === undefined || isRole(held);
  return [
    {
      kind: "role",
      who: resource.person ?? emailOf(user),
      ...aboutResource(resource),
      attribute: "role",
      declared: redactField(resource.secrets, "role", due),
      live: redactField(resource.secrets, "role", heldWords(held)),
      remediation: remediationFor(known ? "role" : "unknownRole", resource),
    },
  ];
}

/** What a profile says of an attribute, which is named as in {@link differingAttributes}. */
export function valueAt(profile: Profile, attribute: string): unknown {
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
