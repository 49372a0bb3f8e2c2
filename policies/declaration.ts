import { foldEmail } from "../provider/model/email";
import type { GrantChange, PrivilegedTime } from "../provider/state/grants";
import { classOf } from "../provider/state/type-tokens";
import type { Answer, Properties, Text } from "./value";

/** The parts of a resource that the model needs. @pulumi/policy's PolicyResource and ResourceValidationArgs have them. */
export interface DeclaredResource {
  type: string;
  urn: string;
  name: string;
  /** Before a write: the declaration. At the end of a run, and in a state: the result. */
  props: Properties;
  opts: { protect: boolean; ignoreChanges: readonly string[]; additionalSecretOutputs: readonly string[] };
  /** At the end of a run: the declaration of the same run, which the rules have judged already. */
  declared?: Properties | undefined;
}

export interface Declaration {
  kind: "NotionUser" | "NotionRoleAssignment" | "NotionWorkspace" | "NotionGroup" | "NotionGroupMembership";
  /** The resource to change. */
  urn: string;
  /** The resource's kind and name, such as `NotionUser "ada"`. */
  label: string;
  /** Where to change it: the resource, or the person's place in the roster of a workspace. */
  place: string;
  /** Whether the engine or the provider refuses its removal. */
  protect: boolean;
  ignoreChanges: readonly string[];
  props: Properties;
  /** Properties with secret values. */
  secrets: ReadonlySet<string>;
  /** Whether messages must redact the address. */
  hidesEmail: boolean;
  /** Whether it comes from a state: then the role is held, whatever the declaration says. */
  applied: boolean;
  /** Whether the rules for single resources have judged it in this run. */
  evaluated: boolean;
  /** The declared reason. */
  reason: Text;
  approvedBy: Text;
  onRemove: Text;
  /** How this run changes the person's access, as the provider compared it with the state. */
  change: GrantChange | undefined;
}

/** A declared membership: a NotionUser, or an entry of a NotionWorkspace. */
export interface Member extends Declaration {
  /** As written; compare it folded. */
  email: Text;
  /** The e-mail in the program, if Notion has another one by now. */
  declaredEmail: Text;
  /** False for a member that the program reads with `NotionUser.get`. */
  managed: boolean;
  initialRole: Text;
  /** When the membership begins and expires, if it is for a time. */
  from?: Text;
  until?: Text;
}

/** A declared role: a NotionRoleAssignment, or an entry of a NotionWorkspace. */
export interface Assignment extends Declaration {
  role: Text;
  /** Their role in Notion when the state was written. */
  held: Text;
  /** The role outside the time of `role`. */
  roleThen?: Text;
  /** When that time begins and ends. */
  roleFrom?: Text;
  roleUntil?: Text;
  /** When the membership begins and expires. */
  from?: Text;
  until?: Text;
  /** The member: see {@link provenEmail}. */
  email: Text;
  /** Notion's id, once it is known. */
  id: Text;
  /** The times when they had a privileged role. */
  privileged: readonly PrivilegedTime[];
}

/** A person of a NotionWorkspace, which manages their membership and, if declared, their role. */
export interface Entry extends Member, Assignment {
  kind: "NotionWorkspace";
  /** The key in `people`. */
  key: string;
  /** Whether the role is managed. It may be empty in a state that a refresh wrote. */
  managesRole: boolean;
}

/** A group of a NotionWorkspace, with its people. */
export interface Group {
  /** The resource to change. */
  urn: string;
  name: string;
  /** Its name and its resource, such as `group Platform of NotionWorkspace "acme"`. */
  label: string;
  /** Whether a declared person is in it, and no rule has judged that yet in this run. */
  has(entry: Entry, now: number): Answer;
  /** Whether no declared person is in it, and no rule has judged that yet in this run. */
  isEmpty(entries: readonly Entry[], now: number): Answer;
  /** E-mails of unmanaged members, which a state has after a refresh. */
  unmanaged: readonly string[];
}

/** A NotionWorkspace without its people: the settings for all of them. */
export interface Roster extends Declaration {
  kind: "NotionWorkspace";
  entries: readonly Entry[];
  /** Whether it is known who they are. */
  isKnown: boolean;
  groups: readonly Group[];
  /** How this run changes the access of people that it takes out. */
  gone: Readonly<Record<string, GrantChange>>;
  /** The number of unmanaged members that a refresh found. */
  unmanaged: number;
}

/** A NotionGroup. */
export interface SingleGroup extends Pick<Group, "urn" | "name" | "label"> {
  /** Notion's id, once it is known. */
  id: Text;
}

/** A NotionGroupMembership: it holds only ids. */
export interface Membership extends Pick<Declaration, "urn" | "label"> {
  groupId: Text;
  userId: Text;
}

/** Whether this pack judges a resource, whichever provider serves it. */
export function isOurs({ type }: { type: string }): boolean {
  const name = classOf(type);
  return name !== undefined && name !== "NotionGuard";
}

/** An address in the form for comparing. */
export function fold(email: Text): Text {
  return typeof email === "string" ? foldEmail(email) : email;
}

/** All declarations of a person, each once. */
export function declarationsOf(person: {
  members: readonly Member[];
  assignments: readonly Assignment[];
}): (Member | Assignment)[] {
  return [...new Set([...person.members, ...person.assignments])];
}
