import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { repositoryRoot } from "../../tools/repository.mts";
import { capture } from "../../tools/run.mts";
import { startSimulator } from "../simulator/index.mts";

test("npm run contract holds the package as it is built against a server, with the token of the environment", async () => {
  const simulator = await startSimulator({ seed: "workspace" });
  onTestFinished(() => simulator.close());
  const args = [
    join(repositoryRoot, "tools", "contract.mts"),
    "--base-url",
    simulator.baseUrl,
    "--sacrifice",
    "zoe@example.com",
  ];
  const env = { ...process.env, NOTION_SCIM_TOKEN: simulator.token };
  const { code, output } = await capture(process.execPath, args, { cwd: repositoryRoot, env });
  expect(output).toContain("The package copes with everything that was met");
  expect(output).toContain("zoe@example.com is left as met: not there.");
  expect(output).not.toContain(simulator.token);
  expect(code).toBe(0);
});
