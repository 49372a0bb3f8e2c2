import type { HostRow } from "./hosts.mts";
import type { Peaks } from "./memory.mts";
import type { SectionName } from "./options.mts";

/** What both programs took for one operation. */
export interface Measurement {
  members: number;
  /** Groups that these are in; undefined: none is declared. */
  groups?: number | undefined;
  operation: string;
  latencyMs: number;
  /** Where the state was. */
  backend: Backend;
  /** Requests per second that the simulator takes; undefined: any number. */
  limit?: number | undefined;
  /** `notion:requestsPerSecond` of the stack; undefined: not set. */
  requestsPerSecond?: number | undefined;
  seconds: number;
  /** All that arrived, refused ones too. */
  requests: number;
  /** Of them, answered by 429. */
  refused: number;
  peaks: Peaks;
  /** Of a file; undefined elsewhere. */
  stateBytes?: number | undefined;
  /** The same with a provider that does nothing. */
  floor: { seconds: number; peaks: Peaks; stateBytes?: number | undefined };
}

/** What a process takes until it is ready, in milliseconds of CPU. */
export interface Startup {
  name: string;
  cpuMs: number;
  /** With `NODE_COMPILE_CACHE`, filled by a run before. */
  cachedCpuMs: number;
}

export const BACKENDS = ["file", "postgres", "s3"] as const;
export type Backend = (typeof BACKENDS)[number];

/** One thing done to the same people by two tools. */
export interface Comparison {
  members: number;
  operation: string;
  latencyMs: number;
  /** This package. */
  own: { seconds: number; requests: number };
  /** A generic REST provider under OpenTofu. */
  rest: { seconds: number; requests: number };
  /** What Pulumi takes with a provider that does nothing. */
  startSeconds: number;
}

/** How the results of a section came about; nothing that names the machine or a person. */
export interface Circumstances {
  cores: number;
  platform: string;
  node: string;
  pulumi: string;
  sdk: string;
  /** Load average of one minute when the section began and when it ended: what else the machine was doing. */
  load: { before: number; after: number };
  /** Milliseconds that a program takes to load `@pulumi/pulumi`, and this package after it. */
  importMs: { sdk: number; package: number };
}

export interface Section<Row> {
  circumstances: Circumstances;
  rows: Row[];
}

/** What was measured so far. */
export interface Results
  extends Partial<Record<Exclude<SectionName, "compare" | "startup" | "hosts">, Section<Measurement>>> {
  compare?: Section<Comparison>;
  startup?: Section<Startup>;
  hosts?: Section<HostRow>;
}

/** Requests that the client has under way at once (`provider/scim/rate-limiter.ts`). */
const SIDE_BY_SIDE = 8;

/** What the requests take, sent side by side. */
const requestSeconds = (requests: number, latencyMs: number) =>
  (Math.ceil(requests / SIDE_BY_SIDE) * latencyMs) / 1000;

/** Time over that of the floor and of the requests: wanted is 1.3 at most. */
export function ratioWithRequests({ seconds, floor, requests, latencyMs }: Measurement): number {
  return seconds / (floor.seconds + requestSeconds(requests, latencyMs));
}

/** What the state takes for each person, in bytes. */
export function bytesAPerson({ stateBytes, members }: Measurement): number | undefined {
  return stateBytes === undefined ? undefined : stateBytes / members;
}

/** The provider's peak beyond that of one that does nothing, in bytes. */
export function providerBytesOver({ peaks, floor }: Measurement): number | undefined {
  const [own, nothing] = [peaks.provider, floor.peaks.provider];
  return own === undefined || nothing === undefined ? undefined : own - nothing;
}

/** What is left of a comparison when the engine's own start is taken off. */
export function secondsBesidesStart({ own, startSeconds }: Comparison): number {
  return Math.max(0, own.seconds - startSeconds);
}
