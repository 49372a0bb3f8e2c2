import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { makeSandbox } from "../../tools/sandbox.mts";

test("a sandbox keeps state and settings in its folder, which goes when it is disposed of", async () => {
  const { folder, env, dispose } = await makeSandbox("test");
  expect(env).toMatchObject({
    PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
    PULUMI_HOME: join(folder, "pulumi-home"),
  });
  expect(env.PULUMI_CONFIG_PASSPHRASE).toBeTruthy();
  expect(readdirSync(folder).sort()).toEqual(["pulumi-home", "state"]);
  dispose();
  expect(existsSync(folder)).toBe(false);
});

test("nothing of the user's own Pulumi and Notion settings gets into a sandbox", async () => {
  vi.stubEnv("NOTION_SCIM_TOKEN", "a real one");
  vi.stubEnv("PULUMI_STACK", "production");
  vi.stubEnv("LANG", "C");
  const { env, dispose } = await makeSandbox("test");
  dispose();
  vi.unstubAllEnvs();
  expect(env).not.toHaveProperty("NOTION_SCIM_TOKEN");
  expect(env).not.toHaveProperty("PULUMI_STACK");
  expect(env).toHaveProperty("LANG", "C");
});

test("the engine is first on a sandbox's PATH", async () => {
  const engine = {
    pulumi: "/e/program/pulumi",
    version: "3.259.0",
    source: "cache",
    programPath: "/e/program",
    policyPath: "/e/policy",
  } as const;
  for (const [policy, path] of [
    [false, engine.programPath],
    [true, engine.policyPath],
  ] as const) {
    const { env, dispose } = await makeSandbox("test", { engine, policy });
    dispose();
    expect(env.PATH).toMatch(new RegExp(`^${path}:`));
  }
});
