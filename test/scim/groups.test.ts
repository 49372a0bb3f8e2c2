import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { GroupRecord } from "../../provider/model/group";
import type { ScimWriter } from "../../provider/scim/client";
import { ConflictError, NotFoundError, RefusedError, UnavailableError } from "../../provider/scim/errors";
import {
  GroupMembersError,
  GroupNotChangedError,
  GroupsStoppedError,
  IncompleteGroupError,
} from "../../provider/scim/group-errors";
import { type FaultSpec, type SettingsChanges, type Simulator, startSimulator } from "../simulator/index.mts";
import { failure, writer } from "./connect";

let simulator: Simulator;
let ids: string[];
beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 12 } });
  ids = simulator.workspace.members.map(({ id }) => id);
});
afterEach(() => simulator.close());

const emailOf = (id: string) => simulator.workspace.member(id)?.userName ?? id;
const people = { nameOf: emailOf, isGone: () => false };
const email = (number: number) => `member.${String(number).padStart(3, "0")}@example.com`;
/** The members with these numbers, from 1. */
const who = (...numbers: number[]) => numbers.map((number) => ids[number - 1] ?? "");
/** Makes a group in Notion, and gives it as a reader would. */
const group = (name: string, ...numbers: number[]): GroupRecord => {
  const { id } = simulator.workspace.addGroup(name, who(...numbers));
  return { id, name, members: who(...numbers).map((each) => ({ id: each })), complete: true };
};
/** Who is in a group, by their numbers. */
const inside = ({ id }: { id: string }) =>
  simulator.workspace
    .groupById(id)
    ?.members.map((each) => ids.indexOf(each) + 1)
    .sort((a, b) => a - b);
const sent = () =>
  simulator.requests.entries
    .filter(({ template }) => template.startsWith("/Groups"))
    .map(({ method, body }) => {
      const operations = (body as { Operations?: { op: string; path?: string; value?: unknown[] }[] })
        ?.Operations;
      const [first] = operations ?? [];
      if (operations === undefined || first === undefined) return method;
      const form = first.path?.startsWith("members[") ? "filter" : (first.path ?? "no path");
      const count = Array.isArray(first.value) ? first.value.length : operations.length;
      return `${method} ${first.op} ${form} ${count}`;
    });

describe("people who come into a group", () => {
  test("are added by one PATCH and proven by one GET, once the form is proven", async () => {
    const client = writer(simulator);
    const design = group("Design", 1);
    const brand = group("Brand", 1);
    await client.addToGroup(design, who(2, 3, 4), people);
    simulator.requests.clear();
    const after = await client.addToGroup(brand, who(2, 3, 4), people);
    expect(inside(brand)).toEqual([1, 2, 3, 4]);
    expect(after).toMatchObject({ id: brand.id, name: "Brand", complete: true });
    expect(after.members.map(({ id }) => id)).toEqual(who(1, 2, 3, 4));
    expect(sent()).toEqual(["PATCH add members 3", "GET"]);
  });

  test("are proven on one person before it is done for more", async () => {
    const design = group("Design", 1);
    await writer(simulator).addToGroup(design, who(2, 3, 4), people);
    expect(sent()).toEqual(["GET", "PATCH add members 1", "GET", "PATCH add members 2", "GET"]);
  });

  test("who are in it already cost no request", async () => {
    const design = group("Design", 1, 2);
    await writer(simulator).addToGroup(design, who(1, 2), people);
    expect(sent()).toEqual([]);
  });

  test("do not replace the others on a server whose add replaces: those are put back, and the run ends", async () => {
    simulator.configure({ groupAdd: "replaces" });
    const client = writer(simulator);
    const design = group("Design", 1, 2, 3);
    const error = await failure(client.addToGroup(design, who(4, 5), people));
    expect(error).toBeInstanceOf(GroupMembersError);
    expect(error).toMatchObject({ vanished: who(1, 2, 3), missing: [] });
    expect(error.message).toContain(`This run put back: ${email(1)}, ${email(2)}, ${email(3)}`);
    expect(inside(design)).toEqual([1, 2, 3, 4]);
    simulator.requests.clear();
    const next = await failure(client.removeFromGroup(design, who(1), people));
    expect(next).toBeInstanceOf(GroupsStoppedError);
    expect(sent()).toEqual([]);
  });

  test("who are refused are named, and the others are added", async () => {
    const design = group("Design", 1);
    const error = await failure(
      writer(simulator).addToGroup(design, [...who(2, 3), "stranger", ...who(4)], people),
    );
    expect(error).toBeInstanceOf(RefusedError);
    expect(error.message).toContain("not in the group: stranger [");
    expect(error.message).not.toContain(`not in the group: ${email(2)}`);
    expect(inside(design)).toEqual([1, 2, 3, 4]);
  });

  test("who are accepted and not added are named", async () => {
    simulator.configure({ groupAdd: "ignored" });
    const design = group("Design", 1);
    const error = await failure(writer(simulator).addToGroup(design, who(2, 3), people));
    expect(error).toBeInstanceOf(GroupNotChangedError);
    expect(error.message).toContain(`not in the group: ${email(2)}, ${email(3)}`);
  });

  test("of whom the server takes one in each request are all added", async () => {
    simulator.configure({ groupOperations: "first" });
    const design = group("Design", 1);
    await writer(simulator).addToGroup(design, who(2, 3, 4), people);
    expect(inside(design)).toEqual([1, 2, 3, 4]);
  });
});

describe("people who leave a group", () => {
  test("are taken out by one PATCH and proven by one GET, once a form is proven", async () => {
    const client = writer(simulator);
    await client.removeFromGroup(group("Design", 1, 2, 3, 4), who(1, 2, 3), people);
    simulator.requests.clear();
    const brand = group("Brand", 1, 2, 3, 4);
    const after = await client.removeFromGroup(brand, who(2, 3), people);
    expect(after.members.map(({ id }) => id)).toEqual(who(1, 4));
    expect(inside(brand)).toEqual([1, 4]);
    expect(sent()).toEqual(["PATCH remove filter 2", "GET"]);
  });

  test("are proven on one person first, and in the other form where nothing happens", async () => {
    simulator.configure({ removeByFilter: "ignored" });
    const client = writer(simulator);
    const design = group("Design", 1, 2, 3, 4);
    await client.removeFromGroup(design, who(1, 2, 3), people);
    expect(inside(design)).toEqual([4]);
    expect(sent().filter((each) => each !== "GET")).toEqual([
      "PATCH remove filter 1",
      "PATCH remove members 1",
      "PATCH remove members 2",
    ]);
    simulator.requests.clear();
    await client.removeFromGroup(group("Brand", 1, 2), who(2), people);
    expect(sent()).toEqual(["PATCH remove members 1", "GET"]);
  });

  test.each<[string, SettingsChanges]>([
    ["is refused", { removeByFilter: "refused" }],
    ["works", { removeByValue: "clears" }],
  ])("leave as they should where the form of the RFC %s", async (_, settings) => {
    simulator.configure(settings);
    const design = group("Design", 1, 2, 3, 4);
    await writer(simulator).removeFromGroup(design, who(1, 2), people);
    expect(inside(design)).toEqual([3, 4]);
  });

  test.each<[string, SettingsChanges]>([
    ["the form of the RFC", { removeByFilter: "clears" }],
    ["the other form, after the first did nothing", { removeByFilter: "ignored", removeByValue: "clears" }],
    ["the other form, after the first was refused", { removeByFilter: "refused", removeByValue: "clears" }],
  ])("take nobody with them where the server clears the group in %s", async (_, settings) => {
    simulator.configure(settings);
    const client = writer(simulator);
    const design = group("Design", 1, 2, 3, 4);
    const error = await failure(client.removeFromGroup(design, who(1, 2), people));
    expect(error).toBeInstanceOf(GroupMembersError);
    expect(error.message).toContain(`Could not take ${email(1)} and ${email(2)} out of the group Design`);
    expect(error.message).toContain(`This run put back: ${email(3)}, ${email(4)}`);
    expect(error).toMatchObject({ groupId: design.id, missing: [] });
    expect(inside(design)).toEqual([3, 4]);
    await expect(client.addToGroup(design, who(5), people)).rejects.toThrow(GroupsStoppedError);
  });

  test("leave by the one form that a server knows, where the setting names it after the other cleared a group", async () => {
    simulator.configure({ removeByFilter: "clears" });
    const design = group("Design", 1, 2, 3, 4);
    const error = await failure(writer(simulator).removeFromGroup(design, who(1), people));
    expect(error.message).toContain("`pulumi config set notion:groupRemoval value`");
    await writer(simulator, { groupRemoval: "value" }).removeFromGroup(design, who(2), people);
    expect(inside(design)).toEqual([3, 4]);
  });

  test("are never taken out in another form than the one that is set", async () => {
    simulator.configure({ removeByValue: "ignored", removeByFilter: "clears" });
    const design = group("Design", 1, 2, 3, 4);
    const client = writer(simulator, { groupRemoval: "value" });
    expect(await failure(client.removeFromGroup(design, who(1), people))).toBeInstanceOf(
      GroupNotChangedError,
    );
    expect(inside(design)).toEqual([1, 2, 3, 4]);
  });

  test("take nobody with them where a form works for one and clears the group for several", async () => {
    simulator.configure({ removeByFilter: "refused", removeByValue: "clears when several" });
    const design = group("Design", 1, 2, 3, 4, 5);
    const error = await failure(writer(simulator).removeFromGroup(design, who(1, 2, 3), people));
    expect(error).toMatchObject({ vanished: who(4, 5), missing: [] });
    expect(inside(design)).toEqual([4, 5]);
  });

  test("where those who vanished can't be put back, they are named as missing", async () => {
    simulator.configure({ removeByFilter: "clears", groupAdd: "ignored" });
    const design = group("Design", 1, 2, 3);
    const error = await failure(writer(simulator).removeFromGroup(design, who(1), people));
    expect(error).toMatchObject({ vanished: who(2, 3), missing: who(2, 3) });
    expect(error.message).toContain(`NOT back in the group: ${email(2)}, ${email(3)}`);
  });

  test("where both replace and clear, those who vanished are put back by one request with everybody", async () => {
    simulator.configure({ removeByFilter: "clears", groupAdd: "replaces" });
    const design = group("Design", 1, 2, 3, 4);
    await failure(writer(simulator).removeFromGroup(design, who(1), people));
    expect(inside(design)).toEqual([2, 3, 4]);
  });

  test("who are in it still are named, where the server does nothing in either form", async () => {
    simulator.configure({ removeByFilter: "ignored", removeByValue: "ignored" });
    const design = group("Design", 1, 2, 3);
    const error = await failure(writer(simulator).removeFromGroup(design, who(1, 2), people));
    expect(error).toBeInstanceOf(GroupNotChangedError);
    expect(error.message).toContain(`still in the group: ${email(1)}, ${email(2)}`);
  });

  test("all at once need no proof: nobody is left who could be lost", async () => {
    const design = group("Design", 1, 2, 3);
    await writer(simulator).removeFromGroup(design, who(1, 2, 3), people);
    expect(inside(design)).toEqual([]);
    expect(sent()).toEqual(["GET", "PATCH remove filter 3", "GET"]);
  });

  test("who left by themselves cost nothing more", async () => {
    const design = group("Design", 1, 2, 3);
    simulator.workspace.editGroup("Design", { members: who(2, 3) });
    await writer(simulator).removeFromGroup(design, who(1), people);
    expect(inside(design)).toEqual([2, 3]);
    expect(sent()).toEqual(["GET"]);
  });
});

test.each<[string, Parameters<typeof group>, (client: ScimWriter, known: GroupRecord) => Promise<unknown>]>([
  ["added", ["Design", 1, 2], (client, known) => client.addToGroup(known, who(3), people)],
  ["taken out", ["Design", 1, 2, 3], (client, known) => client.removeFromGroup(known, who(3), people)],
])("a change that another writer undoes at once is told, with who was %s", async (_, given, change) => {
  const design = group(...given);
  simulator.workspace.syncGroup("Design");
  simulator.configure({ otherWriter: "after each write" });
  const error = await failure(change(writer(simulator), design));
  expect(error).toBeInstanceOf(GroupNotChangedError);
  expect(error.message).toContain(`the group: ${email(3)}`);
  expect(error.message).toContain("An identity provider may own the group");
});

test("somebody whom another takes out meanwhile is named, and not put back", async () => {
  const client = writer(simulator);
  await client.addToGroup(group("Design", 1), who(2, 3, 4), people);
  const brand = group("Brand", 1, 2);
  simulator.workspace.editGroup("Brand", { members: who(1) });
  const error = await failure(client.addToGroup(brand, who(5), people));
  expect(error).toBeInstanceOf(GroupMembersError);
  expect(error).toMatchObject({ vanished: who(2), missing: who(2) });
  expect(inside(brand)).toEqual([1, 5]);
});

test("somebody whom this run removed from the workspace is missed by nobody", async () => {
  const client = writer(simulator);
  await client.addToGroup(group("Design", 1), who(2, 3, 4), people);
  const brand = group("Brand", 1, 2);
  simulator.workspace.remove(ids[1] ?? "");
  await client.addToGroup(brand, who(5), { ...people, isGone: (id) => id === ids[1] });
  expect(inside(brand)).toEqual([1, 5]);
});

describe("a group whose list of members may be cut", () => {
  const cut = (name: string, ...numbers: number[]) => ({ ...group(name, ...numbers), complete: false });

  test("is not written while nothing is proven: nobody could see what happens to the others", async () => {
    simulator.configure({ shownMembers: 2, memberCount: true });
    const client = writer(simulator);
    const design = cut("Design", 1, 2, 3, 4);
    for (const change of [
      client.removeFromGroup(design, who(1), people),
      client.addToGroup(design, who(5), people),
    ])
      expect(await failure(change)).toBeInstanceOf(IncompleteGroupError);
    expect(inside(design)).toEqual([1, 2, 3, 4]);
  });

  test("is written once the forms are proven on others", async () => {
    const client = writer(simulator);
    const proof = group("Design", 1, 2, 3, 4);
    await client.addToGroup(proof, who(5, 6, 7), people);
    await client.removeFromGroup(proof, who(1, 2, 3), people);
    simulator.configure({ shownMembers: 2, memberCount: true });
    const brand = cut("Brand", 1, 2, 3, 4);
    await client.addToGroup(brand, who(5), people);
    await client.removeFromGroup(brand, who(2), people);
    expect(inside(brand)).toEqual([1, 3, 4, 5]);
  });
});

describe("a new group", () => {
  test("is made by one POST and proven by one GET", async () => {
    const { group: made, isAdopted } = await writer(simulator).createGroup("Design", who(1, 2, 3), people);
    expect(isAdopted).toBe(false);
    expect(made).toMatchObject({ name: "Design", complete: true });
    expect(inside(made)).toEqual([1, 2, 3]);
    expect(sent()).toEqual(["POST", "GET"]);
  });

  test.each<FaultSpec>([
    { name: "drop_after", method: "POST" },
    { name: "bad_gateway", method: "POST", acted: true },
    { name: "truncated_json", method: "POST" },
    { name: "html_ok", method: "POST", acted: true },
  ])("whose answer is lost (%o) is found, not made twice", async (fault) => {
    simulator.faults.add(fault);
    const { group: made, isAdopted } = await writer(simulator).createGroup("Design", who(1), people);
    expect(isAdopted).toBe(false);
    expect(simulator.workspace.groups).toMatchObject([{ id: made.id, displayName: "Design" }]);
  });

  test.each<FaultSpec>([
    { name: "drop_before", method: "POST" },
    { name: "bad_gateway", method: "POST" },
    { name: "rate_limited", method: "POST", retryAfter: 0 },
  ])("is sent again where it was not made (%o)", async (fault) => {
    simulator.faults.add(fault);
    const { group: made } = await writer(simulator).createGroup("Design", who(1), people);
    expect(simulator.workspace.groups).toMatchObject([{ id: made.id, members: who(1) }]);
  });

  test("that is there already is adopted, and gets the members that it lacks", async () => {
    simulator.configure({ groupNames: "unique" });
    const there = group("Design", 1, 2);
    const made = await writer(simulator).createGroup("Design", who(3), people);
    expect(made).toMatchObject({ isAdopted: true, group: { id: there.id } });
    expect(inside(there)).toEqual([1, 2, 3]);
  });

  test("of which one person is refused has the others, and names that one", async () => {
    const error = await failure(writer(simulator).createGroup("Design", [...who(1, 2), "stranger"], people));
    expect(error).toBeInstanceOf(RefusedError);
    expect(error.message).toContain("not in the group: stranger");
    expect(simulator.workspace.groups).toMatchObject([{ displayName: "Design", members: who(1, 2) }]);
  });

  test("of a name that differs in case is another one", async () => {
    group("design", 1);
    simulator.faults.add({ name: "drop_after", method: "POST" });
    const { group: made } = await writer(simulator).createGroup("Design", [], people);
    expect(simulator.workspace.groups.map(({ displayName }) => displayName)).toEqual(["design", "Design"]);
    expect(simulator.workspace.groupById(made.id)?.displayName).toBe("Design");
  });

  test("of a name that two others have is an error with both ids", async () => {
    const two = [group("Design"), group("Design")];
    simulator.faults.add({ name: "conflict", method: "POST" });
    const error = await failure(writer(simulator).createGroup("Design", [], people));
    expect(error).toBeInstanceOf(ConflictError);
    for (const { id } of two) expect(error.message).toContain(id);
  });

  test("whose members the server leaves out gets them afterwards", async () => {
    simulator.faults.add({ name: "drop_after", method: "POST" });
    const client = writer(simulator);
    const made = client.createGroup("Design", who(1, 2), people);
    const { group: design } = await made;
    expect(inside(design)).toEqual([1, 2]);
  });
});

describe("a rename", () => {
  test("is a PATCH of the name alone, and keeps the members", async () => {
    const design = group("Design", 1, 2);
    const after = await writer(simulator).renameGroup(design, "Brand", people);
    expect(after).toMatchObject({ id: design.id, name: "Brand" });
    expect(simulator.workspace.groupById(design.id)).toMatchObject({
      displayName: "Brand",
      members: who(1, 2),
    });
    expect(sent()).toEqual(["GET", "PATCH replace displayName 1", "GET"]);
  });

  test("that takes the members is undone for them, and ends the run", async () => {
    simulator.configure({ groupRename: "clears" });
    const client = writer(simulator);
    const design = group("Design", 1, 2);
    const error = await failure(client.renameGroup(design, "Brand", people));
    expect(error).toMatchObject({ vanished: who(1, 2), missing: [] });
    expect(inside(design)).toEqual([1, 2]);
    await expect(client.deleteGroup(design)).rejects.toThrow(GroupsStoppedError);
  });

  test("that is accepted and ignored is said", async () => {
    simulator.configure({ groupRename: "ignored" });
    const error = await failure(writer(simulator).renameGroup(group("Design", 1), "Brand", people));
    expect(error).toBeInstanceOf(GroupNotChangedError);
    expect(error.message).toContain("Could not rename the group Design to Brand: ");
  });
});

describe("a deletion", () => {
  test("is one DELETE, proven by a 404", async () => {
    const design = group("Design", 1);
    expect(await writer(simulator).deleteGroup(design)).toBe("removed");
    expect(simulator.workspace.groups).toEqual([]);
  });

  test("that Notion refuses says why it may, and the group stays", async () => {
    simulator.configure({ groupDelete: "refused" });
    const design = group("Design", 1);
    const error = await failure(writer(simulator).deleteGroup(design));
    expect(error).toBeInstanceOf(RefusedError);
    expect(error.message).toContain("Could not delete the group Design: Notion answered 403");
    expect(error.message).toContain("The group stays as it is.");
    expect(inside(design)).toEqual([1]);
  });

  test("that is accepted while the group stays is an error", async () => {
    simulator.configure({ groupDelete: "ignored" });
    const error = await failure(writer(simulator).deleteGroup(group("Design", 1)));
    expect(error.message).toContain("the group is still there");
  });

  test("of a group that is gone already says so", async () => {
    const design = group("Design", 1);
    simulator.workspace.removeGroup(design.id);
    expect(await writer(simulator).deleteGroup(design)).toBe("gone already");
  });
});

test("a group that is gone is told as such, and nobody is added to another of its name", async () => {
  const design = group("Design", 1);
  const remade = simulator.workspace.remakeGroup("Design");
  const error = await failure(writer(simulator).addToGroup(design, who(2), people));
  expect(error).toBeInstanceOf(NotFoundError);
  expect(inside(remade)).toEqual([1]);
});

describe("an answer that is lost", () => {
  test.each<FaultSpec>([
    { name: "drop_after", method: "PATCH", times: "always" },
    { name: "bad_gateway", method: "PATCH", acted: true, times: "always" },
    { name: "html_ok", method: "PATCH", acted: true, times: "always" },
    { name: "no_content", method: "PATCH", times: "always" },
  ])("to every change (%o) does not matter: the group is read", async (fault) => {
    simulator.faults.add(fault);
    const client = writer(simulator);
    const design = group("Design", 1, 2, 3);
    await client.addToGroup(design, who(4, 5), people);
    await client.removeFromGroup(design, who(1, 2), people);
    expect(inside(design)).toEqual([3, 4, 5]);
  });

  test("to the read that proves a change is an error that names who was in the group", async () => {
    const design = group("Design", 1, 2, 3);
    simulator.faults.add({
      name: "bad_gateway",
      method: "GET",
      path: "/Groups/{id}",
      after: 1,
      times: "always",
    });
    const error = await failure(writer(simulator).removeFromGroup(design, who(1), people));
    expect(error).toMatchObject({ missing: who(2, 3) });
    expect(error.message).toContain(`${email(2)}, ${email(3)}`);
  });

  test("to a change that did not happen is that error", async () => {
    const client = writer(simulator);
    const design = group("Design", 1);
    simulator.faults.add({ name: "bad_gateway", method: "PATCH", times: "always" });
    const error = await failure(client.addToGroup(design, who(2), people));
    expect(error).toBeInstanceOf(UnavailableError);
    expect(inside(design)).toEqual([1]);
  });
});
