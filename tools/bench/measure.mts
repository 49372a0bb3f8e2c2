import type { Sandbox } from "../sandbox.mts";
import type { Log } from "../step.mts";
import { formatDuration } from "../step.mts";
import type { BenchOptions } from "./options.mts";
import { BenchProject, type Person } from "./project.mts";
import type { Measurement } from "./results.mts";
import { TAKE_OVER } from "./tables.mts";
import { type SimulatedWorkspace, startWorkspace } from "./workspace.mts";

/** Roles that are changed by one of the operations. */
const ROLE_CHANGES = 5;

const UP = ["up", "--yes", "--skip-preview"];
interface Operation {
  name: string;
  command: string[];
  changesRoles?: boolean;
}

const addAll: Operation = { name: "up, all added", command: UP };
const takeOver: Operation = { name: TAKE_OVER, command: UP };
const preview: Operation = { name: "preview", command: ["preview", "--expect-no-changes"] };
const refresh: Operation = {
  name: "preview --refresh",
  command: ["preview", "--refresh", "--expect-no-changes"],
};
const roles: Operation = { name: `up, ${ROLE_CHANGES} roles changed`, command: UP, changesRoles: true };

/** Under what a stack goes through which operations. */
interface Conditions extends Pick<Measurement, "latencyMs" | "limit" | "requestsPerSecond" | "checkpoints"> {
  operations: Operation[];
  /** Members whom the workspace has beforehand. */
  seeded: number;
}

/** The owners, without whom there is no workspace. */
const OWNERS = 2;

/** Measures a workspace of one size under each of the conditions. */
export async function measureSize(
  members: number,
  options: BenchOptions,
  sandbox: Sandbox,
  log: Log,
): Promise<Measurement[]> {
  const workspace = await startWorkspace(members);
  try {
    const projects = [
      new BenchProject(sandbox, "package", workspace.env),
      new BenchProject(sandbox, "floor", workspace.env),
    ] as const;
    const measurements: Measurement[] = [];
    for (const conditions of allConditions(members, options)) {
      log(`${members} members, ${describe(members, conditions)}`);
      measurements.push(...(await goThrough(members, conditions, projects, workspace, log)));
    }
    return measurements;
  } finally {
    await workspace.close();
  }
}

function allConditions(members: number, { latenciesMs, rate, checkpoints }: BenchOptions): Conditions[] {
  return [
    ...latenciesMs.flatMap((latencyMs) => [
      { latencyMs, checkpoints: false, seeded: OWNERS, operations: [addAll] },
      { latencyMs, checkpoints: false, seeded: members, operations: [takeOver, preview, refresh, roles] },
    ]),
    ...(rate === undefined
      ? []
      : [undefined, rate].map((requestsPerSecond) => ({
          latencyMs: 0,
          limit: rate,
          requestsPerSecond,
          checkpoints: false,
          seeded: members,
          operations: [takeOver, refresh],
        }))),
    ...(checkpoints.includes(members)
      ? [{ latencyMs: 0, checkpoints: true, seeded: members, operations: [takeOver, roles] }]
      : []),
  ];
}

function describe(
  members: number,
  { latencyMs, limit, requestsPerSecond, checkpoints, seeded }: Conditions,
): string {
  return [
    ...(seeded === members ? [] : ["only the owners there"]),
    `${latencyMs} ms latency`,
    ...(limit === undefined ? [] : [`at most ${limit} requests a second`]),
    ...(requestsPerSecond === undefined ? [] : [`notion:requestsPerSecond ${requestsPerSecond}`]),
    ...(checkpoints ? ["state written at each step"] : []),
  ].join(", ");
}

async function goThrough(
  members: number,
  { operations, seeded, ...conditions }: Conditions,
  [own, floor]: readonly [BenchProject, BenchProject],
  { control }: SimulatedWorkspace,
  log: Log,
): Promise<Measurement[]> {
  const { latencyMs, limit, requestsPerSecond, checkpoints } = conditions;
  await control.seed({ members: seeded });
  await control.configure({
    latencyMs,
    rateLimit: limit === undefined ? null : { requestsPerSecond: limit },
  });
  const stack = [latencyMs, limit ?? 0, requestsPerSecond ?? 0, Number(checkpoints), seeded, members].join(
    "-",
  );
  for (const project of [own, floor]) await project.newStack(`on-${stack}`, checkpoints);
  if (requestsPerSecond !== undefined)
    await own.configure("notion:requestsPerSecond", String(requestsPerSecond));

  const measurements: Measurement[] = [];
  for (const { name, command, changesRoles = false } of operations) {
    const people = peopleOf(members, changesRoles ? ROLE_CHANGES : 0);
    for (const project of [own, floor]) project.declare(people);
    // The floor right before the package: what else the machine does weighs on both alike.
    const nothing = await floor.measure(command);
    await control.clearRequests();
    const run = await own.measure(command);
    const { entries } = await control.requests();
    const measurement = {
      members,
      operation: name,
      ...conditions,
      ...run,
      requests: entries.length,
      refused: entries.filter(({ status }) => status === 429).length,
      stateBytes: own.stateBytes,
      floor: { ...nothing, stateBytes: floor.stateBytes },
    };
    measurements.push(measurement);
    log(
      `  ${name}: ${formatDuration(run.seconds * 1000)}, floor ${formatDuration(nothing.seconds * 1000)}, ` +
        `${measurement.requests} requests`,
    );
  }
  return measurements;
}

/** Everybody whom the simulator seeds, with the roles that they have; the first of the others get a better one. */
function peopleOf(members: number, promoted: number): Person[] {
  return Array.from({ length: members }, (_, index) => ({
    userName: `member.${String(index + 1).padStart(3, "0")}@example.com`,
    role: index < OWNERS ? "owner" : index < OWNERS + promoted ? "membership_admin" : "member",
  }));
}
