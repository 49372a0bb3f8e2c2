import { ProviderResource, runtime } from "@pulumi/pulumi";
import { expect, test } from "vitest";
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
