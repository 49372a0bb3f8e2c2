import { delimiter, dirname, join } from "node:path";
import { LANGUAGE_HOST_NAME } from "./cli.mts";
import { foldersOf, isProgram } from "./search-path.mts";
import type { Way } from "./way.mts";

/** A real Pulumi engine on this machine. */
export interface Engine {
  /** Path of the CLI. */
  pulumi: string;
  version: string;
  source: "PATH" | "cache" | Way["name"];
  /** What goes first on PATH to run programs. */
  programPath: string;
  /**
   * What goes first on PATH to run inline Automation API programs with policy packs. It differs from
   * programPath where the language host is too old to run policy packs: there it must not be found at all.
   */
  policyPath: string;
}

/** The environment in which the engine runs programs, or (`policy`) inline programs with policy packs. */
export function engineEnvironment(
  engine: Engine,
  options: { policy?: boolean } = {},
  env: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const own = foldersOf(options.policy ? engine.policyPath : engine.programPath);
  const hidesHost = !own.some((folder) => isProgram(join(folder, LANGUAGE_HOST_NAME)));
  const others = foldersOf(env.PATH).filter(
    (folder) => !(hidesHost && isProgram(join(folder, LANGUAGE_HOST_NAME))),
  );
  const result: NodeJS.ProcessEnv = {
    ...env,
    // Programs run with the Node that runs this; the machine's own may be too old for @pulumi/pulumi.
    PATH: foldersOf([...own, dirname(process.execPath), ...others].join(delimiter)).join(delimiter),
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  // It would hide the plugins that we put on PATH.
  delete result.PULUMI_IGNORE_AMBIENT_PLUGINS;
  return result;
}
