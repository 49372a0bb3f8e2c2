import { RunError, runtime } from "@pulumi/pulumi";

/**
 * What the resources of one run of the program tell each other. One run is one stack resource: with the Automation API
 * many runs share a process.
 * @returns what this run shares; undefined without a stack (a unit test with mocks), where there is no run
 */
export function sharedInRun<T>(make: () => T): () => T | undefined {
  const byStack = new WeakMap<object, T>();
  return () => {
    const stack = runtime.getStackResource();
    if (stack === undefined) return undefined;
    const shared = byStack.get(stack) ?? make();
    byStack.set(stack, shared);
    return shared;
  };
}

/** A resource that declares people, as a program sees it. */
interface Declarer {
  kind: "NotionUser" | "NotionWorkspace";
  name: string;
  /** What a workspace does to unmanaged members, if it restricts or removes them. */
  decides?: "restrict" | "remove" | undefined;
}

/** Who declares people in one run. It is closed at the program's first pause: what comes later nobody has taken into account. */
interface Collection {
  closed: Promise<void> | undefined;
  isClosed: boolean;
  /** How many resources declare people. */
  count: number;
  first: Declarer | undefined;
  authority: Declarer | undefined;
  /** The name of the first role assignment. */
  firstRole: string | undefined;
  /** The name of a guard. */
  guard: string | undefined;
}

const collection = sharedInRun<Collection>(() => ({
  closed: undefined,
  isClosed: false,
  count: 0,
  first: undefined,
  authority: undefined,
  firstRole: undefined,
  guard: undefined,
}));

const nameOf = ({ kind, name }: Declarer) => `${kind} "${name}"`;

/**
 * Notes a resource that declares people, and ends the program where its place or its moment could cost a person their
 * access.
 * @throws {RunError} when it comes after the program's first pause, or stands beside a workspace that decides over everybody
 */
export function declarePeople(declarer: Declarer): void {
  const run = collection();
  if (run === undefined) return;
  if (run.isClosed) throw declaredLate(nameOf(declarer));
  const { first, authority = declarer.decides === undefined ? undefined : declarer } = run;
  const other = authority === declarer ? first : declarer;
  if (authority !== undefined && other !== undefined) throw besideAuthority(authority, other);
  run.count += 1;
  run.first ??= declarer;
  run.authority ??= authority;
  close(run);
}

/**
 * Notes a resource that declares a role alone.
 * @throws {RunError} when a workspace that decides over everybody, or a guard, has been planned without it
 */
export function declareRole(name: string): void {
  const run = collection();
  if (run === undefined) return;
  const { isClosed, authority, guard } = run;
  const planned = authority === undefined ? guard && `NotionGuard "${guard}"` : nameOf(authority);
  if (isClosed && planned !== undefined) throw declaredLate(`NotionRoleAssignment "${name}"`, planned);
  run.firstRole ??= name;
}

/**
 * Notes a resource that puts somebody into a group.
 * @throws {RunError} when a workspace that decides over everybody has been planned without it
 */
export function declareMember(name: string): void {
  const run = collection();
  if (run?.isClosed && run.authority !== undefined)
    throw declaredLate(`NotionGroupMembership "${name}"`, nameOf(run.authority));
}

/**
 * Notes a guard. What is declared before it would not wait for it.
 * @throws {RunError} with what comes before it
 */
export function declareGuard(name: string): void {
  const run = collection();
  if (run === undefined) return;
  const { first, firstRole } = run;
  const before = first === undefined ? firstRole && `NotionRoleAssignment "${firstRole}"` : nameOf(first);
  if (before !== undefined) throw guardLate(name, before);
  run.guard ??= name;
  close(run);
}

/** Resolves at the program's first pause after its first resource that declares people: by then all of them are known. */
export function everybodyDeclared(): Promise<void> {
  const run = collection();
  return run === undefined ? Promise.resolve() : close(run);
}

/**
 * How many resources of the program declare people. The first of them tells it for all: Pulumi keeps the name of each input
 * in the state.
 * @returns undefined without a stack, for another resource than the first, and where it is the only one
 */
export function declaredInAll(kind: Declarer["kind"], name: string): Promise<number | undefined> | undefined {
  const run = collection();
  if (run?.first?.kind !== kind || run.first.name !== name) return undefined;
  return everybodyDeclared().then(() => (run.count === 1 ? undefined : run.count));
}

function close(run: Collection): Promise<void> {
  run.closed ??= new Promise((resolve) =>
    setImmediate(() => {
      run.isClosed = true;
      resolve();
    }),
  );
  return run.closed;
}

function declaredLate(what: string, first?: string): RunError {
  const planned = first === undefined ? "the people declared before were" : `${first} was`;
  return new RunError(
    `${what} is declared too late: the program paused (an await, or an apply), and ${planned} planned without it. ` +
      "Collect first, then declare: wait for everything that you need, and then declare all people and roles without a pause in between.",
  );
}

function besideAuthority(authority: Declarer, other: Declarer): RunError {
  return new RunError(
    `${nameOf(authority)} has undeclared: "${authority.decides}" and decides over everybody in the workspace, so no other resource ` +
      `may declare people. ${nameOf(other)} does. Declare all people in one NotionWorkspace, or set undeclared to "report".`,
  );
}

function guardLate(name: string, before: string): RunError {
  return new RunError(
    `NotionGuard "${name}" is declared after ${before}, which would not wait for it. Declare the guard before all people and roles.`,
  );
}
