import type { Peaks } from "./memory.mts";

/** What both programs took for one operation. */
export interface Measurement {
  members: number;
  operation: string;
  latencyMs: number;
  /** Requests per second that the simulator takes; undefined: any number. */
  limit?: number | undefined;
  /** `notion:requestsPerSecond` of the stack; undefined: not set. */
  requestsPerSecond?: number | undefined;
  /** Whether the state was written at each step. */
  checkpoints: boolean;
  seconds: number;
  /** All that arrived, refused ones too. */
  requests: number;
  /** Of them, answered by 429. */
  refused: number;
  peaks: Peaks;
  stateBytes: number;
  /** The same with a provider that does nothing. */
  floor: { seconds: number; peaks: Peaks; stateBytes: number };
}

/** How the results came about; nothing that names the machine or a person. */
export interface Circumstances {
  cores: number;
  platform: string;
  node: string;
  pulumi: string;
  sdk: string;
  /** Load average of one minute when the bench began and when it ended: what else the machine was doing. */
  load: { before: number; after: number };
  /** Milliseconds that a program takes to load `@pulumi/pulumi`, and this package after it. */
  importMs: { sdk: number; package: number };
}

export interface Results {
  circumstances: Circumstances;
  measurements: Measurement[];
}

/** Requests that the client has under way at once (`provider/scim/pace.ts`). */
const SIDE_BY_SIDE = 8;

/** Time over the floor's time. */
export function ratio({ seconds, floor }: Measurement): number {
  return seconds / floor.seconds;
}

/** Time over that of the floor and of the requests, sent side by side: what issue 6 wants below 1.3. */
export function ratioWithRequests({ seconds, floor, requests, latencyMs }: Measurement): number {
  return seconds / (floor.seconds + (Math.ceil(requests / SIDE_BY_SIDE) * latencyMs) / 1000);
}

/** What a limit costs: the time beyond the same operation without one; undefined where that was not measured. */
export function waitingSeconds(all: readonly Measurement[], limited: Measurement): number | undefined {
  const free = all.find(
    (each) =>
      each.limit === undefined &&
      each.latencyMs === limited.latencyMs &&
      each.checkpoints === limited.checkpoints &&
      each.members === limited.members &&
      each.operation === limited.operation,
  );
  return free === undefined ? undefined : Math.max(0, limited.seconds - free.seconds);
}
