import { type CustomResourceOptions, type Input, mergeOptions, Output, type Resource } from "@pulumi/pulumi";
import { emailBehind, redactedByName } from "./redacted";
import { everybodyDeclared, sharedInRun } from "./run-of-the-program";

// A guard counts all people that the program declares one by one. Each resource of the program names its person.

/** A member as a guard counts them: what the resources for them declare. */
interface GuardedMember {
  userName: Input<string>;
  onRemove?: Input<string> | undefined;
  role?: Input<string> | undefined;
  from?: Input<string> | undefined;
  until?: Input<string> | undefined;
  then?: Input<string> | undefined;
  onRoleRemove?: Input<string> | undefined;
}

/** What guards of one run are told. */
interface Guarded {
  guards: Resource[];
  /** By resource name: a change of e-mail under the same name is no removal. */
  members: Map<string, GuardedMember>;
  /** The names of members, by the id as the program has it. */
  names: WeakMap<object, string>;
  /** E-mails of owners without an expiration that a NotionWorkspace declares. */
  owners: string[];
}

const guarded = sharedInRun<Guarded>(() => ({
  guards: [],
  members: new Map(),
  names: new WeakMap(),
  owners: [],
}));

/** Notes a guard: what it guards waits for it. */
export function noteGuard(guard: Resource): void {
  guarded()?.guards.push(guard);
}

/** The options of a resource that waits for the guards of the program. */
export function afterGuards(opts: CustomResourceOptions | undefined): CustomResourceOptions | undefined {
  const { guards } = guarded() ?? { guards: [] };
  return guards.length === 0 ? opts : mergeOptions(opts, { dependsOn: [...guards] });
}

/** Notes a member of the program. @param id of the member, as other resources have it */
export function noteMember(
  name: string,
  id: Output<string>,
  { userName, onRemove }: Pick<GuardedMember, "userName" | "onRemove">,
): void {
  const run = guarded();
  run?.names.set(id, name);
  run?.members.set(name, { userName, ...(onRemove !== undefined && { onRemove }) });
}

/** How a NotionRoleAssignment declares a role. */
interface DeclaredRole extends Pick<GuardedMember, "role" | "from" | "until" | "then"> {
  userId: Input<string>;
  member?: Input<string> | undefined;
  onRemove?: Input<string> | undefined;
}

/** Records the role of a member. For a member that the program declares, it is that person's role. */
export function noteRole(name: string, declared: DeclaredRole): void {
  const run = guarded();
  if (run === undefined) return;
  const { userId, member, role, from, until, then, onRemove: onRoleRemove } = declared;
  const known = Output.isInstance(userId) ? run.names.get(userId) : undefined;
  const text = typeof userId === "string" ? `the member ${userId}` : `the member of ${name}`;
  const userName = emailBehind(userId) ?? member ?? text;
  const held = known === undefined ? undefined : run.members.get(known);
  const all = { role, from, until, then, onRoleRemove };
  const said = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  run.members.set(known ?? name, { ...(held ?? { userName }), ...said });
}

/** Records the owners without an expiration that a NotionWorkspace declares. */
export function noteOwners(emails: readonly string[]): void {
  guarded()?.owners.push(...emails);
}

/** What a guard knows of the program once everybody is declared, and which parts are secret. @param limits of the guard */
export function everybodyGuarded(limits: object) {
  const run = guarded();
  const members = everybodyDeclared().then(() => Object.fromEntries(run?.members ?? []));
  return {
    members,
    owners: everybodyDeclared().then(() => (run?.owners.length ? [...run.owners] : undefined)),
    redacted: members.then((all) => redactedByName({ ...all, "": limits })),
  };
}
