import { domainOf, foldEmail } from "../provider/member/email";
import { TYPE_TOKENS } from "../provider/resources/type-tokens";
import { type Properties, plainProperties, type Text, textOf, UNKNOWN } from "./value";

/** What the model needs of a resource; @pulumi/policy's PolicyResource and ResourceValidationArgs are such. */
export interface DeclaredResource {
  type: string;
  urn: string;
  name: string;
  props: Properties;
  opts: { protect: boolean; ignoreChanges: readonly string[]; additionalSecretOutputs: readonly string[] };
  /** The resources that each property comes from; a policy for single resources does not see them. */
  propertyDependencies?: Readonly<Record<string, readonly { type: string; urn: string }[]>>;
}

interface Declaration {
  kind: "NotionUser" | "NotionRoleAssignment" | "NotionWorkspace";
  /** The resource to change. */
  urn: string;
  /** The resource's kind and name, such as `NotionUser "ada"`. */
  label: string;
  /** Where in the program it is changed: the resource, or the person's place in the roster of a workspace. */
  place: string;
  /** Whether the engine or the provider refuses that it goes missing. */
  protect: boolean;
  ignoreChanges: readonly string[];
  props: Properties;
  /** Properties whose values are told to nobody. */
  secrets: ReadonlySet<string>;
  /** Whether it is as a state has it: then a role is the one that is held, whatever is declared. */
  applied: boolean;
  /** Why, as far as it is said. */
  reason: Text;
  approvedBy: Text;
}

/** What declares somebody a member: a NotionUser, or an entry of a NotionWorkspace. */
export interface Member extends Declaration {
  /** As it is written; compare it folded. */
  email: Text;
  /** Whether no message may tell the address. */
  hidesEmail: boolean;
  initialRole: Text;
  onRemove: Text;
  /** When the membership begins and ends, where it is for a time. */
  from?: Text;
  until?: Text;
}

/** What declares somebody's role: a NotionRoleAssignment, or an entry of a NotionWorkspace. */
export interface Assignment extends Declaration {
  role: Text;
  /** The role outside of the time of `role`, where that has one. */
  roleThen?: Text;
  /** When that time begins and ends. */
  roleFrom?: Text;
  roleUntil?: Text;
}

/** A person of a NotionWorkspace, which manages their membership and, where it says one, their role. */
export interface Entry extends Member, Assignment {
  kind: "NotionWorkspace";
  /** The key in `people`. */
  key: string;
  /** Whether the role is managed: it may be empty in a state that a refresh wrote. */
  managesRole: boolean;
  /** Notion's id, once it is known. */
  id: Text;
}

/** A NotionWorkspace without its people: what is said of all of them. */
export interface Roster extends Declaration {
  kind: "NotionWorkspace";
  entries: readonly Entry[];
}

const TYPES: readonly string[] = [
  TYPE_TOKENS.NotionUser,
  TYPE_TOKENS.NotionRoleAssignment,
  TYPE_TOKENS.NotionWorkspace,
];

/** Whether a resource is one that this pack judges; all others are left alone. */
export function isOurs({ type }: { type: string }): boolean {
  return TYPES.includes(type);
}

export function readMember(resource: DeclaredResource): Member {
  const declaration = readDeclaration("NotionUser", resource);
  const { props } = declaration;
  return {
    ...declaration,
    email: emailOf(props),
    hidesEmail: declaration.secrets.has("userName"),
    initialRole: textOf(props, "initialRole"),
    onRemove: textOf(props, "onRemove"),
  };
}

export function readAssignment(resource: DeclaredResource): Assignment {
  const declaration = readDeclaration("NotionRoleAssignment", resource);
  const { props } = declaration;
  return {
    ...declaration,
    role: textOf(props, "role"),
    roleThen: textOf(props, "then"),
    roleFrom: textOf(props, "from"),
    roleUntil: textOf(props, "until"),
    // No program says it: a role for a time is kept beside the one that is held.
    applied: textOf(props, "timedRole") !== undefined,
  };
}

/** A workspace with everybody in it: of a program as it is declared, of a state as it was applied or found. */
export function readRoster(resource: DeclaredResource): Roster {
  const declaration = readDeclaration("NotionWorkspace", resource);
  const { people, ids, ...settings } = declaration.props;
  const hidesEmail = declaration.secrets.has("people");
  const [byEmail, idsByEmail, concealed] = [bagOf(people), bagOf(ids), bagOf(settings.concealed)];
  const entries = Object.entries(byEmail).map(([key, person]): Entry => {
    // In a state that a refresh wrote, `userName` is the address that Notion has by now.
    const props: Properties = { userName: key, ...bagOf(person) };
    const isKnown = person !== UNKNOWN;
    const protect = props.protect ?? settings.protect ?? false;
    return {
      ...declaration,
      kind: "NotionWorkspace",
      key,
      place: `${hidesEmail ? "a person" : key} in the roster of ${declaration.label}`,
      protect: protect === true || protect === UNKNOWN || !isKnown,
      props,
      secrets: new Set(Object.values(bagOf(concealed[key])).filter((name) => typeof name === "string")),
      email: emailOf(props),
      hidesEmail,
      initialRole: undefined,
      role: isKnown ? textOf(props, "role") : UNKNOWN,
      roleThen: isKnown ? textOf(props, "roleThen") : UNKNOWN,
      roleFrom: isKnown ? textOf(props, "roleFrom") : UNKNOWN,
      roleUntil: isKnown ? textOf(props, "roleUntil") : UNKNOWN,
      from: isKnown ? textOf(props, "from") : UNKNOWN,
      until: isKnown ? textOf(props, "until") : UNKNOWN,
      reason: isKnown ? textOf(props, "reason") : UNKNOWN,
      approvedBy: isKnown ? textOf(props, "approvedBy") : UNKNOWN,
      applied: textOf(idsByEmail, key) !== undefined,
      managesRole: !isKnown || (props.role ?? undefined) !== undefined,
      onRemove: isKnown ? (textOf(props, "onRemove") ?? textOf(settings, "onRemove")) : UNKNOWN,
      id: textOf(idsByEmail, key),
    };
  });
  return { ...declaration, kind: "NotionWorkspace", props: settings, entries };
}

function readDeclaration(
  kind: Declaration["kind"],
  { urn, name, props, opts }: DeclaredResource,
): Declaration {
  const label = `${kind} "${name}"`;
  const declared = plainProperties(props);
  return {
    kind,
    urn,
    label,
    place: label,
    protect: opts.protect,
    ignoreChanges: opts.ignoreChanges,
    props: declared,
    secrets: new Set(opts.additionalSecretOutputs),
    applied: false,
    reason: textOf(declared, "reason"),
    approvedBy: textOf(declared, "approvedBy"),
  };
}

function bagOf(value: unknown): Properties {
  return typeof value === "object" && value !== null ? (value as Properties) : {};
}

/** Without a domain it is no address: the provider refuses it, or it is what stands for a secret. */
function emailOf(props: Properties): Text {
  const email = textOf(props, "userName");
  return typeof email === "string" && domainOf(email) === undefined ? UNKNOWN : email;
}

export function fold(email: Text): Text {
  return typeof email === "string" ? foldEmail(email) : email;
}
