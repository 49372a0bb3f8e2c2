import { ProviderResource, runtime } from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { NotionUser as DynamicNotionUser } from "../../provider/index";
import { NotionUser, Provider } from "../../provider/resources/native/index";

test("a native resource takes a provider of this package, and refuses another one by name", async () => {
  await runtime.setMocks({
    call: () => ({}),
    newResource: async ({ inputs }) => ({ id: "1", state: inputs }),
  });
  const own = new Provider("acme", { scimTokenEnv: "TOKEN_OF_ACME" });
  expect(() => new NotionUser("ada", { userName: "ada@example.com" }, { provider: own })).not.toThrow();
  class Other extends ProviderResource {}
  const other = new Other("pulumi-nodejs", "other", {});
  expect(() => new NotionUser("bea", { userName: "bea@example.com" }, { provider: other })).toThrow(
    '"bea" is given a provider of another package (pulumi:providers:pulumi-nodejs). Use the class Provider of pulumi-notion/native.',
  );
});

test("a program has the classes of one host: neither host knows the people of the other one", async () => {
  await runtime.setMocks({
    call: () => ({}),
    newResource: async ({ inputs }) => ({ id: "1", state: inputs }),
  });
  let refused = "";
  await runtime.runInPulumiStack(async () => {
    new NotionUser("ada", { userName: "ada@example.com" });
    try {
      new DynamicNotionUser("bea", { userName: "bea@example.com" });
    } catch (error) {
      refused = String(error);
    }
  });
  expect(refused).toContain('"bea" is of pulumi-notion, and "ada" of pulumi-notion/native');
});
