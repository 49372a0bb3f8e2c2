import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { onTestFinished } from "vitest";
import { stub } from "../../provider/resources/stub";
import { repositoryRoot, toolsCache } from "../../tools/repository.mts";
import type { Target } from "../scim/connect";

const pulumi = join(repositoryRoot, "node_modules", "@pulumi", "pulumi");
// Pulumi's messages are CommonJS whose names cannot be imported; and Struct has to be of Pulumi's own copy.
const load = createRequire(join(pulumi, "index.js"));
const proto: typeof import("@pulumi/pulumi/proto/provider_pb") = load("./proto/provider_pb");
const rpc: typeof import("@pulumi/pulumi/proto/provider_grpc_pb") = load("./proto/provider_grpc_pb");
const { Status }: typeof import("@pulumi/pulumi/proto/status_pb") = load("./proto/status_pb");
type Struct = NonNullable<ReturnType<InstanceType<typeof proto.CheckRequest>["getNews"]>>;
const structs: {
  Struct: { fromJavaScript(value: object): Struct };
} = load("google-protobuf/google/protobuf/struct_pb");

export type Properties = Record<string, unknown>;
export type Kind = Parameters<typeof stub>[0];

/** What the engine marks a secret configuration value with. */
export function secret(value: string): object {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
}

/** A call that the host answered with an error. */
export class HostFailure extends Error {
  /** Present when the resource exists all the same and goes into the state. */
  readonly initFailed: { id: string; properties: Properties; reasons: string[] } | undefined;

  constructor(error: ServiceError) {
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

export interface HostOptions {
  /** The stack's configuration, secrets marked by {@link secret}. */
  config?: Record<string, string | object>;
  env?: Record<string, string>;
  /** Where the engine is said to be, and that it holds the other end of stdin. Default: nowhere, and it does not. */
  engine?: { port: number };
}

/** What a provider needs to reach this simulator. */
export function environmentOf({ token, baseUrl }: Target): Record<string, string> {
  return { NOTION_SCIM_TOKEN: token, NOTION_SCIM_BASE_URL: baseUrl, NOTION_TOKEN_OWNER: "unknown" };
}

/** As {@link openHost}; it ends with the test that starts it. */
export async function startHost(options: HostOptions): Promise<Host> {
  const host = await openHost(options);
  onTestFinished(() => host.kill());
  return host;
}

/**
 * The real dynamic-provider host as the engine starts it: a process of its own, called over gRPC. Each start costs a
 * second, so tests that are not about a new process share one, and kill it.
 */
export async function openHost({ config = {}, env = {}, engine }: HostOptions): Promise<Host> {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(
    process.execPath,
    [join(pulumi, "cmd", "dynamic-provider", "index.js"), `127.0.0.1:${engine?.port ?? 1}`],
    {
      cwd: repositoryRoot,
      // What Node compiled is kept: each host loads the same libraries.
      env: { PATH, HOME, NODE_COMPILE_CACHE: join(toolsCache, "compiled"), ...env },
      stdio: [engine === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    },
  );
  const host = new Host(child, await portOf(child));
  try {
    await host.configure(config);
  } catch (error) {
    await host.kill();
    throw error;
  }
  return host;
}

async function portOf({ stdout }: ChildProcess): Promise<string> {
  if (stdout !== null) for await (const line of createInterface({ input: stdout })) return line;
  throw new Error("The host ended before it printed its port.");
}

export class Host {
  /** All that the process printed after its port. */
  output = "";
  /** Whether the engine may hand over marked secrets; if not, it hands over plain values. */
  acceptsSecrets: boolean | undefined;
  readonly #child: ChildProcess;
  readonly #client: InstanceType<typeof rpc.ResourceProviderClient>;

  constructor(child: ChildProcess, port: string) {
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk) => {
        this.output += chunk;
      });
      stream?.resume();
    }
    this.#client = new rpc.ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
  }

  async configure(config: object): Promise<void> {
    const request = new proto.ConfigureRequest();
    request.setArgs(structs.Struct.fromJavaScript(config));
    const response = await answer<InstanceType<typeof proto.ConfigureResponse>>((done) =>
      this.#client.configure(request, done),
    );
    this.acceptsSecrets = response.getAcceptsecrets();
  }

  async check(kind: Kind, news: Properties, olds: Properties = {}) {
    const request = new proto.CheckRequest();
    request.setOlds(struct(kind, olds));
    request.setNews(struct(kind, news));
    const response = await answer<InstanceType<typeof proto.CheckResponse>>((done) =>
      this.#client.check(request, done),
    );
    const failures = response.getFailuresList();
    return {
      inputs: plain(response.getInputs()),
      failures: failures.map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() })),
    };
  }

  async diff(kind: Kind, id: string, olds: Properties, news: Properties) {
    const request = new proto.DiffRequest();
    request.setId(id);
    request.setOlds(struct(kind, olds));
    request.setNews(struct(kind, news));
    const response = await answer<InstanceType<typeof proto.DiffResponse>>((done) =>
      this.#client.diff(request, done),
    );
    const { DIFF_SOME } = proto.DiffResponse.DiffChanges;
    return { changes: response.getChanges() === DIFF_SOME, replaces: response.getReplacesList() };
  }

  async create(kind: Kind, inputs: Properties) {
    const request = new proto.CreateRequest();
    request.setProperties(struct(kind, inputs));
    const response = await answer<InstanceType<typeof proto.CreateResponse>>((done) =>
      this.#client.create(request, done),
    );
    return { id: response.getId(), outs: plain(response.getProperties()) };
  }

  async read(kind: Kind, id: string, olds: Properties = {}) {
    const request = new proto.ReadRequest();
    request.setId(id);
    request.setProperties(struct(kind, olds));
    const response = await answer<InstanceType<typeof proto.ReadResponse>>((done) =>
      this.#client.read(request, done),
    );
    return {
      id: response.getId(),
      outs: plain(response.getProperties()),
      inputs: response.hasInputs() ? plain(response.getInputs()) : undefined,
    };
  }

  async update(kind: Kind, id: string, olds: Properties, news: Properties) {
    const request = new proto.UpdateRequest();
    request.setId(id);
    request.setOlds(struct(kind, olds));
    request.setNews(struct(kind, news));
    const response = await answer<InstanceType<typeof proto.UpdateResponse>>((done) =>
      this.#client.update(request, done),
    );
    return { outs: plain(response.getProperties()) };
  }

  async delete(kind: Kind, id: string, olds: Properties): Promise<void> {
    const request = new proto.DeleteRequest();
    request.setId(id);
    request.setProperties(struct(kind, olds));
    await answer<object>((done) => this.#client.delete(request, done));
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
    this.#client.close();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }
}

function answer<T>(call: (done: (error: ServiceError | null, response: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, response) => (error === null ? resolve(response) : reject(new HostFailure(error))));
  });
}

/** The properties of a resource as its class makes them: with the text that names this package. */
function struct(kind: Kind, properties: Properties): Struct {
  return structs.Struct.fromJavaScript({ ...properties, __provider: stub(kind) });
}

/** Without the text that names this package, which has to come back each time. */
function plain(properties: Struct | undefined): Properties {
  const { __provider: text, ...rest } = properties?.toJavaScript() ?? {};
  if (typeof text !== "string" || !text.startsWith("exports.handler=")) {
    throw new Error(`The host lost __provider; it answered ${JSON.stringify(rest)}.`);
  }
  return rest;
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
