import { expect, test } from "vitest";
import { type Inventory, makeInventory } from "../inventory";

async function doctor(inventory: Inventory) {
  const { code, stdout } = await inventory.run("doctor");
  const { checks } = JSON.parse(stdout);
  const found = Object.fromEntries(
    checks.map((each: { about: string; status: string; found: string; remediation: { text: string } }) => [
      each.about,
      each,
    ]),
  );
  return { code, found };
}

test("all is well: a listing proves the token, and versions, members, owners and the time of a request are told", async () => {
  const inventory = await makeInventory({ seed: "workspace" });
  const { code, found } = await doctor(inventory);
  expect(code).toBe(0);
  expect(found).toMatchObject({
    "pulumi-notion": { status: "ok", found: "0.1.0" },
    Node: { status: "ok", found: process.versions.node },
    token: { found: "set, from NOTION_SCIM_TOKEN" },
    address: { found: inventory.simulator.baseUrl },
    server: { status: "ok", found: "patch yes, filter yes, bulk no, sort no, etag no" },
    "token accepted": { status: "ok" },
    "one request": { found: expect.stringMatching(/^\d+ ms for 100 members$/) },
    members: { found: "120" },
    owners: { status: "ok", found: "5 owners" },
  });
  expect(inventory.simulator.requests.counts).toEqual({ "GET /ServiceProviderConfig": 1, "GET /Users": 2 });
});

test("a dead token is found out although the discovery endpoint answers it", async () => {
  const inventory = await makeInventory({ seed: { members: 3 } });
  inventory.env = { NOTION_SCIM_TOKEN: "dead-token" };
  const { code, found } = await doctor(inventory);
  expect(code).toBe(1);
  expect(found.server.status).toBe("ok");
  expect(found["token accepted"]).toMatchObject({
    status: "error",
    remediation: { text: expect.stringContaining("pulumi config set --secret notion:scimToken") },
  });
});

test("one owner is a warning, not an error", async () => {
  const inventory = await makeInventory({ seed: { members: 1 } });
  const { code, found } = await doctor(inventory);
  expect(code).toBe(0);
  expect(found.owners).toMatchObject({
    status: "warning",
    found: "1 owner",
    remediation: { text: expect.stringContaining("another member") },
  });
});

test.each<[string, string | undefined, object]>([
  [
    "not said is a warning",
    undefined,
    { status: "warning", found: "not said: no owner is demoted or removed" },
  ],
  [
    "unknown on purpose is a warning",
    "unknown",
    { status: "warning", found: expect.stringContaining("on purpose") },
  ],
  [
    "no owner is a warning",
    "member.003@example.com",
    { status: "warning", found: expect.stringContaining("no active owner") },
  ],
  ["an owner is fine", "Member.001@example.com", { status: "ok", found: "Member.001@example.com" }],
])("a token owner who is %s", async (_, said, expected) => {
  const inventory = await makeInventory({ seed: { members: 3 } });
  inventory.env = { NOTION_TOKEN_OWNER: said };
  const { code, found } = await doctor(inventory);
  expect(code).toBe(0);
  expect(found["token owner"]).toMatchObject(expected);
  if (said !== "Member.001@example.com")
    expect(found["token owner"]?.remediation.text).toContain("pulumi config set notion:tokenOwner");
});

test("what is missing is named with what to do about it, and nothing is sent", async () => {
  const inventory = await makeInventory();
  inventory.env = { NOTION_SCIM_TOKEN: "", PATH: "/nowhere" };
  const { code, found } = await doctor(inventory);
  expect(code).toBe(1);
  expect(found.settings).toMatchObject({
    status: "error",
    remediation: { text: expect.stringContaining("NOTION_SCIM_TOKEN") },
  });
  expect(found["Pulumi CLI"]).toMatchObject({ status: "warning", found: "not on PATH" });
  expect(found["@pulumi/pulumi"]).toMatchObject({
    status: "warning",
    remediation: { text: expect.stringContaining("npm install") },
  });
  expect(inventory.simulator.requests.count()).toBe(0);
});

test("nobody there: said once", async () => {
  const inventory = await makeInventory();
  await inventory.simulator.goDown();
  const { code, found } = await doctor(inventory);
  expect(code).toBe(1);
  expect(found.server.found).toContain("ECONNREFUSED");
  expect(found["token accepted"]).toBeUndefined();
});

test("an incomplete listing is said, and exits with 3", async () => {
  const inventory = await makeInventory({ seed: { members: 250 }, order: "moving" });
  const { code, stdout } = await inventory.run("doctor", "--format", "table");
  expect(code).toBe(3);
  expect(stdout).toMatch(/^INCOMPLETE: /);
});
