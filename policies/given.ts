import { foldEmail } from "../provider/model/email";
import type { Assignment, Member } from "./declaration";
import { formatList, isAmong } from "./format";
import type { Person, Reach } from "./person";
import { isOver, isPrivilegedReach } from "./reach";
import type { Text } from "./value";
import { notEvaluated, type Workspace } from "./workspace";

/** One declaration of a privileged role, or of access for a time. */
export interface Grant {
  person: Person;
  by: Member | Assignment;
  /** Its privileged roles, as text for messages. */
  privileged: readonly string[];
}

/** All privileged roles, and all access for a time. */
export function grantsOf(reaches: readonly Reach[], excepted: readonly string[], now: number): Grant[] {
  const grants = new Map<Member | Assignment, Grant & { privileged: string[] }>();
  for (const each of reaches) {
    const { person, by, roleText } = each;
    const isPrivileged = isPrivilegedReach(each) && !isOver(each, now) && each.path !== "held";
    if ((!isPrivileged && !isForATime(by)) || isAmong(person.email, excepted)) continue;
    const grant = grants.get(by) ?? { person, by, privileged: [] };
    if (isPrivileged && !grant.privileged.includes(roleText)) grant.privileged.push(roleText);
    grants.set(by, grant);
  }
  return [...grants.values()];
}

/** Whether a declaration is for a time, as far as that is known. */
function isForATime(by: Member | Assignment): boolean {
  const edges = [by.from, by.until, ...("roleFrom" in by ? [by.roleFrom, by.roleUntil] : [])];
  return edges.some((edge) => typeof edge === "string");
}

/** The same, with memberships for a time of people without a managed role. */
export function allGrants(workspace: Workspace, excepted: readonly string[], now: number): Grant[] {
  const ofRoles = grantsOf(notEvaluated(workspace), excepted, now);
  const withoutRole = workspace.people.flatMap((person) =>
    person.members
      .filter((by) => !person.assignments.some((other) => other === (by as unknown)))
      .filter(
        (by) => isForATime(by) && !(workspace.isWhole && by.evaluated) && !isAmong(person.email, excepted),
      )
      .map((by) => ({ person, by, privileged: [] })),
  );
  return [...ofRoles, ...withoutRole];
}

/** A person and their access, for a message. */
export function formatGrant({ person, by, privileged }: Grant): string {
  return privileged.length === 0
    ? `${person.label} has access for a time from ${by.label}`
    : `${person.label} gets the role ${formatList(privileged)} from ${by.label}`;
}

/** Whether messages must redact a property: it is secret itself, or the people are. */
export function isSecret(by: Member | Assignment, property: "reason" | "approvedBy"): boolean {
  return by.secrets.has(property) || by.hidesEmail;
}

/** Whether two addresses are the same, without the tag of a plus-address. */
export function isSamePerson(email: Text, other: string): boolean {
  return typeof email === "string" && withoutTag(email) === withoutTag(other);
}

function withoutTag(email: string): string {
  return foldEmail(email).replace(/\+[^@]*(?=@)/, "");
}
