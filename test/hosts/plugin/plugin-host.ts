import { join } from "node:path";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { onTestFinished } from "vitest";
import { NATIVE_TYPE_TOKENS } from "../../../provider/state/type-tokens";
import { repositoryRoot } from "../../../tools/repository.mts";
import { type Codec, Empty, load, ResourceHost, startProcess, structs } from "../resource-host";

const engineRpc: typeof import("@pulumi/pulumi/proto/engine_grpc_pb") = load("./proto/engine_grpc_pb");

/** What the plugin told of a resource. */
export interface ToldLine {
  urn: string;
  line: string;
}

const NAMES = {
  user: NATIVE_TYPE_TOKENS.NotionUser,
  role: NATIVE_TYPE_TOKENS.NotionRoleAssignment,
  workspace: NATIVE_TYPE_TOKENS.NotionWorkspace,
  group: NATIVE_TYPE_TOKENS.NotionGroup,
  membership: NATIVE_TYPE_TOKENS.NotionGroupMembership,
  guard: "none",
};

export const urnOf = (kind: keyof typeof NAMES, name = "it") =>
  `urn:pulumi:dev::acme::${NAMES[kind]}::${name}`;

export const codec: Codec = {
  urn: urnOf,
  struct: (_kind, properties) => structs.Struct.fromJavaScript(properties),
  plain: (properties) => properties?.toJavaScript() ?? {},
};

export interface PluginOptions {
  env?: Record<string, string>;
  /** The folder that the plugin is started in, which is that of the project. */
  cwd?: string;
  /** Settings of the provider, and its name in the program. Default: the one that the engine makes by itself. */
  config?: object;
  provider?: string;
}

export interface PluginHost extends ResourceHost {
  told: ToldLine[];
}

/** The built plugin, with an engine that takes its lines; both end with the test that starts them. */
export async function startPlugin(options: PluginOptions): Promise<PluginHost> {
  const { host, end } = await openPlugin(options);
  onTestFinished(end);
  return host;
}

export async function openPlugin({ env = {}, cwd, config = {}, provider = "default" }: PluginOptions) {
  const told: ToldLine[] = [];
  const engine = new Server({ "grpc.max_receive_message_length": -1 });
  engine.addService(engineRpc.EngineService, {
    log: (
      call: { request: { getUrn(): string; getMessage(): string } },
      done: (error: null, answer: object) => void,
    ) => {
      told.push({ urn: call.request.getUrn(), line: call.request.getMessage() });
      done(null, new Empty());
    },
  });
  const port = await new Promise<number>((resolve, reject) =>
    engine.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  const program = join(repositoryRoot, "dist", "bin", "pulumi-resource-notion");
  const started = await startProcess([program], { env, engine: port, ...(cwd !== undefined && { cwd }) });
  const host: PluginHost = Object.assign(new ResourceHost(started.child, started.port, codec), { told });
  const end = async () => {
    await host.kill();
    engine.forceShutdown();
  };
  try {
    await host.configure(config, provider);
  } catch (error) {
    await end();
    throw error;
  }
  return { host, end, endEngine: () => engine.forceShutdown() };
}
