import { classOf } from "../provider/state/type-tokens";
import {
  type Assignment,
  type DeclaredResource,
  fold,
  type Member,
  type Membership,
  type Roster,
  type SingleGroup,
} from "./declaration";
import { readAssignment, readMember, readMembership, readRoster, readSingleGroup } from "./from-resource";
import type { Person, Reach } from "./person";
import { reachesOf } from "./reach";
import { known, type Text, UNKNOWN } from "./value";

/** A person who is in a group by a NotionGroupMembership. */
export interface Joined extends Pick<Membership, "urn" | "label"> {
  person: Person;
  /** The group's name, or its id. */
  group: string;
}

/** The people and roles that a stack declares, or one resource of it. */
export interface Workspace {
  people: readonly Person[];
  members: readonly Member[];
  assignments: readonly Assignment[];
  /** The NotionWorkspaces; their people are in all of the others. */
  rosters: readonly Roster[];
  /** One person for each assignment without a proven identity; none of them is in `people`. */
  unproven: readonly Person[];
  /** The NotionGroups. */
  groups: readonly SingleGroup[];
  /** People who are in a group by a NotionGroupMembership: only the whole stack tells who they are. */
  joined: readonly Joined[];
  /** Every role that anybody can come to hold, those of `unproven` included. */
  reaches: readonly Reach[];
  /** Whether this is the whole stack, or one resource before its write. */
  isWhole: boolean;
}

/**
 * Joins role assignments to people by proven identity. The people of a NotionWorkspace come with their roles. The time is
 * linear in the number of declarations.
 */
export function readWorkspace(resources: Iterable<DeclaredResource>, isWhole = true): Workspace {
  const members: Member[] = [];
  const rosters: Roster[] = [];
  const roles: Assignment[] = [];
  const apart: Assignment[] = [];
  const groups: SingleGroup[] = [];
  const memberships: Membership[] = [];
  const people = new Map<string, Person>();
  const byDeclaredEmail = new Map<string, Person>();
  const byId = new Map<string, Person>();

  const personAt = (key: string, email: Text, label: string): Person => {
    const person = people.get(key) ?? { email, label, members: [], assignments: [], reaches: [] };
    people.set(key, person);
    return person;
  };
  const personOf = (member: Member, key: string): Person => {
    const email = fold(member.email);
    const isTold = typeof email === "string" && !member.hidesEmail;
    const label = isTold ? `${email} (${member.label})` : `the person of ${member.label}`;
    const person = personAt(typeof email === "string" ? email : key, email, label);
    members.push(member);
    person.members.push(member);
    const declared = fold(member.declaredEmail);
    if (typeof declared === "string" && !byDeclaredEmail.has(declared)) byDeclaredEmail.set(declared, person);
    return person;
  };

  for (const resource of resources) {
    const name = classOf(resource.type);
    if (name === "NotionRoleAssignment") {
      const assignment = readAssignment(resource);
      roles.push(assignment);
      apart.push(assignment);
    } else if (name === "NotionUser") {
      const member = readMember(resource);
      personOf(member, member.urn);
    } else if (name === "NotionGroup") {
      const group = readSingleGroup(resource);
      if (group !== undefined) groups.push(group);
    } else if (name === "NotionGroupMembership") {
      memberships.push(readMembership(resource));
    } else if (name === "NotionWorkspace") {
      const roster = readRoster(resource);
      rosters.push(roster);
      for (const entry of roster.entries) {
        const person = personOf(entry, `${entry.urn} ${entry.key}`);
        const id = known(entry.id);
        if (id !== undefined) byId.set(id, person);
        if (!entry.managesRole) continue;
        roles.push(entry);
        person.assignments.push(entry);
      }
    }
  }

  const unproven: Person[] = [];
  // Assignments with `member` come first: they identify the ids of the others.
  const named = apart.filter(({ email }) => typeof email === "string");
  for (const assignment of new Set([...named, ...apart])) {
    const email = fold(assignment.email);
    const id = known(assignment.id);
    const label = assignment.hidesEmail ? `the person of ${assignment.label}` : String(known(email));
    const person =
      typeof email === "string"
        ? (byDeclaredEmail.get(email) ?? personAt(email, email, label))
        : id === undefined
          ? undefined
          : byId.get(id);
    if (person !== undefined) {
      person.assignments.push(assignment);
      if (id !== undefined) byId.set(id, person);
      continue;
    }
    const whose = id === undefined ? "the member" : `the member ${id}`;
    const nobody: Person = {
      email: email === UNKNOWN ? UNKNOWN : undefined,
      label: `${whose} of ${assignment.label}`,
      members: [],
      assignments: [assignment],
      reaches: [],
    };
    nobody.reaches = reachesOf(nobody);
    unproven.push(nobody);
  }
  const all = [...people.values()];
  for (const person of all) person.reaches = reachesOf(person);
  const reaches = [...all, ...unproven].flatMap((person) => person.reaches);
  const joined = joinedBy(memberships, groups, byId);
  return { people: all, members, assignments: roles, rosters, unproven, groups, joined, reaches, isWhole };
}

function joinedBy(
  memberships: readonly Membership[],
  groups: readonly SingleGroup[],
  byId: ReadonlyMap<string, Person>,
): Joined[] {
  const names = new Map(groups.map(({ id, name }) => [id, name]));
  return memberships.flatMap(({ urn, label, groupId, userId }) => {
    const person = typeof userId === "string" ? byId.get(userId) : undefined;
    if (person === undefined || typeof groupId !== "string") return [];
    return [{ urn, label, person, group: names.get(groupId) ?? groupId }];
  });
}

/** Declarations that no rule has judged in this run. The end of the run judges what a state found. */
export function notEvaluated(workspace: Workspace): readonly Reach[] {
  if (!workspace.isWhole) return workspace.reaches;
  return workspace.reaches.filter(({ by, path }) => !by.evaluated || path === "held");
}
