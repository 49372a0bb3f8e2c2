import type { Log } from "../step.mts";

/** Folders of an install, relative to it, as they go on PATH. */
export interface Layout {
  /** To run programs: the CLI, its language host, the dynamic provider host. */
  programPath: string[];
  /** To run inline Automation API programs with policy packs. */
  policyPath: string[];
}

export interface WayContext {
  /** An empty folder: what is put there becomes the install. */
  folder: string;
  /** For what the way needs while at work. It outlives a failure, so that the next try goes on from there. */
  scratch: string;
  env: NodeJS.ProcessEnv;
  log: Log;
}

/** One way of getting an engine onto this machine; throws the reason why it can't. */
export interface Way {
  name: "npm" | "go";
  /** What the way does, for the list of what was tried. */
  title: string;
  install(context: WayContext): Promise<Layout>;
}

/** No engine here, and no way to get one. */
export class NoEngineError extends Error {
  override readonly name = "NoEngineError";
  /** The message says it all; where in our code it was thrown helps nobody. */
  override readonly stack = "";
}
