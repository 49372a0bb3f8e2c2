import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Control } from "./control.mts";
import { type Simulator, startSimulator } from "./index.mts";
import { newUser, scimCall } from "./scim-call.mts";

let simulator: Simulator;
let control: Control;
beforeEach(async () => {
  simulator = await startSimulator({ tokenOwner: "olivia@example.com" });
  control = new Control(simulator.baseUrl);
});
afterEach(() => simulator.close());

test("another process edits behind the code's back: add, change, remove", async () => {
  const { id } = await control.add({ userName: "ada@example.com", role: "owner", department: "R&D" });
  await control.edit("ADA@example.com", { role: "temporary_member", title: "x", department: null });
  const seen = await scimCall(simulator, "GET", `/Users/${id}`);
  expect(seen.body).toMatchObject({
    title: "x",
    "urn:ietf:params:scim:schemas:extension:notion:2.0:User": { role: "temporary_member" },
  });
  expect(await control.member("ada@example.com")).toMatchObject({ id, title: "x" });
  expect((await control.member("ada@example.com"))?.department).toBeUndefined();
  await control.remove(id);
  expect(await control.member("ada@example.com")).toBeUndefined();
  expect((await control.members()).map(({ userName }) => userName)).toEqual(["olivia@example.com"]);
});

test("a swap of primary and secondary e-mail keeps both addresses and the id", async () => {
  const { id } = await control.add({
    userName: "ada@example.com",
    emails: [
      { value: "ada@example.com", primary: true },
      { value: "ada@example.net", primary: false },
    ],
  });
  expect(await control.edit(id, { userName: "ada@example.net" })).toMatchObject({
    id,
    userName: "ada@example.net",
    emails: [
      { value: "ada@example.net", primary: true },
      { value: "ada@example.com", primary: false },
    ],
  });
});

test("seeding replaces the workspace and keeps the token alive", async () => {
  expect(await control.seed({ members: 5, groups: 2 })).toEqual({ members: 6, groups: 2 });
  expect((await scimCall(simulator, "GET", "/Users")).body.totalResults).toBe(6);
});

test("accounts, guests, groups, tokens, settings and days are within reach", async () => {
  const account = await control.addAccount({ userName: "amara@example.com", name: { formatted: "Amara" } });
  await control.addGuest("gus@example.org");
  expect((await control.add({ userName: "amara@example.com" })).id).toBe(account.id);
  await control.forget("amara@example.com");
  expect((await control.add({ userName: "amara@example.com" })).id).not.toBe(account.id);
  await control.addGroup({ displayName: "Design/Web", members: ["amara@example.com"], soleAccess: true });
  expect(await control.groups()).toMatchObject([{ displayName: "Design/Web", soleAccess: true }]);
  await control.removeGroup("Design/Web");
  expect(await control.groups()).toEqual([]);
  const token = await control.addToken();
  expect((await scimCall(simulator, "GET", "/Users", { token })).status).toBe(200);
  expect(await control.configure({ order: "moving" })).toMatchObject({ order: "moving" });
  expect(await control.settings()).toMatchObject({ order: "moving", maxPageSize: 100 });
  await control.passDays(3);
});

test("faults are set, counted and cleared; a script with one bad fault is refused as a whole", async () => {
  expect(await control.addFaults({ name: "server_error" }, { name: "conflict", times: 2 })).toHaveLength(2);
  await scimCall(simulator, "GET", "/Users");
  expect((await control.faults()).map(({ spec, fired }) => [spec.name, fired])).toEqual([
    ["server_error", 1],
    ["conflict", 0],
  ]);
  await control.clearFaults();
  const bad = control.addFaults({ name: "forbidden" }, JSON.parse('{"name":"earthquake"}'));
  await expect(bad).rejects.toThrow(/400.*unknown fault; there are refuse_connection/s);
  expect(await control.faults()).toEqual([]);
});

test("requests are counted by method and template, with what was sent, and control calls are not", async () => {
  const created = await scimCall(simulator, "POST", "/Users", { body: newUser("ada@example.com") });
  await scimCall(simulator, "GET", `/Users/${created.body.id}`);
  await scimCall(simulator, "GET", "/Users?count=1", { token: "sim_other" });
  await control.members();
  const { counts, entries } = await control.requests();
  expect(counts).toEqual({ "POST /Users": 1, "GET /Users/{id}": 1, "GET /Users": 1 });
  expect(entries).toMatchObject([
    { status: 201, authorization: "valid", body: { userName: "ada@example.com" } },
    { path: `/Users/${created.body.id}`, status: 200 },
    { status: 401, authorization: "other", query: { count: "1" } },
  ]);
  await control.clearRequests();
  expect(simulator.requests.count()).toBe(0);
});

test.each([
  ["POST", "users", { userName: "ada" }, 400, "userName"],
  ["POST", "users", { userName: "olivia@example.com" }, 409, "already"],
  ["PATCH", "users/olivia@example.com", { rol: "member" }, 400, "rol"],
  ["PATCH", "users/nobody@example.com", {}, 404, "nobody@example.com"],
  ["POST", "settings", { order: "sideways" }, 400, "order"],
  ["POST", "sed", {}, 404, "POST seed"],
  ["POST", "seed", "{", 400, "not JSON"],
])("%s /control/%s with %o is a %i that says why", async (method, path, body, status, message) => {
  const response = await fetch(`${simulator.origin}/control/${path}`, {
    method,
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  expect(response.status).toBe(status);
  expect(await response.text()).toContain(message);
});

test("with a data file, members, groups and the token outlive a restart", async () => {
  const folder = mkdtempSync(join(tmpdir(), "simulator-"));
  const dataFile = join(folder, "workspace.json");
  const first = await startSimulator({ dataFile, seed: "workspace" });
  await scimCall(first, "POST", "/Users", { body: newUser("ada@example.com", { title: "x" }) });
  const { members, groups } = first.workspace;
  await first.close();
  expect(readdirSync(folder)).toEqual(["workspace.json"]);

  const second = await startSimulator({ dataFile, seed: "empty" });
  expect(second.token).toBe(first.token);
  expect(second.workspace.members).toEqual(members);
  expect(second.workspace.groups).toEqual(groups);
  expect((await scimCall(second, "GET", "/Users")).body.totalResults).toBe(121);
  await second.close();

  writeFileSync(dataFile, "{");
  await expect(startSimulator({ dataFile })).rejects.toThrow(`${dataFile} is not a workspace`);
  rmSync(folder, { recursive: true });
});
