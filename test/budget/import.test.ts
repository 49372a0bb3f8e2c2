import { beforeAll, expect, test } from "vitest";
import { ensureBuilt } from "../../tools/build.mts";
import { repositoryRoot } from "../../tools/repository.mts";
import { run } from "../../tools/run.mts";

beforeAll(() => ensureBuilt(() => {}));

/**
 * The npm packages, and the files of this one, that `module` loads after the SDK, in a process of its own that takes
 * it both with import() and with require().
 */
async function loadedBy(module: string): Promise<{ packages: string[]; own: string[] }> {
  const program = `
    require("@pulumi/pulumi");
    const loaded = [];
    require("node:module").registerHooks({
      load(url, context, next) {
        loaded.push(url);
        return next(url, context);
      },
    });
    import(${JSON.stringify(module)}).then(() => {
      require(${JSON.stringify(module)});
      const files = loaded.filter((url) => url.startsWith("file:"));
      const names = files.map((file) => /.*node_modules\\/((?:@[^\\/]+\\/)?[^\\/]+)/.exec(file)?.[1]);
      const packages = [...new Set(names.filter(Boolean))];
      console.log(JSON.stringify({ packages, own: files.filter((_, index) => names[index] === undefined) }));
    });`;
  return JSON.parse(await run(process.execPath, ["-e", program], { cwd: repositoryRoot }));
}

test("a program that imports the package loads no library but the SDK, and nothing that talks to Notion", async () => {
  const { packages, own } = await loadedBy("pulumi-notion");
  expect(packages).toEqual([]);
  expect(own.length).toBeGreaterThan(0);
  expect(own.filter((file) => /provider.(lifecycle|scim.(client|transport))/.test(file))).toEqual([]);
});

test("the provider process loads what it needs to talk to Notion, and nothing of the inventory or of files", async () => {
  const { packages } = await loadedBy("pulumi-notion/lifecycle");
  expect(packages).toContain("undici");
  for (const other of ["csv-parse", "csv-stringify", "yaml", "commander", "cli-table3", "ora"])
    expect(packages).not.toContain(other);
});
