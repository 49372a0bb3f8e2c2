import { chmod, copyFile, link, mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { step } from "../../step.mts";
import { CLI_NAME, LANGUAGE_HOST_NAME } from "../cli.mts";
import { type GoBuild, goBuild, goEnvironment } from "../go-build.mts";
import { CLI_VERSION, LANGUAGE_HOST_VERSION } from "../pins.mts";
import type { Layout, Way, WayContext } from "../way.mts";

const DYNAMIC_PROVIDER_HOST = "pulumi-resource-pulumi-nodejs";
const POLICY_ANALYZER = "pulumi-analyzer-policy-nodejs";

const modules = join(import.meta.dirname, "..", "go");
const cli: GoBuild = {
  module: join(modules, "cli"),
  program: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  version: CLI_VERSION,
};
const languageHost: GoBuild = {
  module: join(modules, "language-host"),
  program: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
  version: LANGUAGE_HOST_VERSION,
};

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
    const { folder, scratch, log } = context;
    const env = await goEnvironment(scratch, context.env);
    const program = join(folder, "program");
    const policy = join(folder, "policy");
    for (const each of [program, policy]) await mkdir(each);

    const title = `Building the Pulumi CLI ${CLI_VERSION} from its Go modules (once per machine: 3 to 6 minutes, up to 1.4 GB of modules, 4 GB of disk meanwhile)`;
    await step(log, title, () => goBuild(cli, join(program, CLI_NAME), env));
    await step(log, `Building its language host ${LANGUAGE_HOST_VERSION} (about half a minute)`, () =>
      goBuild(languageHost, join(program, LANGUAGE_HOST_NAME), env),
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
