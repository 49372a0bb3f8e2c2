import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { repositoryRoot, toolsCache } from "../../tools/repository.mts";

export const pulumi = join(repositoryRoot, "node_modules", "@pulumi", "pulumi");
// Pulumi's messages are CommonJS whose names cannot be imported; and Struct has to be of Pulumi's own copy.
export const load = createRequire(join(pulumi, "index.js"));
export const proto: typeof import("@pulumi/pulumi/proto/provider_pb") = load("./proto/provider_pb");
const rpc: typeof import("@pulumi/pulumi/proto/provider_grpc_pb") = load("./proto/provider_grpc_pb");
const { Status }: typeof import("@pulumi/pulumi/proto/status_pb") = load("./proto/status_pb");
export const { Empty }: typeof import("google-protobuf/google/protobuf/empty_pb") = load(
  "google-protobuf/google/protobuf/empty_pb",
);
export type Struct = NonNullable<ReturnType<InstanceType<typeof proto.CheckRequest>["getNews"]>>;
export const structs: { Struct: { fromJavaScript(value: object): Struct } } = load(
  "google-protobuf/google/protobuf/struct_pb",
);

export type Properties = Record<string, unknown>;
export type Kind = "user" | "role" | "guard" | "workspace" | "group" | "membership";

/** How a host wants properties, and hands them back. */
export interface Codec {
  struct(kind: Kind, properties: Properties): Struct;
  plain(properties: Struct | undefined): Properties;
  /** The URN of the resource of a kind. */
  urn(kind: Kind): string;
}

/** What the engine marks a secret with. */
export function secret(value: unknown): object {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
}

/** A call that the host answered with an error. */
export class HostFailure extends Error {
  /** Present when the resource exists all the same and goes into the state. */
  readonly initFailed: { id: string; properties: Properties; reasons: string[] } | undefined;

  constructor(error: ServiceError, plain: Codec["plain"]) {
    super(error.details);
    const [packed] = error.metadata.get("grpc-status-details-bin");
    if (packed === undefined || typeof packed === "string") return;
    const detail = Status.deserializeBinary(packed)
      .getDetailsList()[0]
      ?.unpack(proto.ErrorResourceInitFailed.deserializeBinary, "pulumirpc.ErrorResourceInitFailed");
    if (detail == null) return;
    this.initFailed = {
      id: detail.getId(),
      properties: plain(detail.getProperties()),
      reasons: detail.getReasonsList(),
    };
  }
}

/** The error of a call that must fail. */
export async function hostFailure(call: Promise<unknown>): Promise<HostFailure> {
  const error = await call.then(
    () => new Error("should have failed"),
    (reason: unknown) => reason,
  );
  if (error instanceof HostFailure) return error;
  throw error;
}

/** Starts a host as the engine does, and reads the port that it prints. @param engine where the engine is; undefined: nowhere */
export async function startProcess(
  [program, ...args]: readonly [string, ...string[]],
  {
    env,
    engine,
    cwd = repositoryRoot,
  }: { env: Record<string, string>; engine: number | undefined; cwd?: string },
): Promise<{ child: ChildProcess; port: string }> {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(program, [...args, `127.0.0.1:${engine ?? 1}`], {
    cwd,
    // What Node compiled is kept: each host loads the same libraries.
    env: { PATH, HOME, NODE_COMPILE_CACHE: join(toolsCache, "compiled"), ...env },
    stdio: [engine === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  if (child.stdout !== null)
    for await (const line of createInterface({ input: child.stdout })) return { child, port: line };
  throw new Error("The host ended before it printed its port.");
}

const NO_LIMIT = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/** A host of resources, called over gRPC as the engine calls it. */
export class ResourceHost {
  /** All that the process printed after its port. */
  output = "";
  /** Whether the engine may hand over marked secrets; if not, it hands over plain values. */
  acceptsSecrets: boolean | undefined;
  readonly client: InstanceType<typeof rpc.ResourceProviderClient>;
  readonly #child: ChildProcess;
  readonly #codec: Codec;

  constructor(child: ChildProcess, port: string, codec: Codec) {
    this.#child = child;
    this.#codec = codec;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk) => {
        this.output += chunk;
      });
      stream?.resume();
    }
    this.client = new rpc.ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure(), NO_LIMIT);
  }

  /** @param name of the provider in the program */
  async configure(config: object, name?: string): Promise<void> {
    const request = new proto.ConfigureRequest();
    request.setArgs(structs.Struct.fromJavaScript(config));
    if (name !== undefined) request.setName(name);
    const response = await this.answer<InstanceType<typeof proto.ConfigureResponse>>((done) =>
      this.client.configure(request, done),
    );
    this.acceptsSecrets = response.getAcceptsecrets();
  }

  async check(kind: Kind, news: Properties, olds: Properties = {}, urn = this.#codec.urn(kind)) {
    const request = new proto.CheckRequest();
    request.setUrn(urn);
    request.setOlds(this.#codec.struct(kind, olds));
    request.setNews(this.#codec.struct(kind, news));
    const response = await this.answer<InstanceType<typeof proto.CheckResponse>>((done) =>
      this.client.check(request, done),
    );
    const failures = response.getFailuresList();
    return {
      inputs: this.#codec.plain(response.getInputs()),
      failures: failures.map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() })),
    };
  }

  async diff(kind: Kind, id: string, olds: Properties, news: Properties) {
    const request = new proto.DiffRequest();
    request.setId(id);
    request.setUrn(this.#codec.urn(kind));
    request.setOlds(this.#codec.struct(kind, olds));
    request.setNews(this.#codec.struct(kind, news));
    const response = await this.answer<InstanceType<typeof proto.DiffResponse>>((done) =>
      this.client.diff(request, done),
    );
    const { DIFF_SOME } = proto.DiffResponse.DiffChanges;
    const details: [string, number][] = [];
    response.getDetaileddiffMap().forEach((difference, path) => {
      details.push([path, difference.getKind()]);
    });
    return {
      changes: response.getChanges() === DIFF_SOME,
      replaces: response.getReplacesList(),
      details: Object.fromEntries(details),
    };
  }

  async create(kind: Kind, inputs: Properties) {
    const request = new proto.CreateRequest();
    request.setUrn(this.#codec.urn(kind));
    request.setProperties(this.#codec.struct(kind, inputs));
    const response = await this.answer<InstanceType<typeof proto.CreateResponse>>((done) =>
      this.client.create(request, done),
    );
    return { id: response.getId(), outs: this.#codec.plain(response.getProperties()) };
  }

  async read(kind: Kind, id: string, olds: Properties = {}) {
    const request = new proto.ReadRequest();
    request.setId(id);
    request.setUrn(this.#codec.urn(kind));
    request.setProperties(this.#codec.struct(kind, olds));
    const response = await this.answer<InstanceType<typeof proto.ReadResponse>>((done) =>
      this.client.read(request, done),
    );
    return {
      id: response.getId(),
      outs: this.#codec.plain(response.getProperties()),
      inputs: response.hasInputs() ? this.#codec.plain(response.getInputs()) : undefined,
    };
  }

  async update(kind: Kind, id: string, olds: Properties, news: Properties) {
    const request = new proto.UpdateRequest();
    request.setId(id);
    request.setUrn(this.#codec.urn(kind));
    request.setOlds(this.#codec.struct(kind, olds));
    request.setNews(this.#codec.struct(kind, news));
    const response = await this.answer<InstanceType<typeof proto.UpdateResponse>>((done) =>
      this.client.update(request, done),
    );
    return { outs: this.#codec.plain(response.getProperties()) };
  }

  async delete(kind: Kind, id: string, olds: Properties): Promise<void> {
    const request = new proto.DeleteRequest();
    request.setId(id);
    request.setUrn(this.#codec.urn(kind));
    request.setProperties(this.#codec.struct(kind, olds));
    await this.answer<object>((done) => this.client.delete(request, done));
  }

  /** Asks for the end of the run, as the first Ctrl-C does. */
  async cancel(): Promise<void> {
    await this.answer<object>((done) => this.client.cancel(new Empty(), done));
  }

  /** Closes stdin, as happens when the engine ends. */
  hangUp(): void {
    this.#child.stdin?.end();
  }

  /** How the process ended, once it did. */
  async end(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, "exit");
    return this.#child.exitCode;
  }

  /** Ends the process at once, as a crash would. */
  async kill(): Promise<void> {
    this.client.close();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }

  answer<T>(call: (done: (error: ServiceError | null, response: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      call((error, response) =>
        error === null ? resolve(response) : reject(new HostFailure(error, this.#codec.plain)),
      );
    });
  }
}
