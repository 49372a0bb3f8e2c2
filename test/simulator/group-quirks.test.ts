import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Control } from "./control.mts";
import { type SettingsChanges, type Simulator, startSimulator } from "./index.mts";
import { patchOp, scimCall } from "./scim-call.mts";

let simulator: Simulator;
let ids: string[];
let id: string;
beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 5 } });
  ids = simulator.workspace.members.map((member) => member.id);
  ({ id } = simulator.workspace.addGroup("Design", ids.slice(0, 4)));
});
afterEach(() => simulator.close());

const call = (method: string, path: string, body?: unknown) => scimCall(simulator, method, path, { body });
const patch = (...operations: unknown[]) => call("PATCH", `/Groups/${id}`, patchOp(...operations));
const byFilter = (who = 0) => ({ op: "remove", path: `members[value eq "${ids[who]}"]` });
const byValue = (...who: number[]) => ({
  op: "remove",
  path: "members",
  value: who.map((each) => ({ value: ids[each] })),
});
const add = (...who: number[]) => ({ ...byValue(...who), op: "add" });
/** Who is in the group, by their numbers. */
const inside = () => simulator.workspace.groupById(id)?.members.map((each) => ids.indexOf(each));

describe("a removal of one of four", () => {
  test.each<[string, SettingsChanges, number, number[]]>([
    ["works", {}, 200, [1, 2, 3]],
    ["is ignored", { removeByFilter: "ignored", removeByValue: "ignored" }, 200, [0, 1, 2, 3]],
    ["clears the group", { removeByFilter: "clears", removeByValue: "clears" }, 200, []],
    ["is refused", { removeByFilter: "refused", removeByValue: "refused" }, 400, [0, 1, 2, 3]],
  ])("%s in either form, as it is set", async (_, settings, status, left) => {
    simulator.configure(settings);
    for (const operation of [byFilter(), byValue(0)]) {
      simulator.workspace.editGroup(id, { members: ids.slice(0, 4) });
      expect((await patch(operation)).status).toBe(status);
      expect(inside()).toEqual(left);
    }
  });

  test("may work for one and clear the group for several", async () => {
    simulator.configure({ removeByValue: "clears when several" });
    await patch(byValue(0));
    expect(inside()).toEqual([1, 2, 3]);
    await patch(byValue(1, 2));
    expect(inside()).toEqual([]);
  });
});

test("an add may replace those who are there, or be ignored", async () => {
  simulator.configure({ groupAdd: "replaces" });
  await patch(add(4));
  expect(inside()).toEqual([4]);
  simulator.configure({ groupAdd: "ignored" });
  expect((await patch(add(0))).status).toBe(200);
  expect(inside()).toEqual([4]);
});

test("of several operations the first one may count alone", async () => {
  simulator.configure({ groupOperations: "first" });
  await patch(byFilter(0), byFilter(1));
  expect(inside()).toEqual([1, 2, 3]);
  await patch(byValue(1, 2));
  expect(inside()).toEqual([2, 3]);
});

test.each([{ path: "displayName", value: "Brand" }, { value: { displayName: "Brand" } }])(
  "a rename %o may be ignored, and may take the members",
  async (operation) => {
    simulator.configure({ groupRename: "ignored" });
    await patch({ op: "replace", ...operation });
    expect(simulator.workspace.groupById(id)?.displayName).toBe("Design");
    simulator.configure({ groupRename: "clears" });
    await patch({ op: "replace", ...operation });
    expect(simulator.workspace.groupById(id)).toMatchObject({ displayName: "Brand", members: [] });
  },
);

test("a group's list of members may be cut, with a count beside it or without", async () => {
  simulator.configure({ shownMembers: 2 });
  expect((await call("GET", `/Groups/${id}`)).body.members).toHaveLength(2);
  expect((await call("GET", `/Groups/${id}`)).body).not.toHaveProperty("memberCount");
  simulator.configure({ memberCount: true });
  const { body } = await call("GET", "/Groups");
  expect(body.Resources?.[0]).toMatchObject({ memberCount: 4, members: [{}, {}] });
  // What is shown is cut, what is kept is not.
  await patch(byFilter(3));
  expect(inside()).toEqual([0, 1, 2]);
});

test("members may be left out of a listing, and the list of an empty group altogether", async () => {
  simulator.configure({ listedMembers: "hidden", emptyMembers: "absent" });
  expect((await call("GET", "/Groups")).body.Resources?.[0]).not.toHaveProperty("members");
  expect((await call("GET", `/Groups/${id}`)).body).toHaveProperty("members");
  simulator.workspace.editGroup(id, { members: [] });
  expect((await call("GET", `/Groups/${id}`)).body).not.toHaveProperty("members");
});

test("a deletion may be refused, or accepted and ignored; a second group of a name may be refused", async () => {
  simulator.configure({ groupDelete: "refused" });
  expect((await call("DELETE", `/Groups/${id}`)).status).toBe(403);
  simulator.configure({ groupDelete: "ignored" });
  expect((await call("DELETE", `/Groups/${id}`)).status).toBe(204);
  expect((await call("GET", `/Groups/${id}`)).status).toBe(200);
  expect((await call("POST", "/Groups", { displayName: "Design" })).status).toBe(201);
  simulator.configure({ groupNames: "unique" });
  expect(await call("POST", "/Groups", { displayName: "Design" })).toMatchObject({
    status: 409,
    body: { scimType: "uniqueness" },
  });
  simulator.configure({ groupNames: "cut" });
  expect((await call("POST", "/Groups", { displayName: "D".repeat(30) })).body.displayName).toBe(
    "D".repeat(20),
  );
});

test("another writer sets its group back when it pushes, or after each write", async () => {
  simulator.workspace.syncGroup("Design");
  await patch(add(4));
  expect(inside()).toEqual([0, 1, 2, 3, 4]);
  simulator.workspace.pushSynced();
  expect(inside()).toEqual([0, 1, 2, 3]);
  simulator.configure({ otherWriter: "after each write" });
  const answer = await patch(byFilter(0));
  expect(answer.body.members).toHaveLength(3);
  expect(inside()).toEqual([0, 1, 2, 3]);
});

test("another process edits a group, makes it anew and pushes as an identity provider", async () => {
  const control = new Control(simulator.baseUrl);
  await control.syncGroup("Design");
  const edited = await control.editGroup("Design", { members: ["member.005@example.com", "gone"] });
  expect(edited.members).toEqual([ids[4], "gone"]);
  await control.pushSynced();
  expect(inside()).toEqual([0, 1, 2, 3]);
  const remade = await control.remakeGroup("Design");
  expect(remade).toMatchObject({ displayName: "Design", members: ids.slice(0, 4) });
  expect(remade.id).not.toBe(id);
  expect(await control.groups()).toHaveLength(1);
});
