import { join } from "node:path";
import { run } from "../run.mts";

const BUILD_TIMEOUT_MS = 30 * 60_000;

/** Without it the CLI calls itself v3.0.0, and the Automation API refuses it. */
const VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/** A program and the Go module of ours that pins what it is built from. */
export interface GoBuild {
  /** Folder of the go.mod and go.sum. */
  module: string;
  /** The package of the program. */
  program: string;
  version: string;
}

/** Builds a program at the versions and checksums of its module. */
export async function goBuild(
  { module, program, version }: GoBuild,
  target: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const flags = `-s -w -X ${VERSION_VARIABLE}=v${version}`;
  await run("go", ["build", "-trimpath", "-ldflags", flags, "-o", target, program], {
    cwd: module,
    env,
    timeoutMs: BUILD_TIMEOUT_MS,
  });
}

/**
 * Go's caches are in the scratch folder, which goes away with success: a build leaves nothing in the user's
 * home but what it was for, and one that was broken off goes on where it stopped. Modules that Go has on this
 * machine already are read from there (a module cache serves as a proxy) and not downloaded again.
 */
export async function goEnvironment(scratch: string, env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const answer = await run("go", ["env", "-json", "GOMODCACHE", "GOPROXY"], { cwd: scratch, env });
  const { GOMODCACHE = "", GOPROXY = "" } = JSON.parse(answer) as { GOMODCACHE?: string; GOPROXY?: string };
  return {
    ...env,
    GOMODCACHE: join(scratch, "modules"),
    GOCACHE: join(scratch, "build"),
    GOPROXY: [`file://${join(GOMODCACHE, "cache", "download")}`, GOPROXY]
      .filter((proxy) => proxy !== "")
      .join(","),
    // Writable modules can be removed again; checksums come from the committed go.sum.
    GOFLAGS: "-mod=readonly -modcacherw -buildvcs=false",
    GOWORK: "off",
    CGO_ENABLED: "0",
  };
}
