import type { Sandbox } from "../sandbox.mts";
import { formatDuration, type Log } from "../step.mts";
import { BenchProject, OWNERS, type Person, peopleOf } from "./project.mts";
import type { Backend, Measurement } from "./results.mts";
import { type SimulatedWorkspace, startWorkspace } from "./workspace.mts";

/** Roles that are changed by one of the operations. */
const ROLE_CHANGES = 5;

/** People who change their group in one of the operations. */
const MOVES = 10;

/** Up to so many people are also added one by one: how long that takes is known from the requests. */
const MOST_ADDED = 1000;
/** Up to so many a limit of requests is measured: it costs the same seconds for each page. */
const MOST_LIMITED = 1000;

const UP = ["up", "--yes", "--skip-preview"];
interface Operation {
  name: OperationName;
  command: string[];
  changesRoles?: boolean;
  changesGroups?: boolean;
}

/** What is done to a workspace, in words. */
export const OPERATIONS = {
  add: "up, all added",
  adopt: "up, all adopted",
  preview: "preview",
  refresh: "preview --refresh",
  roles: `up, ${ROLE_CHANGES} roles changed`,
  moves: `up, ${MOVES} people in another group`,
} as const;
type OperationName = (typeof OPERATIONS)[keyof typeof OPERATIONS];

const addAll: Operation = { name: OPERATIONS.add, command: UP };
const adopt: Operation = { name: OPERATIONS.adopt, command: UP };
const preview: Operation = { name: OPERATIONS.preview, command: ["preview", "--expect-no-changes"] };
const refresh: Operation = {
  name: OPERATIONS.refresh,
  command: ["preview", "--refresh", "--expect-no-changes"],
};
const roles: Operation = { name: OPERATIONS.roles, command: UP, changesRoles: true };
const moves: Operation = { name: OPERATIONS.moves, command: UP, changesGroups: true };

/** Under what a stack goes through which operations. */
interface Conditions extends Pick<Measurement, "latencyMs" | "limit" | "requestsPerSecond"> {
  operations: Operation[];
  /** Members whom the workspace has beforehand. */
  seeded: number;
}

export interface SizeOptions {
  latencyMs: number;
  /** Requests per second of the runs about a limit; default: no such runs. */
  rate?: number | undefined;
  /** Where the state is, and how Pulumi finds it. Default: a folder. */
  backend?: { name: Backend; env: NodeJS.ProcessEnv };
}

/** How large a workspace is. */
export type Size = Pick<Measurement, "members" | "groups">;

/** Measures a workspace of one size under each of the conditions. */
export async function measureSize(
  size: Size,
  options: SizeOptions,
  sandbox: Sandbox,
  log: Log,
): Promise<Measurement[]> {
  const workspace = await startWorkspace();
  const { name: backend, env } = options.backend ?? { name: "file", env: {} };
  try {
    const projects = [
      new BenchProject(sandbox, "package", { ...workspace.env, ...env }, backend),
      new BenchProject(sandbox, "floor", { ...workspace.env, ...env }, backend),
    ] as const;
    const measurements: Measurement[] = [];
    for (const conditions of allConditions(size, options)) {
      log(`${describe(size, conditions)}, backend ${backend}`);
      measurements.push(...(await goThrough(size, conditions, backend, projects, workspace, log)));
    }
    return measurements;
  } finally {
    await workspace.close();
  }
}

function allConditions({ members, groups }: Size, { latencyMs, rate, backend }: SizeOptions): Conditions[] {
  if (groups !== undefined)
    return [{ latencyMs, seeded: members, operations: [adopt, preview, refresh, moves] }];
  return [
    ...(members > MOST_ADDED || backend !== undefined
      ? []
      : [{ latencyMs, seeded: OWNERS, operations: [addAll] }]),
    { latencyMs, seeded: members, operations: [adopt, preview, refresh, roles] },
    ...(rate === undefined || members > MOST_LIMITED
      ? []
      : [undefined, rate].map((requestsPerSecond) => ({
          latencyMs: 0,
          limit: rate,
          requestsPerSecond,
          seeded: members,
          operations: [adopt, refresh],
        }))),
  ];
}

function describe(
  { members, groups }: Size,
  { latencyMs, limit, requestsPerSecond, seeded }: Conditions,
): string {
  return [
    `${members.toLocaleString("en")} people${groups === undefined ? "" : ` in ${groups} groups`}`,
    ...(seeded === members ? [] : ["only the owners there"]),
    `${latencyMs} ms a request`,
    ...(limit === undefined ? [] : [`at most ${limit} requests a second`]),
    ...(requestsPerSecond === undefined ? [] : [`notion:requestsPerSecond ${requestsPerSecond}`]),
  ].join(", ");
}

async function goThrough(
  { members, groups }: Size,
  { operations, seeded, ...conditions }: Conditions,
  backend: Backend,
  [own, floor]: readonly [BenchProject, BenchProject],
  { control }: SimulatedWorkspace,
  log: Log,
): Promise<Measurement[]> {
  const { latencyMs, limit, requestsPerSecond } = conditions;
  await control.seed({ members: seeded, groups });
  await control.configure({
    latencyMs,
    rateLimit: limit === undefined ? null : { requestsPerSecond: limit },
  });
  const stack = [latencyMs, limit ?? 0, requestsPerSecond ?? 0, seeded, members, groups ?? 0].join("-");
  for (const project of [own, floor]) await project.newStack(`on-${stack}`);
  if (requestsPerSecond !== undefined)
    await own.configure("notion:requestsPerSecond", String(requestsPerSecond));

  const measurements: Measurement[] = [];
  for (const { name, command, changesRoles = false, changesGroups = false } of operations) {
    const people = peopleOf(members, changesRoles ? ROLE_CHANGES : 0);
    const inGroups =
      groups === undefined ? people : peopleInGroups(people, groups, changesGroups ? MOVES : 0);
    for (const project of [own, floor]) project.declare(inGroups, groupsOf(groups ?? 0));
    // The floor right before the package: what else the machine does weighs on both alike.
    const nothing = await floor.measure(command);
    await control.clearRequests();
    const run = await own.measure(command);
    const { entries } = await control.requests();
    const measurement: Measurement = {
      members,
      groups,
      operation: name,
      ...conditions,
      backend,
      ...run,
      requests: entries.length,
      refused: entries.filter(({ status }) => status === 429).length,
      stateBytes: backend === "file" ? own.stateBytes : undefined,
      floor: { ...nothing, stateBytes: backend === "file" ? floor.stateBytes : undefined },
    };
    measurements.push(measurement);
    log(
      `  ${name}: ${formatDuration(run.seconds * 1000)}, floor ${formatDuration(nothing.seconds * 1000)}, ` +
        `${measurement.requests} requests`,
    );
  }
  return measurements;
}

const groupName = (index: number) => `Group ${String(index + 1).padStart(2, "0")}`;

/** The groups that the simulator seeds. */
function groupsOf(groups: number): Record<string, object> {
  return Object.fromEntries(
    Array.from({ length: groups }, (_, index) => [
      groupName(index),
      { members: "exact", maxRemovals: "100%" },
    ]),
  );
}

/** The same people in the groups of the simulator; the first after the owners are in the next one. */
function peopleInGroups(people: readonly Person[], groups: number, moved: number): Person[] {
  return people.map((person, index) => {
    const isMoved = index >= OWNERS && index < OWNERS + moved;
    return { ...person, groups: [groupName((index + (isMoved ? 1 : 0)) % groups)] };
  });
}
