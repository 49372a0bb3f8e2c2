import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { credentials } from "@grpc/grpc-js";
import grpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import structs from "google-protobuf/google/protobuf/struct_pb.js";
import { repositoryRoot } from "../repository.mts";

/** Starts the plugin, asks it to check a workspace of one person, and asks it to end, as the engine does. @returns CPU in ms */
export async function cpuUntilFirstCheck(env: NodeJS.ProcessEnv): Promise<number> {
  const program = join(repositoryRoot, "dist", "bin", "pulumi-resource-notion");
  const child = spawn(program, [], { env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "ignore"] });
  try {
    const [port] = (await once(child.stdout, "data")) as [Buffer];
    const client = new grpc.ResourceProviderClient(
      `127.0.0.1:${`${port}`.trim()}`,
      credentials.createInsecure(),
    );
    const request = new proto.CheckRequest();
    request.setUrn("urn:pulumi:dev::bench::notion:index:NotionWorkspace::acme");
    request.setNews(structs.Struct.fromJavaScript({ people: { "ada@example.com": { role: "member" } } }));
    await new Promise<void>((resolve, reject) => {
      client.check(request, (error) => (error === null ? resolve() : reject(error)));
    });
    const took = cpuMsOf(child.pid ?? 0);
    // It keeps what it compiled.
    await new Promise<void>((resolve) => client.cancel(new empty.Empty(), () => resolve()));
    client.close();
    return took;
  } finally {
    child.kill("SIGKILL");
  }
}

/** What all threads of a process have taken so far, in milliseconds; the kernel counts in nanoseconds (Linux). */
function cpuMsOf(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = threads.map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]),
  );
  return nanoseconds.reduce((sum, each) => sum + each, 0) / 1e6;
}
