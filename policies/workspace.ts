import { NotionRoleAssignment, NotionUser } from "../provider/index";
import { domainOf } from "../provider/member/email";
import { known, type Properties, plainProperties, type Text, textOf, UNKNOWN } from "./value";

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
  urn: string;
  /** The resource's kind and name, such as `NotionUser "ada"`. */
  label: string;
  protect: boolean;
  ignoreChanges: readonly string[];
  props: Properties;
}

/** A NotionUser. */
export interface Member extends Declaration {
  /** As it is written; compare it folded. */
  email: Text;
  initialRole: Text;
  onRemove: Text;
}

/** A NotionRoleAssignment. */
export interface Assignment extends Declaration {
  role: Text;
}

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
  /** Assignments whose person cannot be told yet: they may be anybody's. */
  unplaced: readonly Assignment[];
}

/** Whether a resource is one of this package's; all others are left alone. */
export function isOurs({ type }: { type: string }): boolean {
  return type === NotionUser.__pulumiType || type === NotionRoleAssignment.__pulumiType;
}

/**
 * Joins role assignments to their people. Before ids exist the way from one to the other is the property
 * dependency of `userId`; in a state it may also be the e-mail that an assignment keeps, or the same id.
 * Each resource is looked at a fixed number of times.
 */
export function readWorkspace(resources: Iterable<DeclaredResource>): Workspace {
  const members: Member[] = [];
  const assignments: { resource: DeclaredResource; assignment: Assignment }[] = [];
  const people = new Map<string, Person>();
  const personByUser = new Map<string, Person>();
  const personById = new Map<string, Person>();
  const unplaced: Assignment[] = [];

  const personAt = (key: string, email: Text, label: string): Person => {
    const person = people.get(key) ?? { email, label, members: [], assignments: [] };
    people.set(key, person);
    return person;
  };

  for (const resource of resources) {
    if (resource.type === NotionRoleAssignment.__pulumiType) {
      assignments.push({ resource, assignment: readAssignment(resource) });
    } else if (resource.type === NotionUser.__pulumiType) {
      const member = readMember(resource);
      const email = fold(member.email);
      members.push(member);
      const isSecret = resource.opts.additionalSecretOutputs.includes("userName");
      const person = personAt(
        typeof email === "string" ? email : member.urn,
        email,
        typeof email === "string" && !isSecret
          ? `${email} (${member.label})`
          : `the person of ${member.label}`,
      );
      person.members.push(member);
      personByUser.set(member.urn, person);
    }
  }

  const notJoined: typeof assignments = [];
  for (const each of assignments) {
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
  const emailKept = ({ assignment }: (typeof assignments)[number]) =>
    fold(textOf(assignment.props, "userName"));
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
  return {
    people: [...people.values()],
    members,
    assignments: assignments.map(({ assignment }) => assignment),
    unplaced,
  };
}

function readMember(resource: DeclaredResource): Member {
  const declaration = readDeclaration("NotionUser", resource);
  const { props } = declaration;
  return {
    ...declaration,
    email: emailOf(props, "userName"),
    initialRole: textOf(props, "initialRole"),
    onRemove: textOf(props, "onRemove"),
  };
}

function readAssignment(resource: DeclaredResource): Assignment {
  const declaration = readDeclaration("NotionRoleAssignment", resource);
  const { props } = declaration;
  return { ...declaration, role: textOf(props, "role") };
}

function readDeclaration(kind: string, { urn, name, props, opts }: DeclaredResource): Declaration {
  return {
    urn,
    label: `${kind} "${name}"`,
    protect: opts.protect,
    ignoreChanges: opts.ignoreChanges,
    props: plainProperties(props),
  };
}

/** Without a domain it is no address: the provider refuses it, or it is what stands for a secret. */
function emailOf(props: Properties, key: string): Text {
  const email = textOf(props, key);
  return typeof email === "string" && domainOf(email) === undefined ? UNKNOWN : email;
}

function fold(email: Text): Text {
  return typeof email === "string" ? email.toLowerCase() : email;
}
