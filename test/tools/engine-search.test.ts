import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isNewEnough, parseVersion } from "../../tools/engine/cli.mts";
import { findInstalledCli } from "../../tools/engine/installed-cli.mts";
import { writeFakeCli, writeProgram } from "./fake-cli.ts";
import { temporaryFolder } from "./temporary-folder.ts";

describe("the version of a CLI", () => {
  test.each([
    ["v3.259.0\n", "3.259.0"],
    ["3.254.1", "3.254.1"],
    ["v3.260.0-alpha.x1b2c3\n", "3.260.0-alpha.x1b2c3"],
    ["pulumi: command not found", undefined],
    ["", undefined],
  ])("%j is read as %s", (printed, version) => {
    expect(parseVersion(printed)).toBe(version);
  });

  test.each([
    ["3.253.9", false],
    ["3.254.0-alpha.1", false],
    ["3.254.0", true],
    ["3.1000.0", true],
    ["4.0.0", true],
  ])("%s new enough: %s", (version, enough) => {
    expect(isNewEnough(version)).toBe(enough);
  });
});

describe("a pulumi on PATH", () => {
  test("is used with the language host beside it", async () => {
    const folder = temporaryFolder();
    writeFakeCli(folder, "3.300.1");
    expect(await findInstalledCli({ PATH: folder }, "/cache")).toEqual({
      pulumi: join(folder, "pulumi"),
      version: "3.300.1",
      source: "PATH",
      programPath: folder,
      policyPath: folder,
    });
  });

  test("is used through a link, with the language host beside the real one", async () => {
    const folder = temporaryFolder();
    writeFakeCli(join(folder, "cellar"), "3.300.1");
    mkdirSync(join(folder, "bin"));
    symlinkSync(join(folder, "cellar", "pulumi"), join(folder, "bin", "pulumi"));
    const { programPath } = await findInstalledCli({ PATH: join(folder, "bin") }, "/cache");
    expect(programPath).toBe(`${join(folder, "bin")}:${join(folder, "cellar")}`);
  });

  test("is refused when it is too old", async () => {
    const folder = temporaryFolder();
    writeFakeCli(folder, "3.253.0");
    const found = findInstalledCli({ PATH: folder }, "/cache");
    await expect(found).rejects.toThrow("is 3.253.0; 3.254.0 or newer is needed");
  });

  test("is refused without its language host", async () => {
    const folder = temporaryFolder();
    writeFakeCli(folder, "3.300.1", false);
    const found = findInstalledCli({ PATH: folder }, "/cache");
    await expect(found).rejects.toThrow("comes without its language host pulumi-language-nodejs");
  });

  test("is refused when it is npm's downloader, which would fill the user's home", async () => {
    const folder = temporaryFolder();
    writeProgram(join(folder, "run.js"), "echo must not be run >&2; exit 9");
    symlinkSync("run.js", join(folder, "pulumi"));
    const found = findInstalledCli({ PATH: folder }, "/cache");
    await expect(found).rejects.toThrow("is npm's downloader");
  });

  test("is refused with what it said when it does not run", async () => {
    const folder = temporaryFolder();
    writeFakeCli(folder);
    writeProgram(join(folder, "pulumi"), "echo cannot execute binary file >&2; exit 126");
    const found = findInstalledCli({ PATH: folder }, "/cache");
    await expect(found).rejects.toThrow("cannot execute binary file");
  });

  test("is passed over when it is one that we installed ourselves", async () => {
    const cache = temporaryFolder();
    writeFakeCli(join(cache, "3.259.0", "program"));
    const found = findInstalledCli({ PATH: join(cache, "3.259.0", "program") }, cache);
    await expect(found).rejects.toThrow("no pulumi there");
  });

  test("may be missing", async () => {
    await expect(findInstalledCli({ PATH: temporaryFolder() }, "/cache")).rejects.toThrow("no pulumi there");
  });
});
