import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { defaultCacheDir } from "../../tools/engine/cache.mts";
import { engineEnvironment } from "../../tools/engine/engine.mts";
import { type EnsureEngineOptions, ensureEngine } from "../../tools/engine/ensure-engine.mts";
import { CLI_VERSION, LANGUAGE_HOST_VERSION, versionKey } from "../../tools/engine/pins.mts";
import { repositoryRoot } from "../../tools/repository.mts";
import { brokenWay, fakeWay, writeFakeCli } from "./fake-cli.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Surely no pulumi on it; the fake ones need nothing but a shell. */
const env = { PATH: "/nowhere" };

function emptyCache(): Required<Pick<EnsureEngineOptions, "cacheDir" | "env" | "log">> & { lines: string[] } {
  const lines: string[] = [];
  return { cacheDir: temporaryFolder(), env, log: (line) => lines.push(line), lines };
}

async function installFolder(cacheDir: string): Promise<string> {
  return join(cacheDir, await versionKey());
}

describe("where engines are kept", () => {
  test.each([
    [{ PULUMI_NOTION_ENGINE_CACHE: "/x", XDG_CACHE_HOME: "/y" }, "/x"],
    [{ XDG_CACHE_HOME: "/y" }, "/y/pulumi-notion/engine"],
  ])("%j: %s", (variables, folder) => {
    expect(defaultCacheDir(variables)).toBe(folder);
  });
});

describe("the order of the ways", () => {
  test("a pulumi on PATH comes first, and nothing is installed", async () => {
    const cache = emptyCache();
    const folder = temporaryFolder();
    writeFakeCli(folder, "3.300.0");
    const way = fakeWay();
    const engine = await ensureEngine({ ...cache, env: { PATH: `${folder}:${env.PATH}` }, ways: [way] });
    expect(engine).toMatchObject({ source: "PATH", version: "3.300.0" });
    expect(way.installs).toBe(0);
    expect(readdirSync(cache.cacheDir)).toEqual([]);
  });

  test("the first way that works installs, the next run finds what it installed", async () => {
    const cache = emptyCache();
    const way = fakeWay();
    const ways = [brokenWay("npm", "npm", "not reachable"), way];
    expect(await ensureEngine({ ...cache, ways })).toMatchObject({ source: "go", version: CLI_VERSION });
    const engine = await ensureEngine({ ...cache, ways });
    const bin = join(await installFolder(cache.cacheDir), "bin");
    expect(engine).toEqual({
      pulumi: join(bin, "pulumi"),
      version: CLI_VERSION,
      source: "cache",
      programPath: bin,
      policyPath: bin,
    });
    expect(way.installs).toBe(1);
    expect(readdirSync(cache.cacheDir)).toEqual([await versionKey()]);
  });

  test("no way left is one error with what was tried, why it failed and what to install", async () => {
    const cache = emptyCache();
    const folder = temporaryFolder();
    writeFakeCli(folder, "3.100.0");
    const ways = [
      brokenWay("npm", "the npm package", "fetch failed"),
      brokenWay("go", "Go", "no go here\nreally"),
    ];
    const error: Error = await ensureEngine({ ...cache, env: { PATH: `${folder}:${env.PATH}` }, ways }).then(
      () => expect.unreachable(),
      (reason) => reason,
    );
    expect(error.name).toBe("NoEngineError");
    expect(
      error.message.replaceAll(folder, "<PATH>").replaceAll(cache.cacheDir, "<cache>"),
    ).toMatchInlineSnapshot(`
      "There is no Pulumi engine on this machine, and no way to get one worked.

      Tried:
        a pulumi on PATH:
          <PATH>/pulumi is 3.100.0; 3.254.0 or newer is needed
        an engine installed before:
          none in <cache>
        the npm package:
          fetch failed
        Go:
          no go here
          really

      Any one of these helps:
        - install the Pulumi CLI, 3.254.0 or newer, and have it on PATH (Pulumi's own installer, or a package manager);
        - let this machine reach Pulumi's download host, for the npm package \`pulumi\`;
        - install Go 1.26 or newer, with a Go module proxy in reach and 5 GB of free disk.
      Then run the command again."
    `);
  });

  test("a cache folder that can't be written is among the reasons", async () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    const ensured = ensureEngine({
      env,
      log: () => undefined,
      cacheDir: join(file, "cache"),
      ways: [fakeWay()],
    });
    await expect(ensured).rejects.toThrow(/^There is no Pulumi engine[\s\S]*ENOTDIR/);
  });

  test("a way that brings another version than the pinned one has failed", async () => {
    const cache = emptyCache();
    const way = fakeWay(({ folder }) => writeFakeCli(join(folder, "bin"), "3.258.0"));
    await expect(ensureEngine({ ...cache, ways: [way] })).rejects.toThrow(
      `3.258.0 instead of ${CLI_VERSION}`,
    );
    expect(existsSync(await installFolder(cache.cacheDir))).toBe(false);
  });
});

describe("a broken install is noticed and made again", () => {
  const damages: Record<string, (bin: string) => void> = {
    "a truncated binary": (bin) => truncateSync(join(bin, "pulumi"), 5),
    "a changed binary": (bin) =>
      writeFileSync(join(bin, "pulumi"), `#!/bin/sh\necho v${CLI_VERSION.replace("9", "8")}\n`),
    "a missing language host": (bin) => rmSync(join(bin, "pulumi-language-nodejs")),
    "a binary that does not run": (bin) => chmodSync(join(bin, "pulumi"), 0o644),
    "a missing manifest": (bin) => rmSync(join(bin, "..", "manifest.json")),
    "a truncated manifest": (bin) => truncateSync(join(bin, "..", "manifest.json"), 20),
  };

  test.each(Object.entries(damages))("%s", async (_, damage) => {
    const cache = emptyCache();
    const way = fakeWay();
    await ensureEngine({ ...cache, ways: [way] });
    damage(join(await installFolder(cache.cacheDir), "bin"));
    cache.lines.length = 0;
    expect(await ensureEngine({ ...cache, ways: [way] })).toMatchObject({ source: "go" });
    expect(way.installs).toBe(2);
    expect(cache.lines.join("\n")).toMatch(/^The Pulumi engine in .* is broken \(.+\): installing it again$/);
    expect(await ensureEngine({ ...cache, ways: [] })).toMatchObject({ source: "cache" });
  });

  test("what a killed run left behind is no engine, and is cleared away", async () => {
    const cache = emptyCache();
    const folder = await installFolder(cache.cacheDir);
    mkdirSync(`${folder}.new`);
    writeFileSync(join(`${folder}.new`, "half"), "");
    const way = fakeWay();
    await ensureEngine({ ...cache, ways: [way] });
    expect(readdirSync(folder).sort()).toEqual(["bin", "manifest.json"]);
    expect(readdirSync(cache.cacheDir)).toEqual([await versionKey()]);
  });

  test("a way that breaks off leaves no install, but its scratch folder to go on from", async () => {
    const cache = emptyCache();
    let breaks = true;
    const way = fakeWay(({ folder, scratch }) => {
      if (breaks) {
        writeFileSync(join(scratch, "downloaded"), "");
        throw new Error("cable pulled");
      }
      expect(existsSync(join(scratch, "downloaded"))).toBe(true);
      writeFakeCli(join(folder, "bin"));
    });
    await expect(ensureEngine({ ...cache, ways: [way] })).rejects.toThrow("cable pulled");
    breaks = false;
    await ensureEngine({ ...cache, ways: [way] });
    expect(readdirSync(cache.cacheDir)).toEqual([await versionKey()]);
  });
});

describe("two at once", () => {
  test("install once: the second waits, says so, and uses what the first installed", async () => {
    const cache = emptyCache();
    const way = fakeWay(async ({ folder }) => {
      await sleep(300);
      writeFakeCli(join(folder, "bin"));
    });
    const engines = await Promise.all([1, 2].map(() => ensureEngine({ ...cache, ways: [way] })));
    expect(way.installs).toBe(1);
    expect(engines.map(({ source }) => source).sort()).toEqual(["cache", "go"]);
    expect(cache.lines).toContain("Waiting for another run that is installing the Pulumi engine …");
  });
});

describe("the environment of the engine", () => {
  const engine = { pulumi: "/e/pulumi", version: CLI_VERSION, source: "cache" } as const;

  test("has the engine first on PATH, then the Node that runs us", () => {
    const environment = engineEnvironment(
      { ...engine, programPath: "/e/program", policyPath: "/e/policy" },
      {},
      { PATH: "/usr/bin:/e/program", PULUMI_IGNORE_AMBIENT_PLUGINS: "true", HOME: "/h" },
    );
    expect(environment.PATH).toMatch(/^\/e\/program:.+:\/usr\/bin$/);
    expect(environment).not.toHaveProperty("PULUMI_IGNORE_AMBIENT_PLUGINS");
    expect(environment).toMatchObject({ HOME: "/h", PULUMI_SKIP_UPDATE_CHECK: "true" });
  });

  test("hides a language host on PATH from policy packs when the engine's own can't run them", () => {
    const other = temporaryFolder();
    writeFakeCli(other);
    const { PATH } = engineEnvironment(
      { ...engine, programPath: "/e/program", policyPath: "/e/policy" },
      { policy: true },
      { PATH: `${other}:/usr/bin` },
    );
    expect(PATH).toMatch(/^\/e\/policy:/);
    expect(PATH).not.toContain(other);
  });
});

describe("the pins", () => {
  const read = (path: string) => readFile(join(repositoryRoot, path), "utf8");

  test("say the same in each recipe and in the project's dependencies", async () => {
    expect(await read("tools/engine/go/cli/go.mod")).toContain(
      `github.com/pulumi/pulumi/pkg/v3 v${CLI_VERSION}`,
    );
    expect(await read("tools/engine/go/language-host/go.mod")).toContain(
      `github.com/pulumi/pulumi/sdk/v3 v${LANGUAGE_HOST_VERSION}`,
    );
    expect(JSON.parse(await read("tools/engine/npm/package.json")).dependencies.pulumi).toBe(CLI_VERSION);
    expect(JSON.parse(await read("package.json")).devDependencies["@pulumi/pulumi"]).toBe(CLI_VERSION);
  });

  test("come with checksums", async () => {
    expect(await read("tools/engine/go/cli/go.sum")).toContain(
      `github.com/pulumi/pulumi/pkg/v3 v${CLI_VERSION} h1:`,
    );
    expect(await read("tools/engine/npm/package-lock.json")).toMatch(/"integrity": "sha512-/);
  });
});
