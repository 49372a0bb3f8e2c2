import { copyFile, cp, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../run.mts";
import { step } from "../../step.mts";
import { CLI_VERSION } from "../pins.mts";
import type { Layout, Way, WayContext } from "../way.mts";

const PACKAGE_TIMEOUT_MS = 2 * 60_000;
const DOWNLOAD_TIMEOUT_MS = 10 * 60_000;

/** Of the official release, what runs Node.js programs; the hosts of other languages are 200 MB more. */
const wanted = /^pulumi(-[a-z-]*nodejs)?(\.exe|\.cmd)?$/;

/**
 * The official npm package: pinned with its checksum by npm/package-lock.json, it downloads the release of its
 * own version when first run, into PULUMI_HOME.
 */
export const npmPackage: Way = {
  name: "npm",
  title: "the npm package `pulumi`, which downloads the CLI",
  install: ({ folder, scratch, env, log }: WayContext): Promise<Layout> =>
    step(log, `Downloading the Pulumi CLI ${CLI_VERSION} through the npm package \`pulumi\``, async () => {
      const recipe = join(import.meta.dirname, "..", "npm");
      for (const file of ["package.json", "package-lock.json"])
        await copyFile(join(recipe, file), join(scratch, file));
      await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
        cwd: scratch,
        env,
        timeoutMs: PACKAGE_TIMEOUT_MS,
      });

      const home = join(scratch, "home");
      await rm(home, { recursive: true, force: true });
      await run(process.execPath, [join("node_modules", "pulumi", "run.js"), "version"], {
        cwd: scratch,
        env: { ...env, PULUMI_HOME: home, PULUMI_VERSION: CLI_VERSION, PULUMI_SKIP_UPDATE_CHECK: "true" },
        timeoutMs: DOWNLOAD_TIMEOUT_MS,
      });

      const release = join(home, "versions", CLI_VERSION, "bin");
      await mkdir(join(folder, "bin"));
      for (const name of await readdir(release)) {
        if (wanted.test(name)) await cp(join(release, name), join(folder, "bin", name));
      }
      return { programPath: ["bin"], policyPath: ["bin"] };
    }),
};
