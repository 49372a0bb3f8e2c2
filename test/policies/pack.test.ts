import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const packageAt = (...path: string[]) =>
  JSON.parse(readFileSync(join(__dirname, "..", "..", ...path, "package.json"), "utf8"));

it("the pack has the package's version, and depends on the versions that the package depends on", () => {
  const [pack, whole] = [packageAt("policies"), packageAt()];
  expect(pack.version).toBe(whole.version);
  expect({ ...whole.dependencies, ...whole.peerDependencies }).toMatchObject(pack.dependencies);
});
