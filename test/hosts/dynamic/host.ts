import { join } from "node:path";
import { onTestFinished } from "vitest";
import { stub } from "../../../provider/hosts/dynamic/stub";
import { TYPE_TOKENS } from "../../../provider/state/type-tokens";
import type { Target } from "../../scim/connect";
import { type Codec, pulumi, ResourceHost, startProcess, structs } from "../resource-host";

export { HostFailure, hostFailure, secret } from "../resource-host";

export type Host = ResourceHost;

export interface HostOptions {
  /** The stack's configuration, secrets marked by `secret`. */
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

const NAMES = {
  user: TYPE_TOKENS.NotionUser,
  role: TYPE_TOKENS.NotionRoleAssignment,
  guard: TYPE_TOKENS.NotionGuard,
  workspace: TYPE_TOKENS.NotionWorkspace,
  group: TYPE_TOKENS.NotionGroup,
  membership: TYPE_TOKENS.NotionGroupMembership,
} as const;

const codec: Codec = {
  urn: (kind) => `urn:pulumi:dev::acme::${NAMES[kind]}::it`,
  /** The properties of a resource as its class makes them: with the text that names this package. */
  struct: (kind, properties) => structs.Struct.fromJavaScript({ ...properties, __provider: stub(kind) }),
  /** Without the text that names this package, which has to come back each time. */
  plain: (properties) => {
    const { __provider: text, ...rest } = properties?.toJavaScript() ?? {};
    if (typeof text !== "string" || !text.startsWith("exports.handler=")) {
      throw new Error(`The host lost __provider; it answered ${JSON.stringify(rest)}.`);
    }
    return rest;
  },
};

/**
 * The real dynamic-provider host as the engine starts it: a process of its own, called over gRPC. Each start costs a
 * second, so tests that are not about a new process share one, and kill it.
 */
export async function openHost({ config = {}, env = {}, engine }: HostOptions): Promise<Host> {
  const command = [process.execPath, join(pulumi, "cmd", "dynamic-provider", "index.js")] as const;
  const { child, port } = await startProcess(command, { env, engine: engine?.port });
  const host = new ResourceHost(child, port, codec);
  try {
    await host.configure(config);
  } catch (error) {
    await host.kill();
    throw error;
  }
  return host;
}
