import { TYPE_TOKENS } from "../provider/resources/type-tokens";
import {
  type Assignment,
  type DeclaredResource,
  fold,
  type Member,
  type Roster,
  readAssignment,
  readMember,
  readRoster,
} from "./declaration";
import { known, type Text, textOf, UNKNOWN } from "./value";

/** Everything that is declared of one person. */
export interface Person {
  /** Folded. */
  email: Text;
  /** How messages name the person. */
  label: string;
  /** More than one only if the program declares the person more than once. */
  members: Member[];
  /** More than one only if the program gives the person more than one role. */
  assignments: Assignment[];
}

/** The people and roles that a stack declares. */
export interface Workspace {
  people: readonly Person[];
  members: readonly Member[];
  assignments: readonly Assignment[];
  /** The NotionWorkspaces; their people are in all of the others. */
  rosters: readonly Roster[];
  /** Assignments whose person cannot be told yet: they may be anybody's. */
  unplaced: readonly Assignment[];
}

/**
 * Joins role assignments to their people. Before ids exist the way from one to the other is the property
 * dependency of `userId`; in a state it may also be the e-mail that an assignment keeps, or the same id.
 * The people of a NotionWorkspace come with their roles. Each declaration is looked at a fixed number of times.
 */
export function readWorkspace(resources: Iterable<DeclaredResource>): Workspace {
  const members: Member[] = [];
  const rosters: Roster[] = [];
  const roles: Assignment[] = [];
  const toJoin: { resource: DeclaredResource; assignment: Assignment }[] = [];
  const people = new Map<string, Person>();
  const personByUser = new Map<string, Person>();
  const personById = new Map<string, Person>();
  const unplaced: Assignment[] = [];

  const personAt = (key: string, email: Text, label: string): Person => {
    const person = people.get(key) ?? { email, label, members: [], assignments: [] };
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
    return person;
  };

  for (const resource of resources) {
    if (resource.type === TYPE_TOKENS.NotionRoleAssignment) {
      const assignment = readAssignment(resource);
      roles.push(assignment);
      toJoin.push({ resource, assignment });
    } else if (resource.type === TYPE_TOKENS.NotionUser) {
      const member = readMember(resource);
      personByUser.set(member.urn, personOf(member, member.urn));
    } else if (resource.type === TYPE_TOKENS.NotionWorkspace) {
      const roster = readRoster(resource);
      rosters.push(roster);
      for (const entry of roster.entries) {
        const person = personOf(entry, `${entry.urn} ${entry.key}`);
        const id = known(entry.id);
        if (id !== undefined) personById.set(id, person);
        if (!entry.managesRole) continue;
        roles.push(entry);
        person.assignments.push(entry);
      }
    }
  }

  const notJoined: typeof toJoin = [];
  for (const each of toJoin) {
    const { resource, assignment } = each;
    const users = (resource.propertyDependencies?.userId ?? []).filter(({ urn }) => personByUser.has(urn));
    // Several users mean an id computed from several people: whose it is cannot be told from here.
    const person = users.length === 1 && users[0] ? personByUser.get(users[0].urn) : undefined;
    const id = known(textOf(assignment.props, "userId"));
    if (person === undefined) notJoined.push(each);
    else {
      person.assignments.push(assignment);
      if (id !== undefined) personById.set(id, person);
    }
  }
  const emailKept = ({ assignment }: (typeof toJoin)[number]) => fold(textOf(assignment.props, "userName"));
  // Those that know the e-mail come first: they tell whose the ids of the others are.
  const withEmail = notJoined.filter((each) => typeof emailKept(each) === "string");
  for (const each of new Set([...withEmail, ...notJoined])) {
    const { assignment } = each;
    const id = known(textOf(assignment.props, "userId"));
    const email = emailKept(each);
    const person =
      (id === undefined ? undefined : personById.get(id)) ??
      (typeof email === "string" ? personAt(email, email, `${email} (${assignment.label})`) : undefined) ??
      (id === undefined
        ? undefined
        : personAt(`id ${id}`, UNKNOWN, `the member ${id} (${assignment.label})`));
    if (person === undefined) unplaced.push(assignment);
    else {
      person.assignments.push(assignment);
      if (id !== undefined) personById.set(id, person);
    }
  }
  return { people: [...people.values()], members, assignments: roles, rosters, unplaced };
}
