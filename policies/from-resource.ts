import { domainOf } from "../provider/model/email";
import type { GrantChange, PrivilegedTime } from "../provider/state/grants";
import { readPerson } from "../provider/state/person";
import { readAssignment as readKeptAssignment } from "../provider/state/role-assignment";
import { readUser } from "../provider/state/user";
import { readWorkspace } from "../provider/state/workspace";
import type {
  Assignment,
  Declaration,
  DeclaredResource,
  Entry,
  Member,
  Membership,
  Roster,
  SingleGroup,
} from "./declaration";
import { groupsOf } from "./group";
import { bagOf, type Properties, plainProperties, type Text, textOf, UNKNOWN } from "./value";

export function readMember(resource: DeclaredResource): Member {
  const { declaration, held } = readDeclaration("NotionUser", resource);
  const { props } = declaration;
  const own = readUser(held);
  const said = textOf(props, "userName");
  const email = emailOf(said ?? textOf(held, "userName"));
  return {
    ...declaration,
    email,
    declaredEmail: textOf(own, "declaredEmail") ?? email,
    // A member that the program only reads has no inputs in the state.
    managed: said !== undefined && own.isManaged && readUser(props).isManaged,
    initialRole: textOf(props, "initialRole"),
  };
}

export function readAssignment(resource: DeclaredResource): Assignment {
  const { declaration, held } = readDeclaration("NotionRoleAssignment", resource);
  const { props } = declaration;
  // Only in a state: it keeps a role for a time beside the held role.
  const kept = readKeptAssignment(held);
  const timedRole = textOf(kept, "timedRole");
  return {
    ...declaration,
    email: provenEmail(props, held),
    id: textOf(props, "userId"),
    role: declaration.evaluated ? textOf(props, "role") : (timedRole ?? textOf(props, "role")),
    held: declaration.evaluated || kept.isState ? textOf(kept, "role") : undefined,
    roleThen: textOf(props, "then"),
    roleFrom: textOf(props, "from"),
    roleUntil: textOf(props, "until"),
    privileged: timesIn(props.privileged),
    applied: timedRole !== undefined,
  };
}

/**
 * The proven identity of an assignment: the e-mail in `member`, which the provider compares with the member of that id before
 * it writes, or the e-mail that the provider itself recorded. The origin of the id proves nothing:
 * `user.id.apply(() => "…")` also comes from that user.
 */
export function provenEmail(props: Properties, held: Properties): Text {
  return emailOf(textOf(props, "member") ?? textOf(readKeptAssignment(held), "email"));
}

/** A workspace with all its people: as declared in a program, or as applied or found in a state. */
export function readRoster(resource: DeclaredResource): Roster {
  const { declaration, held } = readDeclaration("NotionWorkspace", resource);
  const { people, changed, privileged, settings } = readWorkspace(declaration.props);
  const kept = readWorkspace(held);
  const times = bagOf(privileged);
  const hidesEmail = declaration.secrets.has("people");
  const [declared, found, ids] = [bagOf(people), bagOf(kept.people), bagOf(kept.ids)];
  const [redacted, changes] = [bagOf(settings.redacted), bagOf(changed) as Roster["gone"]];
  // Only the state has people that a run could not remove.
  const keys = declaration.evaluated ? new Set([...Object.keys(declared), ...Object.keys(found)]) : undefined;
  const entries = [...(keys ?? Object.keys(declared))].map((key): Entry => {
    const said = Object.hasOwn(declared, key) ? declared[key] : found[key];
    const isKnown = said !== UNKNOWN;
    const props = bagOf(said);
    const now = readPerson(bagOf(found[key]));
    const read = (name: string): Text => (isKnown ? textOf(props, name) : UNKNOWN);
    const protect = props.protect ?? settings.protect ?? false;
    // In a state that a refresh wrote, `userName` is Notion's present address.
    const email = emailOf(textOf(now, "email") ?? textOf(props, "userName") ?? key);
    const id = textOf(ids, key);
    const secrets = Object.hasOwn(redacted, key) ? textsOf(redacted[key]) : NOTHING;
    return {
      kind: "NotionWorkspace",
      urn: declaration.urn,
      label: declaration.label,
      key,
      place: `${hidesEmail ? "a person" : key} in the roster of ${declaration.label}`,
      protect: protect === true || protect === UNKNOWN || !isKnown,
      ignoreChanges: declaration.ignoreChanges,
      props: { userName: typeof email === "string" ? email : key, ...props },
      secrets,
      hidesEmail,
      applied: id !== undefined,
      evaluated: declaration.evaluated,
      change: changes[key],
      email,
      declaredEmail: key,
      managed: true,
      initialRole: undefined,
      // Only in a state: it keeps the declared role for a time beside the held role.
      role: declaration.evaluated ? read("role") : (textOf(readPerson(props), "timedRole") ?? read("role")),
      held: declaration.evaluated || id !== undefined ? textOf(now, "role") : undefined,
      roleThen: read("roleThen"),
      roleFrom: read("roleFrom"),
      roleUntil: read("roleUntil"),
      from: read("from"),
      until: read("until"),
      reason: read("reason"),
      approvedBy: read("approvedBy"),
      privileged: timesIn(times[key]),
      managesRole: !isKnown || (props.role ?? undefined) !== undefined,
      onRemove: isKnown ? (textOf(props, "onRemove") ?? textOf(settings, "onRemove")) : UNKNOWN,
      id,
    };
  });
  const gone = Object.fromEntries(Object.entries(changes).filter(([key]) => !Object.hasOwn(declared, key)));
  const unmanaged = typeof kept.others === "number" ? kept.others : 0;
  const groups = groupsOf({ ...declaration, props: settings }, kept.settings.groups);
  const isKnown = people !== UNKNOWN;
  return {
    ...declaration,
    kind: "NotionWorkspace",
    hidesEmail,
    props: settings,
    entries,
    isKnown,
    groups,
    gone,
    unmanaged,
  };
}

/** A NotionGroup; undefined if its name is not known, or the program only reads it. */
export function readSingleGroup(resource: DeclaredResource): SingleGroup | undefined {
  const { declaration, held } = readDeclaration("NotionGroup", resource);
  const { urn, label, props } = declaration;
  const name = textOf(props, "displayName");
  if (typeof name !== "string") return undefined;
  return { urn, name, label: `group ${name} (${label})`, id: textOf(held, "groupId") };
}

export function readMembership(resource: DeclaredResource): Membership {
  const { declaration, held } = readDeclaration("NotionGroupMembership", resource);
  const { urn, label } = declaration;
  return { urn, label, groupId: textOf(held, "groupId"), userId: textOf(held, "userId") };
}

const NOTHING: ReadonlySet<string> = new Set();

function readDeclaration(
  kind: Declaration["kind"],
  { urn, name, props, opts, declared }: DeclaredResource,
): { declaration: Declaration; held: Properties } {
  const label = `${kind} "${name}"`;
  const held = plainProperties(props);
  const said = declared ?? held;
  const secrets = new Set([...opts.additionalSecretOutputs, ...textsOf(said.redacted)]);
  return {
    held,
    declaration: {
      kind,
      urn,
      label,
      place: label,
      protect: opts.protect,
      ignoreChanges: opts.ignoreChanges,
      props: said,
      secrets,
      hidesEmail: secrets.has("userName") || secrets.has("member"),
      applied: false,
      evaluated: declared !== undefined,
      reason: textOf(said, "reason"),
      approvedBy: textOf(said, "approvedBy"),
      onRemove: textOf(said, "onRemove"),
      change: kind === "NotionWorkspace" ? undefined : (said.changed as GrantChange | undefined),
    },
  };
}

function textsOf(value: unknown): ReadonlySet<string> {
  return Array.isArray(value) ? new Set(value.filter((each) => typeof each === "string")) : NOTHING;
}

function timesIn(value: unknown): readonly PrivilegedTime[] {
  return Array.isArray(value) ? value : NO_TIMES;
}

const NO_TIMES: readonly PrivilegedTime[] = [];

/** A text without a domain is no address: the provider refuses it, or it replaces a secret. */
function emailOf(text: Text): Text {
  return typeof text === "string" && domainOf(text) === undefined ? UNKNOWN : text;
}
