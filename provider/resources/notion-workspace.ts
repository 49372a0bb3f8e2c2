import {
  ComponentResource,
  type ComponentResourceOptions,
  Config,
  type Input,
  type Resource,
  RunError,
} from "@pulumi/pulumi";
import type { Role } from "../member/role";
import { type GuardLimits, NotionGuard } from "./notion-guard";
import { NotionRoleAssignment, type NotionRoleAssignmentArgs } from "./notion-role-assignment";
import { NotionUser, type NotionUserArgs } from "./notion-user";
import { resourceName } from "./resource-name";

/** A person of a workspace: what a NotionUser takes, their role, and how both are treated. */
export interface Person extends Omit<NotionUserArgs, "userName" | "initialRole"> {
  userName: string;
  /** The role. Default: left as it is, and Notion's own for somebody new. */
  role?: Role | undefined;
  /** What taking the role out of the declaration does. Default `restrict`. */
  onRoleRemove?: NotionRoleAssignmentArgs["onRemove"];
  /**
   * Names the resources instead of the e-mail. When an e-mail changes, give the old one here: another name
   * is another person to Pulumi, who would be added while the old one is removed.
   */
  key?: string | undefined;
  /** Keeps Pulumi from deleting the resources of this person. Default: as for the whole workspace. */
  protect?: boolean | undefined;
}

export interface NotionWorkspaceArgs {
  /** Everyone whom this program manages; others in the workspace are left alone. */
  people: readonly Person[];
  /** What may change at once. */
  limits?: GuardLimits;
  /** What removing a person does, where the person does not say. Default `remove`. */
  onRemove?: Input<"remove" | "restrict" | "leave">;
  /** Keeps Pulumi from deleting anyone. Default false. */
  protect?: boolean;
}

/**
 * Members with their roles: for each person a {@link NotionUser} and, if a role is given, a
 * {@link NotionRoleAssignment}, named after the e-mail. A {@link NotionGuard} comes first, owners before
 * the other roles, so that nobody is demoted before somebody else is promoted.
 */
export class NotionWorkspace extends ComponentResource {
  /** The members by resource name. */
  readonly users: Readonly<Record<string, NotionUser>>;

  /** @param name the component's name in the program */
  constructor(name: string, args: NotionWorkspaceArgs, opts?: ComponentResourceOptions) {
    super("notion:index:NotionWorkspace", name, {}, opts);
    const people = named(args.people);
    const tokenOwner = args.limits?.tokenOwner ?? new Config("notion").get("tokenOwner");
    const guard = new NotionGuard(
      name,
      {
        members: Object.fromEntries(
          [...people].map(([key, { userName, role, onRoleRemove }]) => [
            key,
            { userName, ...(role && { role }), ...(role && onRoleRemove === "leave" && { onRoleRemove }) },
          ]),
        ),
        ...args.limits,
        ...(tokenOwner && { tokenOwner }),
      },
      { parent: this },
    );
    // Waiting here rather than by dependsOn keeps the order and costs the state of each resource nothing.
    const guarded = registered([guard]);
    const users: Record<string, NotionUser> = {};
    const owners: NotionRoleAssignment[] = [];
    for (const [key, person] of people) {
      users[key] = this.#user(key, person, args, guarded);
      if (person.role === "owner") owners.push(this.#role(key, person, users[key], args, guarded));
    }
    const promoted = registered(owners);
    for (const [key, person] of people) {
      const user = users[key];
      if (user !== undefined && person.role !== undefined && person.role !== "owner") {
        this.#role(key, person, user, args, promoted);
      }
    }
    this.users = users;
    this.registerOutputs({});
  }

  #user(key: string, person: Person, args: NotionWorkspaceArgs, after: Promise<void>): NotionUser {
    const { role, key: _, onRoleRemove: __, protect = args.protect, ...user } = person;
    return new NotionUser(
      key,
      {
        ...(args.onRemove !== undefined && { onRemove: args.onRemove }),
        ...user,
        userName: after.then(() => person.userName),
        ...(role && { initialRole: role }),
      },
      { parent: this, ...(protect !== undefined && { protect }) },
    );
  }

  #role(
    key: string,
    person: Person & { role?: Role | undefined },
    user: NotionUser,
    args: NotionWorkspaceArgs,
    after: Promise<void>,
  ): NotionRoleAssignment {
    const { role, onRoleRemove, protect = args.protect } = person;
    return new NotionRoleAssignment(
      key,
      {
        userId: user.id.apply((id) => after.then(() => id)),
        role: role as Role,
        ...(onRoleRemove !== undefined && { onRemove: onRoleRemove }),
      },
      { parent: this, deletedWith: user, ...(protect !== undefined && { protect }) },
    );
  }
}

/** The people by resource name. */
function named(people: readonly Person[]): Map<string, Person> {
  const byName = new Map<string, Person>();
  const byUserName = new Map<string, string>();
  for (const person of people) {
    const key = resourceName(person.key ?? person.userName);
    const twice = byName.get(key)?.userName ?? byUserName.get(person.userName.toLowerCase());
    if (twice !== undefined) {
      throw new RunError(
        `${person.userName} and ${twice} are declared as the same person. Keep one of the two.`,
      );
    }
    byName.set(key, person);
    byUserName.set(person.userName.toLowerCase(), person.userName);
  }
  return byName;
}

/** Fulfilled when the engine is done with the resources: in an update, when they have been written. */
function registered(resources: readonly Resource[]): Promise<void> {
  return Promise.all(
    resources.map((resource) => new Promise<void>((resolve) => void resource.urn.apply(() => resolve()))),
  ).then(() => {});
}
