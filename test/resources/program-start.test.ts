import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { objectionTo } from "../../provider/resources/program-start";
import { repositoryRoot } from "../../tools/repository.mts";
import { writeFile } from "../engine/project";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "pulumi-notion-program-start-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
});

test("nothing is wrong where the package is found, also from a folder inside", () => {
  expect(objectionTo(join(repositoryRoot, "examples", "members"))).toBeUndefined();
});

describe("where it is not found, what adds it is said for the project's package manager:", () => {
  test.each([
    ["pnpm-lock.yaml", "pnpm add"],
    ["yarn.lock", "yarn add"],
    ["bun.lock", "bun add"],
    ["bun.lockb", "bun add"],
    ["package-lock.json", "npm install"],
    ["unknown.lock", "npm install"],
  ])("%s of the workspace", (lock, adding) => {
    writeFile(root, lock, "");
    const infra = join(root, "infra");
    writeFile(infra, "package.json", "{}");
    expect(objectionTo(infra)).toContain(`Run \`${adding} pulumi-notion\` in "infra".`);
  });

  test("the project's own before the one of a folder above it", () => {
    writeFile(root, "package-lock.json", "");
    const infra = join(root, "infra");
    writeFile(infra, "package.json", "{}");
    writeFile(infra, "pnpm-lock.yaml", "");
    expect(objectionTo(infra)).toContain('Run `pnpm add pulumi-notion` in "infra".');
  });

  test("the project's folder is named, not the program's in it, and no path of the machine", () => {
    const infra = join(root, "infra");
    writeFile(infra, "package.json", "{}");
    mkdirSync(join(infra, "src"));
    expect(objectionTo(join(infra, "src"))).toContain('from the folder of the program, "infra",');
    expect(objectionTo(join(infra, "src"))).not.toContain(root);
  });
});
