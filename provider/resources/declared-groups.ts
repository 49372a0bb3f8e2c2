import { all, type Input, Output, output, RunError } from "@pulumi/pulumi";
import { sharedInRun } from "./run-of-the-program";

// What the resources of one run of the program declare of groups. Names of groups are compared exactly, case included.

/** What is declared of groups in one run. */
interface Groups {
  /** By name, the resource that declares the group, as a program sees it. */
  declared: Map<string, string>;
  /** By name, the workspace that declares the group with `members: "exact"`. */
  exact: Map<string, string>;
  /** By name, a membership of the group. */
  joined: Map<string, string>;
  /** By the ids of group and person, the membership. */
  memberships: Map<string, string>;
  /** The names of groups, by the id as the program has it. */
  names: WeakMap<object, string>;
}

const groups = sharedInRun<Groups>(() => ({
  declared: new Map(),
  exact: new Map(),
  joined: new Map(),
  memberships: new Map(),
  names: new WeakMap(),
}));

/** Notes that a resource declares a group. @throws {RunError} when another resource declares it, too */
function declare(declared: Map<string, string>, name: string, by: string): void {
  const other = declared.get(name);
  if (other !== undefined && other !== by)
    throw new RunError(`The group ${name} is declared twice, by ${other} and by ${by}. Keep one of the two.`);
  declared.set(name, by);
}

/**
 * Notes a NotionGroup.
 * @throws {RunError} when another resource of the program declares the group, too
 */
export function declareGroup(resource: string, displayName: Input<string>): void {
  const run = groups();
  if (run === undefined) return;
  const note = (name: unknown) => {
    if (typeof name === "string") declare(run.declared, name, `NotionGroup "${resource}"`);
  };
  if (Output.isInstance(displayName)) output(displayName).apply(note);
  else note(displayName);
}

/** Notes the name of a group, for who is handed its id. */
export function noteGroupName(id: Output<string>, name: unknown): void {
  if (typeof name === "string") groups()?.names.set(id, name);
}

/**
 * Notes the groups of a NotionWorkspace.
 * @throws {RunError} when another resource declares one of them, or puts somebody into an exact one
 */
export function declareGroupsOf(
  resource: string,
  declared: Readonly<Record<string, { members?: unknown }>> = {},
): void {
  const run = groups();
  if (run === undefined) return;
  for (const [name, { members }] of Object.entries(declared)) {
    declare(run.declared, name, `NotionWorkspace "${resource}"`);
    if (members !== "exact") continue;
    run.exact.set(name, resource);
    refuseExact(run, name);
  }
}

/**
 * Notes a NotionGroupMembership.
 * @throws {RunError} when a workspace declares the group as exact, or another resource puts the same person into it
 */
export function declareMembership(resource: string, groupId: Input<string>, userId: Input<string>): void {
  const run = groups();
  if (run === undefined) return;
  const name = Output.isInstance(groupId) ? run.names.get(groupId) : undefined;
  if (name !== undefined) {
    run.joined.set(name, resource);
    refuseExact(run, name);
  }
  const note = (group: unknown, user: unknown) => {
    if (typeof group !== "string" || typeof user !== "string") return;
    const key = `${group}/${user}`;
    const other = run.memberships.get(key);
    if (other !== undefined && other !== resource)
      throw new RunError(
        `NotionGroupMembership "${other}" and "${resource}" put the same person into the same group. Keep one of the two.`,
      );
    run.memberships.set(key, resource);
  };
  if (Output.isInstance(groupId) || Output.isInstance(userId))
    all([groupId, userId]).apply(([group, user]) => note(group, user));
  else note(groupId, userId);
}

function refuseExact({ exact, joined }: Groups, name: string): void {
  const [workspace, membership] = [exact.get(name), joined.get(name)];
  if (workspace === undefined || membership === undefined) return;
  throw new RunError(
    `NotionWorkspace "${workspace}" declares the group ${name} with members: "exact", and NotionGroupMembership "${membership}" puts ` +
      'somebody into it: each would undo the other\'s work. Declare the person in the workspace, or set members: "add" there.',
  );
}
