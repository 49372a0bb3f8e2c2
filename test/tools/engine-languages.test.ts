import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Engine } from "../../tools/engine/engine.mts";
import { ensureLanguages, LANGUAGE_HOSTS, LANGUAGES, languageHost } from "../../tools/engine/languages.mts";
import { GENERATOR } from "../../tools/sdk.mts";
import { writeFakeCli, writeProgram } from "./fake-cli.ts";
import { temporaryFolder } from "./temporary-folder.ts";

// A Go that only knows how to answer: what is built is a line of text. That the real hosts run programs is in test/engine.

/** @param unable names what it cannot build */
function fakeGo(unable = "nothing"): { env: NodeJS.ProcessEnv; builds: () => string[] } {
  const folder = temporaryFolder();
  const log = join(folder, "builds");
  writeFileSync(log, "");
  mkdirSync(join(folder, "module", "python", "cmd"), { recursive: true });
  writeFileSync(join(folder, "module", "python", "cmd", "pulumi-language-python-exec"), "shim");
  const script = [
    'case "$1" in',
    "env) echo '{}' ;;",
    `list) echo '${join(folder, "module")}' ;;`,
    "build)",
    "  for last; do :; done",
    `  case "$last" in *${unable}*) echo 'no such module' >&2; exit 1 ;; esac`,
    `  echo "$last" >> '${log}'`,
    '  while [ "$1" != -o ]; do shift; done; echo built > "$2" ;;',
    "esac",
  ];
  writeProgram(join(folder, "go"), script.join("\n"));
  const builds = () => readFileSync(log, "utf8").split("\n").filter(Boolean);
  return { env: { PATH: `${folder}:/usr/bin:/bin` }, builds };
}

function engineIn(source: Engine["source"] = "cache"): Engine {
  const folder = temporaryFolder();
  writeFakeCli(folder);
  return {
    pulumi: join(folder, "pulumi"),
    version: "3.276.0",
    source,
    programPath: folder,
    policyPath: folder,
  };
}

const quiet = () => {};

test("the hosts are built once per machine and stand beside the engine, where no run warns of them", async () => {
  const { env, builds } = fakeGo();
  const cacheDir = temporaryFolder();
  for (const engine of [engineIn(), engineIn()]) {
    await ensureLanguages(engine, { env, cacheDir, log: quiet });
    for (const language of LANGUAGES)
      expect(languageHost(engine, language), language).toBe(engine.programPath);
    expect(readdirSync(engine.programPath)).toContain("pulumi-language-python-exec");
  }
  expect(builds()).toHaveLength(LANGUAGES.length);
  expect(readdirSync(cacheDir).filter((name) => name.endsWith(".scratch"))).toEqual([]);
});

test("a host that cannot be built is named with the reason, and the others are there", async () => {
  const { env } = fakeGo("pulumi-language-yaml");
  const engine = engineIn();
  const found = await ensureLanguages(engine, { env, cacheDir: temporaryFolder(), log: quiet });
  expect(found.get("yaml")).toEqual(new Error("no such module"));
  expect(languageHost(engine, "yaml")).toBeUndefined();
  expect(languageHost(engine, "python")).toBe(engine.programPath);
  expect(languageHost(engine, "go")).toBe(engine.programPath);
});

test("a host of an older version beside the engine is replaced", async () => {
  const { env } = fakeGo();
  const cacheDir = temporaryFolder();
  const engine = engineIn();
  const host = join(engine.programPath, "pulumi-language-yaml");
  writeProgram(host, "echo an older one");
  await ensureLanguages(engine, { env, cacheDir, log: quiet });
  expect(readFileSync(host, "utf8")).toBe("built\n");
  expect(statSync(host).mode & 0o111).not.toBe(0);
});

test("a broken host in the cache is built again", async () => {
  const { env, builds } = fakeGo();
  const cacheDir = temporaryFolder();
  await ensureLanguages(engineIn(), { env, cacheDir, log: quiet });
  const [yaml = ""] = readdirSync(cacheDir).filter((name) => name.startsWith("pulumi-language-yaml"));
  rmSync(join(cacheDir, yaml, "pulumi-language-yaml"));
  await ensureLanguages(engineIn(), { env, cacheDir, log: quiet });
  expect(builds()).toHaveLength(LANGUAGES.length + 1);
});

test("a Pulumi that the user installed stays as it is: what it lacks is named", async () => {
  const { env, builds } = fakeGo();
  const engine = engineIn("PATH");
  writeProgram(join(engine.programPath, "pulumi-language-go"), "exit 0");
  const before = readdirSync(engine.programPath);
  const found = await ensureLanguages(engine, { env, cacheDir: temporaryFolder(), log: quiet });
  expect(found.get("go")).toBe(engine.programPath);
  expect(found.get("yaml")).toEqual(new Error("the Pulumi on PATH has no pulumi-language-yaml beside it"));
  expect(builds()).toEqual([]);
  expect(readdirSync(engine.programPath)).toEqual(before);
});

test("each host and the generator of sdk/ are built at the version that is said, with checksums", () => {
  for (const { name, module, program, version } of [...Object.values(LANGUAGE_HOSTS), GENERATOR]) {
    const [from] = /^github\.com\/pulumi\/(pulumi-yaml|pulumi\/sdk\/v3)/.exec(program) ?? [
      "github.com/pulumi/pulumi/pkg/v3",
    ];
    expect(readFileSync(join(module, "go.mod"), "utf8"), name).toContain(`${from} v${version}`);
    expect(readFileSync(join(module, "go.sum"), "utf8"), name).toContain(`${from} v${version} h1:`);
  }
});
