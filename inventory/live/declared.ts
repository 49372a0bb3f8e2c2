import { foldEmail } from "../../provider/model/email";
import type { Profile } from "../../provider/model/profile";
import { type Phase, phaseOf } from "../../provider/plan/times";
import type { Rule } from "../../provider/state/group";
import type { OnRemove } from "../../provider/state/person";
import type { Undeclared } from "../../provider/state/world";

/** The time that a membership or a role is for, as it is declared. */
export interface Time {
  from?: string | undefined;
  until?: string | undefined;
  reason?: string | undefined;
  approvedBy?: string | undefined;
}

/** A period among the properties of a resource or a person; undefined if none is declared. */
export function timeIn(
  values: Record<string, unknown>,
  names: { from: string; until: string },
): Time | undefined {
  const [from, until] = [textIn(values, names.from), textIn(values, names.until)];
  if (from === undefined && until === undefined) return undefined;
  return { from, until, reason: textIn(values, "reason"), approvedBy: textIn(values, "approvedBy") };
}

export function textIn(values: Record<string, unknown>, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
}

/** Where now is in the time of a membership or a role. */
export function phaseAt({ time }: { time?: Time | undefined }, now: number): Phase {
  return phaseOf(now, time?.from, time?.until);
}

/** What a resource of the state declares of one person. */
interface DeclaredOfPerson {
  urn: string;
  /** The class of the resource. */
  kind: "NotionUser" | "NotionRoleAssignment" | "NotionWorkspace";
  /** The resource's name in the program. */
  name: string;
  /** The e-mail under which a NotionWorkspace declares the person; null for a resource that is about one person. */
  person: string | null;
  /** Notion's id of the person; null for a person that a refresh has proven to be gone. */
  id: string | null;
  /** The id by which the program names the account; undefined: it names the person by e-mail alone. */
  declaredId?: string | undefined;
  /** Properties that the program made secret: they are compared where they can be read, and never printed. */
  secrets: Set<string>;
  /** Secret properties of an export without `--show-secrets`: they cannot be compared. */
  encrypted: string[];
  /** When it begins and ends, and why; undefined: it is not for a time. */
  time?: Time | undefined;
}

/** A membership: a NotionUser in the state, or a person of a NotionWorkspace. */
export interface DeclaredUser extends DeclaredOfPerson {
  profile: Partial<Profile>;
  /** What the end of the membership does. */
  onRemove: OnRemove;
  /** Whether Notion added them as inactive, and cannot make them active: nobody deactivated them. */
  addedInactive?: boolean;
}

/** A role: a NotionRoleAssignment in the state, or that of a person of a NotionWorkspace. */
export interface DeclaredRole extends DeclaredOfPerson {
  /** The one that was written last; undefined where it is encrypted. */
  role: string | undefined;
  /** Where it is for a time: the role within that time, and the one outside of it. */
  within?: string | undefined;
  outside?: string | undefined;
  /** Then the state also tells whose it is. */
  email?: string | undefined;
}

/** A NotionWorkspace in the state; its people are among the users and roles. */
export interface DeclaredWorkspace {
  urn: string;
  /** What happens to unmanaged members. */
  undeclared: Undeclared;
  /** The unmanaged members that it leaves alone: e-mail addresses, or `*@` and a domain. */
  except: string[];
  /** The times of people that the program declares for a time, by e-mail. */
  times: ReadonlyMap<string, Time>;
  /** What of it as a whole is encrypted. */
  encrypted: string[];
}

/** A group that a resource of the state declares, as it was applied last. */
export interface DeclaredGroup {
  urn: string;
  kind: "NotionWorkspace" | "NotionGroup" | "NotionGroupMembership";
  /** The resource's name in the program. */
  name: string;
  /** As the program names it; null where it names it by the id alone, or keeps the name secret. */
  group: string | null;
  /** Notion's id. */
  id: string;
  /** The e-mails of those whom the program has in it, by id. */
  members: ReadonlyMap<string, string>;
  /** Whether nobody else is to be in it. */
  exact: boolean;
  /** Ids of those of whom something else writes whether they are in it. */
  contested: readonly string[];
  /** How the program says who is in it, beside the rows that name it. */
  include: readonly string[];
  except: readonly string[];
  where: Rule | undefined;
}

/** What a stack declares of the workspace. */
export interface Declared {
  users: DeclaredUser[];
  roles: DeclaredRole[];
  groups: DeclaredGroup[];
  workspaces: DeclaredWorkspace[];
}

/** The role that somebody is to have at this moment. Without a time it is the one that was written last. */
export function roleDue(declared: DeclaredRole, now: number): string | undefined {
  if (declared.time === undefined) return declared.role;
  return (phaseAt(declared, now) === "during" ? declared.within : declared.outside) ?? declared.role;
}

/** A declared person's e-mail; the resource's name where that is a secret, or where the state of a role does not tell it. */
export function whoOf(resource: DeclaredUser | DeclaredRole): string {
  if (resource.person !== null) return resource.person;
  const email = "profile" in resource ? resource.profile.userName : resource.email;
  return email === undefined || resource.secrets.has("userName") ? resource.name : foldEmail(email);
}

/** The accounts that a stack knows, each once: those that are not listed have to be looked up. */
export function accountsOf(declared: Declared | undefined): { id: string }[] {
  const ids = [...(declared?.users ?? []), ...(declared?.roles ?? [])].flatMap(({ id }) => id ?? []);
  return [...new Set(ids)].sort().map((id) => ({ id }));
}

/** The groups that a stack knows, each once. */
export function groupIdsOf(declared: Declared | undefined): { id: string }[] {
  return [...new Set((declared?.groups ?? []).map(({ id }) => id))].sort().map((id) => ({ id }));
}

/** Those of the groups that a stack knows. */
export function declaredAmong<T extends { id: string }>(
  declared: { id: string }[],
  groups: readonly T[],
): T[] {
  const ids = new Set(declared.map(({ id }) => id));
  return groups.filter(({ id }) => ids.has(id));
}
