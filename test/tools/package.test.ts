import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Ajv from "ajv";
import { beforeAll, describe, expect, test } from "vitest";
import { ensureBuilt } from "../../tools/build.mts";
import { repositoryRoot } from "../../tools/repository.mts";
import { capture, run } from "../../tools/run.mts";

/** What an install may bring: more stands beside a powerful token, and wants a reason. */
const MOST = { packages: 8, megabytes: 18, packedMegabytes: 1.8 };

interface Packed {
  filename: string;
  size: number;
  files: { path: string }[];
}

const MEGABYTE = 1_000_000;
const installed = (...path: string[]) => join(folder, "node_modules", ...path);
const read = (...path: string[]) => readFileSync(installed("pulumi-notion", ...path), "utf8");

let folder: string;
let packed: Packed;
/** Files of the tarball. */
let files: string[];

/** The tarball, installed where nothing else is: without its peers, which are the program's. */
beforeAll(async () => {
  await ensureBuilt(() => {});
  folder = realpathSync(mkdtempSync(join(tmpdir(), "pulumi-notion-package-")));
  const pack = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  [packed] = JSON.parse(await run("npm", pack, { cwd: repositoryRoot })) as [Packed];
  files = packed.files.map(({ path }) => path);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  const quiet = ["--no-audit", "--no-fund", "--prefer-offline", "--legacy-peer-deps"];
  await run("npm", ["install", ...quiet, join(folder, packed.filename)], { cwd: folder });
  return () => rmSync(folder, { recursive: true, force: true });
}, 300_000);

describe("the tarball", () => {
  test("holds the provider, two bundled programs, the policy pack, CI's files, the docs, and nothing else", () => {
    const kind = (path: string) =>
      path
        .replace(/^dist\/provider\/.*\.(js|d\.ts)$/, "dist/provider/*.$1")
        .replace(/^policies\/dist\/.*\.(js|d\.ts)$/, "policies/dist/*.$1")
        .replace(/^dist\/bin\/parts\/.*\.js$/, "dist/bin/parts/*.js")
        .replace(/^(docs|ci\/github|ci\/gitlab)\/.*$/, "$1/*");
    expect([...new Set(files.map(kind))].sort()).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "ci/README.md",
      "ci/github/*",
      "ci/gitlab/*",
      "dist/THIRD-PARTY-NOTICES.txt",
      "dist/bin/notion-ci.js",
      "dist/bin/notion-inventory.js",
      "dist/bin/parts/*.js",
      "dist/bin/pulumi-resource-notion",
      "dist/bin/pulumi-resource-notion.cmd",
      "dist/bin/pulumi-resource-notion.js",
      "dist/bin/review-page/page.css",
      "dist/bin/review-page/page.html",
      "dist/bin/review-page/page.js",
      "dist/provider/*.d.ts",
      "dist/provider/*.js",
      "dist/sbom.cdx.json",
      "docs/*",
      "package.json",
      "policies/PulumiPolicy.yaml",
      "policies/README.md",
      "policies/dist/*.d.ts",
      "policies/dist/*.js",
      "policies/package.json",
    ]);
    expect(packed.size / MEGABYTE).toBeLessThan(MOST.packedMegabytes);
  });

  test("has programs that only read: no part of them is the writer, the lifecycle or Pulumi's SDK", () => {
    const parts = files.filter((path) => path.startsWith("dist/bin/") && !path.includes("pulumi-resource-"));
    const texts = parts.map((path) => read(path)).join("\n");
    const modules = [...texts.matchAll(/^\/\/ (\S+\.ts)$/gm)].map(([, module]) => module);
    expect(modules).toContain("provider/scim/reader.ts");
    expect(modules.filter((module) => /provider\/(lifecycle\/|scim\/writer)/.test(`${module}`))).toEqual([]);
    expect(/require\("@pulumi/.test(texts)).toBe(false);
  });

  test("names no place of the machine that built it", () => {
    for (const path of files.filter((each) => /^dist\/(bin|sbom|THIRD)/.test(each)))
      expect(read(path).includes(repositoryRoot), path).toBe(false);
  });
});

describe("an install of it", () => {
  test("brings little besides the package: what the provider needs", () => {
    const names = readdirSync(installed()).filter((name) => !name.startsWith("."));
    const own = JSON.parse(read("package.json"));
    expect(Object.keys(own.dependencies)).toEqual([
      "csv-parse",
      "p-queue",
      "p-retry",
      "undici",
      "yaml",
      "zod",
    ]);
    expect(names.length, names.join()).toBeLessThanOrEqual(MOST.packages);
    const bytes = readdirSync(installed(), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
    expect(bytes / MEGABYTE).toBeLessThan(MOST.megabytes);
  });

  test.each(["notion-inventory", "notion-ci"])("runs %s, which finds all of its parts", async (program) => {
    const command = installed(".bin", program);
    const { code, output } = await capture(command, ["--help"], { cwd: folder });
    expect(output).toContain(`Usage: ${program}`);
    expect(code).toBe(0);
    const commands = [...output.matchAll(/^ {2}(\S+) \[(?:options|command)\]/gm)].map(
      ([, name]) => name ?? "",
    );
    expect(commands.length).toBeGreaterThan(3);
    for (const name of commands)
      expect(await capture(command, [name, "--help"], { cwd: folder }), name).toMatchObject({ code: 0 });
  });

  test("gives a program the classes and rosters of both kinds, and Pulumi the provider", async () => {
    mkdirSync(installed("@pulumi"), { recursive: true });
    symlinkSync(join(repositoryRoot, "node_modules/@pulumi/pulumi"), installed("@pulumi/pulumi"));
    writeFileSync(join(folder, "people.csv"), "userName,role\nada@example.com,member\n");
    writeFileSync(join(folder, "people.yaml"), "- userName: ada@example.com\n  role: member\n");
    const program = `
      const { NotionUser, NotionWorkspace, readRoster } = require("pulumi-notion");
      const lifecycle = require("pulumi-notion/lifecycle");
      const rosters = ["people.csv", "people.yaml"].map((file) => readRoster(file).map(({ userName }) => userName));
      console.log(JSON.stringify([typeof NotionUser, typeof NotionWorkspace, Object.keys(lifecycle).sort(), rosters]));`;
    const printed = await run(process.execPath, ["-e", program], { cwd: folder });
    expect(JSON.parse(printed)).toEqual([
      "function",
      "function",
      ["group", "guard", "membership", "role", "user", "workspace"],
      [["ada@example.com"], ["ada@example.com"]],
    ]);
  });
});

describe("what others wrote and is bundled", () => {
  const sbom = () => JSON.parse(read("dist/sbom.cdx.json"));

  test("is named to scanners by an SBOM that CycloneDX's schema accepts", () => {
    const schemas = join(repositoryRoot, "node_modules/@cyclonedx/cyclonedx-library/res/schema");
    const schema = (name: string) =>
      JSON.parse(readFileSync(join(schemas, `${name}.SNAPSHOT.schema.json`), "utf8"));
    const ajv = new Ajv({ strict: false, validateFormats: false });
    for (const name of ["spdx", "jsf-0.82"])
      ajv.addSchema(schema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
    const validate = ajv.compile(schema("bom-1.6"));
    validate(sbom());
    expect(validate.errors).toBeNull();
    const bundled = sbom().components.map(({ purl }: { purl: string }) => purl.replace(/@[^@]*$/, ""));
    // lodash came in a file of another package: what is bundled by others beforehand counts, too.
    // The native plugin runs where nothing is installed beside it: it has its own HTTP and gRPC.
    for (const name of [
      "commander",
      "cli-table3",
      "%40octokit/core",
      "lodash",
      "csv-parse",
      "undici",
      "%40grpc/grpc-js",
    ])
      expect(bundled).toContain(`pkg:npm/${name}`);
  });

  test("has the full text of its licence in the package, each of it", () => {
    const notices = read("dist/THIRD-PARTY-NOTICES.txt")
      .split(/\n-{80}\n/)
      .slice(1);
    const heads = notices.map((text) => text.trim().split("\n")[0]);
    const listed = sbom().components.map(
      ({ group, name, version, licenses: [{ license, expression }] }: Component) =>
        `${group === undefined ? "" : `${group}/`}${name} ${version} (${license?.id ?? expression})`,
    );
    expect(heads).toEqual(expect.arrayContaining(listed));
    expect(heads).toHaveLength(listed.length);
    for (const text of notices) expect(text).toMatch(/permission|redistribution|licensed under/i);
  });
});

interface Component {
  group?: string;
  name: string;
  version: string;
  licenses: [{ license?: { id: string }; expression?: string }];
}
