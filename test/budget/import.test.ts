import { basename, join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { ensureBuilt } from "../../tools/build.mts";
import { repositoryRoot } from "../../tools/repository.mts";
import { run } from "../../tools/run.mts";

beforeAll(() => ensureBuilt(() => {}));

/**
 * The npm packages, and the files of this one, that `module` loads after the SDK, in a process of its own that takes
 * it both with import() and with require().
 */
async function loadedBy(
  module: string,
  args: readonly string[] = [],
): Promise<{ packages: string[]; own: string[] }> {
  const program = `
    require("@pulumi/pulumi");
    process.stdout.write = () => true;
    const loaded = [];
    require("node:module").registerHooks({
      load(url, context, next) {
        loaded.push(url);
        return next(url, context);
      },
    });
    process.on("exit", () => {
      const files = loaded.filter((url) => url.startsWith("file:"));
      const names = files.map((file) => /.*node_modules\\/((?:@[^\\/]+\\/)?[^\\/]+)/.exec(file)?.[1]);
      const packages = [...new Set(names.filter(Boolean))];
      const own = files.filter((_, index) => names[index] === undefined);
      require("node:fs").writeSync(1, JSON.stringify({ packages, own }));
    });
    import(${JSON.stringify(module)}).then(() => require(${JSON.stringify(module)}));`;
  return JSON.parse(
    await run(process.execPath, ["-e", program, "--", "-", ...args], { cwd: repositoryRoot }),
  );
}

test("a program that imports the package loads no library but the SDK, and nothing that talks to Notion", async () => {
  const { packages, own } = await loadedBy("pulumi-notion");
  expect(packages).toEqual([]);
  expect(own.length).toBeGreaterThan(0);
  expect(own.filter((file) => /provider.(lifecycle|scim.(client|transport))/.test(file))).toEqual([]);
});

test("the provider process loads what checks a program; what talks to Notion comes with the first request", async () => {
  const { packages, own } = await loadedBy("pulumi-notion/lifecycle");
  expect(packages).toContain("zod");
  expect(own.some((file) => file.endsWith("/scim/transport.js"))).toBe(true);
  for (const other of ["undici", "csv-parse", "csv-stringify", "yaml", "commander", "cli-table3", "ora"])
    expect(packages).not.toContain(other);
});

test("a command of the inventory loads itself and no other, and nothing that talks to Notion before it has to", async () => {
  const { own, packages } = await loadedBy(join(repositoryRoot, "dist/bin/notion-inventory.js"), [
    "drift",
    "--help",
  ]);
  const parts = own.map((file) => basename(file));
  expect(parts).toContain("drift.js");
  for (const other of ["compare.js", "review.js", "export.js", "ora.js"]) expect(parts).not.toContain(other);
  expect(packages).toEqual([]);
});
