import { afterEach, expect, test } from "vitest";
import { type Simulator, type SimulatorOptions, startSimulator } from "./index.mts";
import { patchOp, scimCall } from "./scim-call.mts";

const NOTION = "urn:ietf:params:scim:schemas:extension:notion:2.0:User";
const byValue = (role: unknown) => ({ op: "replace", value: { [NOTION]: { role } } });
const byPath = (role: unknown) => ({ op: "Replace", path: `${NOTION}:role`, value: role });

let simulator: Simulator;
const start = async (options: SimulatorOptions = {}) => {
  simulator = await startSimulator(options);
};
afterEach(() => simulator.close());

const setRole = (emailOrId: string, operation: unknown, token = simulator.token) =>
  scimCall(simulator, "PATCH", `/Users/${simulator.workspace.member(emailOrId)?.id}`, {
    body: patchOp(operation),
    token,
  });
const remove = (email: string, token = simulator.token) =>
  scimCall(simulator, "DELETE", `/Users/${simulator.workspace.member(email)?.id}`, { token });
const check = (token: string | null = simulator.token) =>
  scimCall(simulator, "GET", "/Users?startIndex=1&count=1", { token });

test.each([
  ["value", byValue("owner")],
  ["path", byPath("owner")],
  ["the whole extension as path", { op: "add", path: NOTION, value: { role: "owner" } }],
  ["URN and role as key", { op: "replace", value: { [`${NOTION}:role`]: "owner" } }],
])("a role is changed by the %s form", async (_, operation) => {
  await start();
  simulator.workspace.add({ userName: "ada@example.com" });
  const answer = await setRole("ada@example.com", operation);
  expect(answer).toMatchObject({ status: 200, body: { [NOTION]: { role: "owner" } } });
  expect(simulator.workspace.member("ada@example.com")?.role).toBe("owner");
});

test.each([
  ["value", byValue("owner"), byPath("owner")],
  ["path", byPath("owner"), byValue("owner")],
] as const)("a server that knows the %s form alone answers 400 to the other", async (form, known, other) => {
  await start({ patchForms: form });
  simulator.workspace.add({ userName: "ada@example.com" });
  expect((await setRole("ada@example.com", other)).status).toBe(400);
  expect(simulator.workspace.member("ada@example.com")?.role).toBe("member");
  expect((await setRole("ada@example.com", known)).status).toBe(200);
});

test("an entry without the extension, or with an unknown role, can be given a role", async () => {
  await start();
  simulator.workspace.add({ userName: "bare@example.com", role: null });
  simulator.workspace.add({ userName: "temp@example.com", role: "temporary_member" });
  for (const email of ["bare@example.com", "temp@example.com"]) {
    expect((await setRole(email, byPath("member"))).status).toBe(200);
    expect(simulator.workspace.member(email)?.role).toBe("member");
  }
});

test("an unknown role is a 400 invalidValue, and no role at all is refused", async () => {
  await start();
  simulator.workspace.add({ userName: "ada@example.com" });
  for (const operation of [byValue("king"), byPath(7), { op: "remove", path: `${NOTION}:role` }]) {
    const answer = await setRole("ada@example.com", operation);
    expect(answer).toMatchObject({ status: 400, body: { scimType: "invalidValue" } });
  }
  expect(simulator.workspace.member("ada@example.com")?.role).toBe("member");
});

test("a PATCH can answer 204", async () => {
  await start({ patchAnswer: "empty" });
  simulator.workspace.add({ userName: "ada@example.com" });
  expect(await setRole("ada@example.com", byValue("owner"))).toMatchObject({ status: 204, text: "" });
  expect(simulator.workspace.member("ada@example.com")?.role).toBe("owner");
});

test("the last owner can be neither demoted nor removed", async () => {
  await start({ tokenOwner: "olivia@example.com" });
  expect((await setRole("olivia@example.com", byValue("member"))).status).toBe(403);
  expect((await remove("olivia@example.com")).status).toBe(403);
  expect((await setRole("olivia@example.com", { op: "replace", value: { active: false } })).status).toBe(403);
  expect(simulator.workspace.member("olivia@example.com")?.role).toBe("owner");
  expect((await check()).status).toBe(200);
});

test("the owner whose token is in use can't be removed, another owner can", async () => {
  await start({ tokenOwner: "olivia@example.com" });
  simulator.workspace.add({ userName: "otto@example.com", role: "owner" });
  expect(await remove("olivia@example.com")).toMatchObject({ status: 403, body: { status: "403" } });
  expect((await remove("otto@example.com")).status).toBe(204);
});

test("removing an owner revokes the tokens of that owner alone", async () => {
  await start({ tokenOwner: "olivia@example.com" });
  simulator.workspace.add({ userName: "otto@example.com", role: "owner" });
  const tokenOfOtto = simulator.addToken("otto@example.com");
  expect((await check(tokenOfOtto)).status).toBe(200);
  await remove("otto@example.com");
  expect((await check(tokenOfOtto)).status).toBe(401);
  expect((await check()).status).toBe(200);
});

test("the token dies when its owner's role changes, over SCIM or behind its back", async () => {
  await start({ seed: "workspace" });
  const owner = simulator.workspace.members[1]?.userName ?? "";
  const other = simulator.addToken(owner);
  expect((await setRole(owner, byValue("member"), other)).status).toBe(200);
  expect((await check(other)).status).toBe(401);
  simulator.workspace.edit("olivia.owner@example.com", { role: "membership_admin" });
  expect((await check()).status).toBe(401);
});

test("setting the role that is already held leaves the token alive", async () => {
  await start({ tokenOwner: "olivia@example.com" });
  expect((await setRole("olivia@example.com", byValue("owner"))).status).toBe(200);
  expect((await check()).status).toBe(200);
});

test("a missing or wrong token is a 401, but discovery answers without any", async () => {
  await start();
  expect(await check(null)).toMatchObject({ status: 401, body: { status: "401" } });
  expect((await check("sim_wrong")).status).toBe(401);
  const config = await scimCall(simulator, "GET", "/ServiceProviderConfig", { token: null });
  expect(config).toMatchObject({
    status: 200,
    body: {
      patch: { supported: true },
      filter: { supported: true },
      bulk: { supported: false },
      sort: { supported: false },
      etag: { supported: false },
    },
  });
  expect((await scimCall(simulator, "GET", "/ResourceTypes")).body).toBeInstanceOf(Array);
  expect((await scimCall(simulator, "GET", "/Schemas")).status).toBe(404);
});

test("the base path is part of the address", async () => {
  await start();
  const headers = { authorization: `Bearer ${simulator.token}` };
  expect((await fetch(`${simulator.origin}/Users`, { headers })).status).toBe(404);
  expect((await fetch(`${simulator.baseUrl}/Users`, { headers })).status).toBe(200);
});

test("refusals can be written in Notion's style", async () => {
  await start({ errorStyle: "notion" });
  const { body, headers } = await scimCall(simulator, "GET", "/Users/nobody");
  expect(body).toMatchObject({ object: "error", code: "object_not_found", status: 404 });
  expect(body.request_id).toBe(headers.get("x-notion-request-id"));
});

test("too many requests in a second are a 429 with Retry-After, and pass later", async () => {
  await start({ rateLimit: { requestsPerSecond: 5 } });
  const answers = await Promise.all(Array.from({ length: 8 }, () => check()));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThanOrEqual(2);
  expect(refused[0]).toMatchObject({ body: { code: "rate_limited" } });
  expect(refused[0]?.headers.get("retry-after")).toBe("1");
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect((await check()).status).toBe(200);
});
