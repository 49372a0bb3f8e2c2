import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nodeObjection } from "../provider/node-version";
import { repositoryRoot } from "../tools/repository.mts";

test.each(["22.19.0", "22.20.1", "24.0.0", "26.1.0-nightly2026"])("Node.js %s is new enough", (version) => {
  expect(nodeObjection(version)).toBeUndefined();
});

test.each(["22.18.9", "20.20.2", "18.0.0", "9.9.9"])("Node.js %s is too old, and is named", (version) => {
  expect(nodeObjection(version)).toContain(`and was started by ${version}.`);
});

test("what is asked for is what package.json tells a package manager", () => {
  const { engines } = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8"));
  expect(nodeObjection("1.0.0")).toContain(`needs Node.js ${engines.node.replace(">=", "")} or newer`);
});
