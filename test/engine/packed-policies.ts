import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { repositoryRoot } from "../../tools/repository.mts";
import type { Sandbox } from "../../tools/sandbox.mts";
import { run, succeed, writeFile } from "./project";

/** Makes a project with the package as npm publishes it, and what it depends on linked; says where the pack is. */
export async function installPackage({ folder, env }: Sandbox): Promise<{ project: string; pack: string }> {
  const project = join(folder, "installed");
  const modules = join(project, "node_modules");
  await unpack(repositoryRoot, join(modules, "pulumi-notion"), env);
  for (const dependency of ["@pulumi/pulumi", "@pulumi/policy", "zod"]) link(dependency, modules);
  return { project, pack: join(modules, "pulumi-notion", "policies") };
}

/** Makes a policy pack of the project's own, and says where it is. */
export function writePack(project: string, program: string): string {
  const pack = join(project, "company-policies");
  writeFile(pack, "PulumiPolicy.yaml", "runtime: nodejs\n");
  writeFile(pack, "package.json", JSON.stringify({ version: "1.2.3" }));
  writeFile(pack, "index.ts", program);
  return pack;
}

/** Packs `policies/` by itself, as `pulumi policy publish` does it, with what its package.json names and nothing else. */
export async function publishPolicies({ folder, env }: Sandbox): Promise<string> {
  const pack = join(folder, "published");
  await unpack(join(repositoryRoot, "policies"), pack, env);
  const { dependencies } = JSON.parse(readFileSync(join(pack, "package.json"), "utf8"));
  for (const dependency of Object.keys(dependencies)) link(dependency, join(pack, "node_modules"));
  return pack;
}

/** Packs a folder as npm publishes it, and unpacks that. */
async function unpack(folder: string, into: string, env: NodeJS.ProcessEnv): Promise<void> {
  mkdirSync(into, { recursive: true });
  const npm = ["pack", "--silent", "--ignore-scripts", "--pack-destination", into];
  const { stdout } = await succeed(run("npm", npm, { cwd: folder, env }));
  await succeed(run("tar", ["-xzf", stdout.trim(), "--strip-components=1"], { cwd: into }));
}

/** Makes a dependency of this clone one of another folder's. */
function link(dependency: string, modules: string): void {
  const place = join(modules, dependency);
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(join(repositoryRoot, "node_modules", dependency), place, "junction");
}
