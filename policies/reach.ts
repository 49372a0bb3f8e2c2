import { endWords, instantOf, spanWords } from "../provider/model/instant";
import { isDemotion, isPrivileged, isRole } from "../provider/model/role";
import { HIDDEN } from "../provider/state/redaction";
import type { Assignment, Member } from "./declaration";
import type { Path, Person, Reach } from "./person";
import { known, type Text, UNKNOWN } from "./value";

/**
 * Every role that a declaration of a person can lead to: now, later (`from`, `roleFrom`), afterwards (`then`,
 * `roleThen`), when it is removed (`onRemove`), at creation (`initialRole`), and as found in a state. Every rule about
 * roles reads this list.
 */
export function reachesOf(person: Person): Reach[] {
  return [
    ...person.members.flatMap((by) => atCreation(person, by)),
    ...person.assignments.flatMap((by) => byAssignment(person, by)),
  ];
}

function atCreation(person: Person, by: Member): Reach[] {
  return by.initialRole === undefined ? [] : [reach(person, by, "initialRole", by.initialRole)];
}

function byAssignment(person: Person, by: Assignment): Reach[] {
  const { role, roleThen, roleFrom, roleUntil, from, until, onRemove, held } = by;
  // With onRemove "retain" the person keeps the role when the membership expires.
  const leaving = onRemove === "retain" ? undefined : until;
  const end = earliest(roleUntil, leaving);
  const reaches = [reach(person, by, "role", role, roleFrom ?? from, end)];
  if (roleThen !== undefined) {
    const isBefore = roleUntil === undefined && roleFrom !== undefined;
    reaches.push(
      isBefore
        ? reach(person, by, "roleThen", roleThen, from, earliest(roleFrom, leaving))
        : reach(person, by, "roleThen", roleThen, roleUntil, leaving),
    );
  }
  if (end !== undefined) {
    const left = leftBy(role, onRemove, by.kind === "NotionRoleAssignment");
    if (left !== undefined) reaches.push(reach(person, by, "onRemove", left));
  }
  const isElse = held !== undefined && held !== role && held !== roleThen;
  if (isElse) reaches.push(reach(person, by, "held", held));
  return reaches;
}

/** The role that stays permanently if the declaration is removed during its time. */
function leftBy(role: Text, onRemove: Text, isAssignment: boolean): Text {
  if (onRemove === "retain") return role;
  if (!isAssignment || typeof onRemove !== "string" || !isRole(onRemove) || role === UNKNOWN)
    return undefined;
  return isDemotion(role, onRemove) ? onRemove : role;
}

function reach(
  person: Person,
  by: Member | Assignment,
  path: Path,
  role: Text,
  from?: Text,
  until?: Text,
): Reach {
  return { person, by, path, role, roleText: formatRole(role, path, by), from, until };
}

/** A role as text for messages. */
export function formatRole(role: Text, path: Path, by: Member | Assignment): string {
  return SOURCES[path].some((property) => by.secrets.has(property))
    ? HIDDEN
    : (known(role) ?? "a role that is not known yet");
}

/** An expiration as text for messages, with its distance from now. A secret one is redacted. */
export function formatEnd(until: string, by: Member | Assignment, now?: number): string {
  if (by.secrets.has("until") || by.secrets.has("roleUntil")) return HIDDEN;
  const at = now === undefined ? undefined : instantOf(until, "until");
  return `${endWords(until)}${now === undefined || at === undefined ? "" : `, ${spanWords(at - now)} ahead`}`;
}

/** The properties that a role comes from, in a roster and in an assignment. */
const SOURCES: Readonly<Record<Path, readonly string[]>> = {
  role: ["role"],
  roleThen: ["roleThen", "then"],
  initialRole: ["initialRole"],
  onRemove: ["role"],
  held: ["role"],
};

/** The property of a role, by its resource's name for it. */
export function propertyOf({ path, by }: Reach): string {
  if (path === "roleThen" && by.kind === "NotionRoleAssignment") return "then";
  return path === "held" ? "role" : path;
}

/** The earliest expiration; UNKNOWN if one is not known yet. */
function earliest(...ends: readonly Text[]): Text {
  if (ends.includes(UNKNOWN)) return UNKNOWN;
  return ends
    .flatMap((end) => {
      const at = typeof end === "string" ? instantOf(end, "until") : undefined;
      return typeof end === "string" && at !== undefined ? [{ end, at }] : [];
    })
    .sort((a, b) => a.at - b.at)[0]?.end;
}

/** An instant in milliseconds since 1970; undefined if there is none, or it is not known yet. */
export function instantIn(text: Text, edge: "from" | "until"): number | undefined {
  return typeof text === "string" ? instantOf(text, edge) : undefined;
}

/** When a role begins; undefined: with the run, or not known yet. The role afterwards begins with an expiration. */
export function beginOf({ from, path }: Reach): number | undefined {
  return instantIn(from, path === "roleThen" ? "until" : "from");
}

/** Whether a role has expired. */
export function isOver({ until, by, path }: Reach, now: number): boolean {
  const end = instantIn(until, "until");
  // A role that a state still holds after its expiration is held.
  const isHeldStill = path === "role" && by.applied && "held" in by && by.held === by.role;
  return end !== undefined && end <= now && !isHeldStill;
}

/** Whether a role may add, remove or promote people, as far as it is known. */
export function isPrivilegedReach({ role }: Reach): boolean {
  return typeof role === "string" && isPrivileged(role);
}

/** Whether no declaration gives the person a role: then it is Notion's default, `member`. */
export function hasNoRole({ members, assignments }: Person): boolean {
  return assignments.length === 0 && members.every(({ initialRole }) => initialRole === undefined);
}
