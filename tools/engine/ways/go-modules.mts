import { chmod, copyFile, link, mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { run } from "../../run.mts";
import { step } from "../../step.mts";
import { CLI_NAME, LANGUAGE_HOST_NAME } from "../cli.mts";
import { CLI_VERSION, LANGUAGE_HOST_VERSION } from "../pins.mts";
import type { Layout, Way, WayContext } from "../way.mts";

const BUILD_TIMEOUT_MS = 30 * 60_000;
const DYNAMIC_PROVIDER_HOST = "pulumi-resource-pulumi-nodejs";
const POLICY_ANALYZER = "pulumi-analyzer-policy-nodejs";

/** Without it the CLI calls itself v3.0.0, and the Automation API refuses it. */
const VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/** The policy pack's folder is the working directory, so that its own @pulumi/pulumi is found first. */
const policyAnalyzer = `#!/bin/sh
exec node "$(node -p "require.resolve('@pulumi/pulumi/cmd/run-policy-pack')")" "$@"
`;

/**
 * The engine from its Go modules, at the versions and checksums of the go.mod and go.sum under go/.
 *
 * The language host that can be had as a module runs programs, but no policy packs. The engine runs those
 * through `pulumi-analyzer-policy-nodejs` instead, provided that it finds no language host, neither on PATH nor
 * beside itself. Hence two folders, each with the same CLI: one with the language host, to run programs (beside
 * the CLI, or each run warns of a host "from $PATH"), and one without, for inline programs with policy packs.
 */
export const goModules: Way = {
  name: "go",
  title: "building it from its Go modules",
  async install(context: WayContext): Promise<Layout> {
    const { folder, log } = context;
    const env = await buildEnvironment(context);
    const program = join(folder, "program");
    const policy = join(folder, "policy");
    for (const each of [program, policy]) await mkdir(each);

    const cli = `Building the Pulumi CLI ${CLI_VERSION} from its Go modules (once per machine: 3 to 6 minutes, up to 1.4 GB of modules, 4 GB of disk meanwhile)`;
    await step(log, cli, () =>
      build("cli", "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", CLI_VERSION, join(program, CLI_NAME), env),
    );
    await step(log, `Building its language host ${LANGUAGE_HOST_VERSION} (about half a minute)`, () =>
      build(
        "language-host",
        "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
        LANGUAGE_HOST_VERSION,
        join(program, LANGUAGE_HOST_NAME),
        env,
      ),
    );

    const sdk = dirname(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
    for (const each of [program, policy]) {
      await copyFile(join(sdk, DYNAMIC_PROVIDER_HOST), join(each, DYNAMIC_PROVIDER_HOST));
      await chmod(join(each, DYNAMIC_PROVIDER_HOST), 0o755);
    }
    await link(join(program, CLI_NAME), join(policy, CLI_NAME));
    await writeFile(join(policy, POLICY_ANALYZER), policyAnalyzer, { mode: 0o755 });
    return { programPath: ["program"], policyPath: ["policy"] };
  },
};

/**
 * Go's caches are in the scratch folder, which goes away with success: a build leaves nothing in the user's
 * home but the engine, and one that was broken off goes on where it stopped. Modules that Go has on this
 * machine already are read from there (a module cache serves as a proxy) and not downloaded again.
 */
async function buildEnvironment({ scratch, env }: WayContext): Promise<NodeJS.ProcessEnv> {
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

async function build(
  module: string,
  program: string,
  version: string,
  target: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const flags = `-s -w -X ${VERSION_VARIABLE}=v${version}`;
  await run("go", ["build", "-trimpath", "-ldflags", flags, "-o", target, program], {
    cwd: join(import.meta.dirname, "..", "go", module),
    env,
    timeoutMs: BUILD_TIMEOUT_MS,
  });
}
