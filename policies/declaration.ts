import { foldEmail } from "../provider/model/email";
import type { GrantChange, PrivilegedTime } from "../provider/state/grants";
import { classOf } from "../provider/state/type-tokens";
import type { Properties, Text } from "./value";

/** What the model needs of a resource; @pulumi/policy's PolicyResource and ResourceValidationArgs are such. */
export interface DeclaredResource {
  type: string;
  urn: string;
  name: string;
  /** Before a write: what is declared. At the end of a run, and in a state: what came of it. */
  props: Properties;
  opts: { protect: boolean; ignoreChanges: readonly string[]; additionalSecretOutputs: readonly string[] };
  /** At the end of a run: what the same run declared, and the rules have judged already. */
  declared?: Properties | undefined;
}

export interface Declaration {
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
  /** Whether no message may tell the address. */
  hidesEmail: boolean;
  /** Whether it is as a state has it: then a role is held, whatever is declared. */
  applied: boolean;
  /** Whether the rules for single resources have judged it in this run. */
  evaluated: boolean;
  /** Why, as far as it is said. */
  reason: Text;
  approvedBy: Text;
  onRemove: Text;
  /** How this run changes what somebody may do, as the provider compared it with the state. */
  change: GrantChange | undefined;
}

/** What declares somebody a member: a NotionUser, or an entry of a NotionWorkspace. */
export interface Member extends Declaration {
  /** As it is written; compare it folded. */
  email: Text;
  /** The e-mail that the program declares, where Notion has another one by now. */
  declaredEmail: Text;
  /** False for whom the program reads with `NotionUser.get`. */
  managed: boolean;
  initialRole: Text;
  /** When the membership begins and ends, where it is for a time. */
  from?: Text;
  until?: Text;
}

/** What declares somebody's role: a NotionRoleAssignment, or an entry of a NotionWorkspace. */
export interface Assignment extends Declaration {
  role: Text;
  /** The role that Notion had for them when the state was written. */
  held: Text;
  /** The role outside of the time of `role`, where that has one. */
  roleThen?: Text;
  /** When that time begins and ends. */
  roleFrom?: Text;
  roleUntil?: Text;
  /** When the membership begins and ends. */
  from?: Text;
  until?: Text;
  /** Whose it is: see {@link provenEmail}. */
  email: Text;
  /** Notion's id, once it is known. */
  id: Text;
  /** When they had a privileged role for a time. */
  privileged: readonly PrivilegedTime[];
}

/** A person of a NotionWorkspace, which manages their membership and, where it says one, their role. */
export interface Entry extends Member, Assignment {
  kind: "NotionWorkspace";
  /** The key in `people`. */
  key: string;
  /** Whether the role is managed: it may be empty in a state that a refresh wrote. */
  managesRole: boolean;
}

/** A NotionWorkspace without its people: what is said of all of them. */
export interface Roster extends Declaration {
  kind: "NotionWorkspace";
  entries: readonly Entry[];
  /** How this run changes the access of people whom it takes out. */
  gone: Readonly<Record<string, GrantChange>>;
  /** How many members a refresh found whom nothing declares. */
  unmanaged: number;
}

/** Whether a resource is one that this pack judges, whichever provider serves it; all others are left alone. */
export function isOurs({ type }: { type: string }): boolean {
  const name = classOf(type);
  return name !== undefined && name !== "NotionGuard";
}

/** An address as it is compared. */
export function fold(email: Text): Text {
  return typeof email === "string" ? foldEmail(email) : email;
}

/** Everything that declares a person, once. */
export function declarationsOf(person: {
  members: readonly Member[];
  assignments: readonly Assignment[];
}): (Member | Assignment)[] {
  return [...new Set([...person.members, ...person.assignments])];
}
