import { afterEach, beforeEach, expect, test } from "vitest";
import { type Simulator, startSimulator } from "./index.mts";
import { patchOp, scimCall } from "./scim-call.mts";

let simulator: Simulator;
let ids: string[];
beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 3 } });
  ids = simulator.workspace.members.map(({ id }) => id);
});
afterEach(() => simulator.close());

const call = (method: string, path: string, body?: unknown) => scimCall(simulator, method, path, { body });
const members = () => simulator.workspace.group("Design")?.members;

test("a group is made, found by name, renamed and deleted", async () => {
  const made = await call("POST", "/Groups", { displayName: "Design", members: [{ value: ids[0] }] });
  expect(made).toMatchObject({ status: 201, body: { displayName: "Design", members: [{ value: ids[0] }] } });
  const found = await call("GET", `/Groups?filter=${encodeURIComponent('displayName eq "Design"')}`);
  expect(found.body).toMatchObject({ totalResults: 1, Resources: [{ members: [{ value: ids[0] }] }] });
  const path = `/Groups/${made.body.id}`;
  await call("PATCH", path, patchOp({ op: "replace", value: { displayName: "Brand" } }));
  expect((await call("GET", path)).body).toMatchObject({
    displayName: "Brand",
    members: [{ value: ids[0] }],
  });
  expect((await call("DELETE", path)).status).toBe(204);
  expect((await call("GET", path)).status).toBe(404);
});

test("members are added and removed by capitalised operations", async () => {
  const { id } = simulator.workspace.addGroup("Design", [ids[0] ?? ""]);
  const change = (op: string, value: unknown) =>
    call("PATCH", `/Groups/${id}`, patchOp({ op, path: "members", value }));
  await change("Add", [{ value: ids[1] }, { value: ids[0] }]);
  expect(members()).toEqual([ids[0], ids[1]]);
  await change("Remove", [{ value: ids[0], display: "shown name" }]);
  expect(members()).toEqual([ids[1]]);
  await call("PATCH", `/Groups/${id}`, patchOp({ op: "remove", path: `members[value eq "${ids[1]}"]` }));
  expect(members()).toEqual([]);
});

test("somebody who is not a member can't be added, one that is listed so already may stay", async () => {
  const { id } = simulator.workspace.addGroup("Design");
  simulator.workspace.editGroup("Design", { members: ["gone"] });
  const add = (value: string | undefined) =>
    call("PATCH", `/Groups/${id}`, patchOp({ op: "add", path: "members", value: [{ value }] }));
  expect((await add("stranger")).status).toBe(400);
  expect((await add(ids[0])).status).toBe(200);
  expect(members()).toEqual(["gone", ids[0]]);
});

test("a group that alone has full access to a page can't be deleted", async () => {
  const { id } = simulator.workspace.addGroup("Design", [], { soleAccess: true });
  expect((await call("DELETE", `/Groups/${id}`)).status).toBe(403);
  expect(members()).toEqual([]);
});

test("the answer to a new group says where the group is, as that to a new user does", async () => {
  const { status, headers, body } = await call("POST", "/Groups", { displayName: "Design" });
  expect(status).toBe(201);
  expect(headers.get("location")).toMatch(new RegExp(`/Groups/${body.id}$`));
  expect(body.meta).toMatchObject({ location: headers.get("location") });
});

test("a group's id can't be changed, and its attributes are understood in any case", async () => {
  const { id } = simulator.workspace.addGroup("Design");
  const operate = (operation: unknown) => call("PATCH", `/Groups/${id}`, patchOp(operation));
  expect(await operate({ op: "replace", path: "id", value: "other" })).toMatchObject({
    status: 400,
    body: { scimType: "mutability" },
  });
  await operate({ op: "add", path: "MEMBERS", value: [{ VALUE: ids[0] }] });
  expect(members()).toEqual([ids[0]]);
  const made = await call("POST", "/Groups", { DISPLAYNAME: "Brand", Members: [{ Value: ids[1] }] });
  expect(made).toMatchObject({ status: 201, body: { displayName: "Brand", members: [{ value: ids[1] }] } });
});
