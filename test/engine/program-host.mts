import { createRequire } from "node:module";
import { join } from "node:path";
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import language from "@pulumi/pulumi/proto/language_grpc_pb.js";
import type { RunRequest, RunResponse } from "@pulumi/pulumi/proto/language_pb.js";

/**
 * Runs the programs of a test's projects as `pulumi --client` asks for it, by the SDK's own server for programs that
 * are functions: one process of Node for all runs in the place of two language hosts and four processes for each.
 * Prints its port; ends with whoever started it.
 */
const load = createRequire(import.meta.url);

/** The SDK has no type for it: by this the Automation API runs programs that are functions. */
interface Host {
  getRequiredPlugins(...args: unknown[]): void;
  getPluginInfo(...args: unknown[]): void;
  run(call: ServerUnaryCall<RunRequest, RunResponse>, callback: sendUnaryData<RunResponse>): void;
}
const { LanguageServer } = load("@pulumi/pulumi/automation/server") as {
  LanguageServer: new (program: () => Promise<unknown>) => Host;
};

async function program(request: RunRequest): Promise<unknown> {
  process.chdir(request.getPwd());
  // What the test wrote since: not the packages, which are links to elsewhere.
  for (const file of Object.keys(load.cache)) if (file.startsWith(request.getPwd())) delete load.cache[file];
  return load(join(request.getPwd(), request.getProgram()));
}

const other = new LanguageServer(() => Promise.resolve());
const server = new Server();
server.addService(language.LanguageRuntimeService, {
  getRequiredPlugins: other.getRequiredPlugins.bind(other),
  getPluginInfo: other.getPluginInfo.bind(other),
  run: (call: ServerUnaryCall<RunRequest, RunResponse>, callback: sendUnaryData<RunResponse>) =>
    new LanguageServer(() => program(call.request)).run(call, callback),
});
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  console.log(port);
});
process.stdin.on("close", () => process.exit()).resume();
