import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Engine, engineEnvironment } from "./engine/engine.mts";
import { toolsCache } from "./repository.mts";

/** A place to run Pulumi in, apart from the user's own: its state, plugins and settings, in a temporary folder. */
export interface Sandbox {
  /** The temporary folder, for programs and whatever else goes away with it. */
  folder: string;
  /** The environment to run the CLI in. It holds nothing of the user's PULUMI_… and NOTION_… variables. */
  env: NodeJS.ProcessEnv;
  /** Removes the folder. It also goes when the process exits. */
  dispose(): void;
}

export interface SandboxOptions {
  /** Whether Node keeps what it compiled: every command starts two processes of it, with the same libraries. Default: no. */
  compiled?: boolean;
  /** Put on PATH, when given. */
  engine?: Engine;
  /** Set PATH for inline programs with policy packs (see `Engine.policyPath`). */
  policy?: boolean;
}

const STATE = "state";

/** State in a sandbox is thrown away: this keeps no secret, it only answers the CLI's question. */
const PASSPHRASE = "sandbox";

export async function makeSandbox(name: string, options: SandboxOptions = {}): Promise<Sandbox> {
  // Resolved: the CLI compares paths, and a temporary folder may be behind a symbolic link.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `pulumi-notion-${name}-`)));
  const dispose = () => {
    process.off("exit", dispose);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  process.once("exit", dispose);

  const state = join(folder, STATE);
  const home = join(folder, "pulumi-home");
  for (const each of [state, home]) mkdirSync(each);
  const env: NodeJS.ProcessEnv = {
    ...withoutTheUsersOwn(process.env),
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
    PULUMI_HOME: home,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // All that programs here need is on PATH; what is missing is an error, not a download.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
  const { compiled = false, engine, policy = false } = options;
  if (compiled) env.NODE_COMPILE_CACHE = join(toolsCache, "compiled");
  return { folder, env: engine ? engineEnvironment(engine, { policy }, env) : env, dispose };
}

/** Where the state of a project's stack stands in a sandbox. */
export function stateFileOf({ folder }: Pick<Sandbox, "folder">, project: string, stack: string): string {
  return join(folder, STATE, ".pulumi", "stacks", project, `${stack}.json`);
}

/** A token or a stack of the user's that leaked in here could change a real workspace. */
function withoutTheUsersOwn(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(PULUMI|NOTION)_/.test(name)));
}
