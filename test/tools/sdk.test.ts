import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { defaultCacheDir } from "../../tools/engine/cache.mts";
import { findGoProgram } from "../../tools/engine/go-programs.mts";
import { repositoryRoot } from "../../tools/repository.mts";
import { capture } from "../../tools/run.mts";
import { GENERATOR, staleFiles } from "../../tools/sdk.mts";

const sdk = (...path: string[]) => join(repositoryRoot, "sdk", ...path);

test("sdk/ is what `npm run sdk` generates from the schema of the plugin", async () => {
  const generator = await findGoProgram(GENERATOR, defaultCacheDir(process.env));
  if (generator === undefined) {
    console.log("sdk/ was not compared: `npm run engine -- --languages` builds its generator, with Go.");
    return;
  }
  expect(await staleFiles(generator), "run `npm run sdk`").toEqual([]);
});

test("the SDK for Node.js compiles with the @pulumi/pulumi of this project", async () => {
  const tsc = join(repositoryRoot, "node_modules", "typescript-native", "bin", "tsc");
  const options = [
    "--ignoreConfig",
    "--strict",
    "--skipLibCheck",
    "--module",
    "nodenext",
    "--target",
    "es2023",
    "--types",
    "node",
  ];
  const { code, output } = await capture(process.execPath, [
    tsc,
    ...options,
    "--noEmit",
    sdk("nodejs", "index.ts"),
  ]);
  expect(output).toBe("");
  expect(code).toBe(0);
});

test("every SDK bears the version of the package, so that Pulumi looks for that plugin", () => {
  const { version } = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8"));
  const files = [
    sdk("nodejs", "package.json"),
    sdk("python", "pulumi_notion", "pulumi-plugin.json"),
    sdk("go", "notion", "pulumi-plugin.json"),
  ];
  for (const file of files) {
    const found = JSON.parse(readFileSync(file, "utf8"));
    expect((found.pulumi ?? found).version, file).toBe(version);
  }
});
