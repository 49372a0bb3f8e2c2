import { beforeAll, expect, test } from "vitest";
import { ensureBuilt } from "../../tools/build.mts";
import { repositoryRoot } from "../../tools/repository.mts";
import { run } from "../../tools/run.mts";

beforeAll(() => ensureBuilt(() => {}));

/** The npm packages that `module` loads in a process that has loaded the SDK, in a process of its own. */
async function packagesLoadedBy(module: string): Promise<string[]> {
  const program = `
    require("@pulumi/pulumi");
    const before = new Set(Object.keys(require.cache));
    require(${JSON.stringify(module)});
    const loaded = Object.keys(require.cache).filter((file) => !before.has(file));
    const names = loaded.map((file) => /.*node_modules[\\\\/]((?:@[^\\\\/]+[\\\\/])?[^\\\\/]+)/.exec(file)?.[1]);
    console.log(JSON.stringify([...new Set(names.filter(Boolean))]));`;
  return JSON.parse(await run(process.execPath, ["-e", program], { cwd: repositoryRoot }));
}

test("a program that imports the package loads no library but the SDK", async () => {
  expect(await packagesLoadedBy("pulumi-notion")).toEqual([]);
});

test("the provider process loads what it needs to talk to Notion, and nothing of the inventory or of files", async () => {
  const loaded = await packagesLoadedBy("pulumi-notion/lifecycle");
  expect(loaded).toContain("undici");
  for (const other of ["csv-parse", "csv-stringify", "yaml", "commander", "cli-table3", "ora"])
    expect(loaded).not.toContain(other);
});
