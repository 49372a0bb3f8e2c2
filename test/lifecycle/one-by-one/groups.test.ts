import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Properties } from "../../../provider/state/properties";
import { type Simulator, startSimulator } from "../../simulator/index.mts";
import { group, membership, type Options, type Resource, Stack, user, workspace } from "../workspace/stack";

let simulator: Simulator;
let stack: Stack;

const [ada, bea, cy, max] = ["ada", "bea", "cy", "max"].map((name) => `${name}@example.com`) as [
  string,
  string,
  string,
  string,
];
const add = (email: string) => simulator.workspace.add({ userName: email, role: "member" }).id;
const idOf = (email: string) => simulator.workspace.member(email)?.id ?? "";
const live = (name: string) => simulator.workspace.group(name);
/** Who is in a group in Notion, by e-mail. */
const membersOf = (name: string) =>
  live(name)
    ?.members.map((id) => simulator.workspace.member(id)?.userName)
    .sort();
const writes = () =>
  simulator.requests.entries.flatMap(({ method, path }) => (method === "GET" ? [] : [`${method} ${path}`]));
const up = async (program: readonly Resource[], options?: Options) => {
  const told = await stack.up(program, options);
  expect(told.errors).toEqual([]);
  return told;
};
const outs = (urn: string) => stack.state.get(urn)?.outs as Properties;

/** A group with Ada in it, who is declared beside it. */
const program = (name = "Platform", more: Properties = {}) => [
  group("platform", name, more),
  ...user("ada", ada, undefined, { onRemove: "retain" }),
  membership("ada-platform", { user: "ada", group: "platform" }),
];

beforeEach(async () => {
  simulator = await startSimulator({ seed: "empty" });
  stack = new Stack(simulator);
  for (const email of [ada, bea, cy, max]) add(email);
});
afterEach(() => simulator.close());

describe("a NotionGroup", () => {
  test("is created, renamed in place with its members, and retained when it is taken out", async () => {
    await up(program());
    const { id } = live("Platform") ?? {};
    expect(outs("group platform")).toMatchObject({ displayName: "Platform", groupId: id, adopted: false });
    const { words } = await up(program("Infra"));
    expect(words).toEqual(["~ group Platform is renamed Infra"]);
    expect(live("Infra")).toMatchObject({ id, members: [idOf(ada)] });
    const { lines } = await up([]);
    expect(lines).toContain("- group Infra is no longer managed and stays");
    expect(live("Infra")).toMatchObject({ id, members: [] });
  });

  test("that is there already is adopted by its exact name, with everybody in it", async () => {
    const { id } = simulator.workspace.addGroup("Platform", [idOf(bea), idOf(cy)]);
    simulator.workspace.addGroup("platform", [idOf(max)]);
    const { lines } = await up(program());
    expect(lines).toContain("The group Platform exists in Notion already. It is adopted, with 2 members.");
    expect(outs("group platform")).toMatchObject({ groupId: id, adopted: true });
    expect(membersOf("Platform")).toEqual([ada, bea, cy]);
    expect(membersOf("platform")).toEqual([max]);
  });

  test.each([
    { where: "on the resource", more: { adopt: false }, options: {} },
    { where: "in the configuration", more: {}, options: { config: { "notion:adopt": "false" } } },
  ])("that is there already is refused with adopt: false $where", async ({ more, options }) => {
    simulator.workspace.addGroup("Platform", []);
    const { errors } = await stack.up([group("platform", "Platform", more)], options);
    expect(errors).toEqual([expect.stringContaining("Group Platform is there already, and adopt is false.")]);
    expect(writes()).toEqual([]);
  });

  test("of a name that two groups have is an error with both ids", async () => {
    const ids = [1, 2].map(() => simulator.workspace.addGroup("Platform", []).id);
    const { errors } = await stack.up([group("platform", "Platform")]);
    expect(errors).toHaveLength(1);
    for (const id of ids) expect(errors[0]).toContain(id);
    expect(writes()).toEqual([]);
    simulator.workspace.removeGroup(ids[1] ?? "");
    await up([group("platform", "Platform")]);
    simulator.workspace.addGroup("Infra", []);
    const renamed = await stack.up([group("platform", "Infra")]);
    expect(renamed.errors).toEqual([expect.stringContaining("2 groups are called Infra")]);
    expect(live("Platform")?.id).toBe(ids[0]);
  });

  test("whose creation got no answer is looked up by its name: none is made twice, and it is its own also with adopt: false", async () => {
    simulator.faults.add({ name: "drop_after", path: "/Groups", method: "POST", times: 1 });
    simulator.faults.add({ name: "server_error", path: "/Groups/{id}", method: "GET", times: "always" });
    await up([group("platform", "Platform", { adopt: false })]);
    expect(simulator.workspace.groups).toHaveLength(1);
    expect(outs("group platform")).toMatchObject({ groupId: live("Platform")?.id, adopted: false });
  });

  test("renamed in Notion is told and set back; a program that takes that name up writes nothing", async () => {
    await up([group("platform", "Platform")]);
    simulator.workspace.editGroup("Platform", { displayName: "Infra" });
    const { words } = await stack.preview([group("platform", "Platform")], { refresh: true });
    expect(words).toEqual(["~ group Infra is renamed Platform (renamed in Notion)"]);
    simulator.requests.clear();
    await up([group("platform", "Infra")], { refresh: true });
    expect(writes()).toEqual([]);
    expect(outs("group platform")).toEqual({
      displayName: "Infra",
      groupId: live("Infra")?.id,
      adopted: false,
    });
    simulator.workspace.editGroup("Infra", { displayName: "Cloud" });
    await up([group("platform", "Infra")], { refresh: true });
    expect(live("Infra")).toBeDefined();
  });

  test("deleted in Notion and made anew is another one: said, and adopted with those that are in it", async () => {
    await up(program());
    simulator.workspace.removeGroup(live("Platform")?.id ?? "");
    const anew = simulator.workspace.addGroup("Platform", [idOf(max)]);
    const { lines } = await up(program(), { refresh: true });
    expect(lines.join("\n")).toContain(`the group with the id ${anew.id} is another one`);
    expect(outs("group platform").groupId).toBe(anew.id);
    expect(membersOf("Platform")).toEqual([ada, max]);
    expect((await stack.preview(program(), { refresh: true })).words).toEqual([]);
  });

  test("is deleted by its own onRemove alone, with a line that names its members", async () => {
    simulator.workspace.addGroup("Platform", [idOf(max)]);
    await up(program("Platform", { onRemove: "delete" }));
    const { lines } = await up(user("ada", ada, undefined, { onRemove: "retain" }));
    expect(live("Platform")).toBeUndefined();
    expect(lines).toContain(`Group Platform is deleted. It had 1 member: ${idOf(max)}.`);
  });

  test("with more members than one run may take out is not deleted, and they are named", async () => {
    const many = Array.from({ length: 9 }, (_, index) => add(`p${index}@example.com`));
    const { id } = simulator.workspace.addGroup("Platform", many);
    const ending = [group("platform", "Platform", { onRemove: "delete" })];
    await up(ending);
    const { errors } = await stack.up([]);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(
      "The group Platform was not deleted: one run may take out 5 of its 9 members",
    );
    expect(errors[0]).toContain(many[8]);
    expect(live("Platform")?.id).toBe(id);
    expect(stack.state.size, "it stays in the state").toBe(1);
    await up([], { env: { NOTION_MAX_REMOVALS: "9" } });
    expect(live("Platform")).toBeUndefined();
  });

  test("that Notion does not delete stays in the state, with a clear error", async () => {
    await up([group("platform", "Platform", { onRemove: "delete" })]);
    simulator.configure({ groupDelete: "refused" });
    const { errors } = await stack.up([]);
    expect(errors).toEqual([
      expect.stringContaining("Notion refuses a deletion that leaves a page without full access."),
    ]);
    expect([...stack.state.keys()]).toEqual(["group platform"]);
    simulator.configure({ groupDelete: "works" });
    await up([]);
    expect(stack.state.size).toBe(0);
  });

  test("that is another resource of the program by now stays, whatever the old one says", async () => {
    await up([group("platform", "Platform", { onRemove: "delete" })]);
    const { lines } = await up([group("anew", "Platform", { onRemove: "delete" })]);
    expect(lines).toContain("Group Platform stays: another resource of this program declares it.");
    expect(live("Platform")).toBeDefined();
  });

  test("whose name a new one takes in the run in which it is renamed is not taken for the new one", async () => {
    await up([group("platform", "Platform")]);
    const { id } = live("Platform") ?? {};
    const both = [group("platform", "Infra"), group("anew", "Platform")];
    await stack.up(both, { oneByOne: true });
    await stack.up(both, { refresh: true });
    expect(live("Infra")?.id).toBe(id);
    expect(live("Platform")?.id).not.toBe(id);
  });
});

test("groups of which none is in the workspace are of another one: none counts as gone, and none is made there", async () => {
  const two = [group("platform", "Platform"), group("brand", "Brand")];
  await up(two);
  for (const { id } of simulator.workspace.groups) simulator.workspace.removeGroup(id);
  simulator.requests.clear();
  const { errors } = await stack.up(two, { refresh: true });
  expect(errors[0]).toContain("none of the 2 groups looked up is in this workspace");
  expect(writes()).toEqual([]);
  expect(stack.state.size).toBe(2);
  await up(two, { refresh: true, env: { NOTION_OTHER_WORKSPACE: "accept" } });
  expect(simulator.workspace.groups).toHaveLength(2);
});

describe("a NotionGroupMembership", () => {
  test("adds one person, and taking it out takes out that one alone", async () => {
    simulator.workspace.addGroup("Platform", [bea, cy].map(idOf));
    await up(program());
    expect(membersOf("Platform")).toEqual([ada, bea, cy]);
    expect(stack.state.get("membership ada-platform")?.id).toBe(`${live("Platform")?.id}/${idOf(ada)}`);
    await up(program().slice(0, 2));
    expect(membersOf("Platform")).toEqual([bea, cy]);
  });

  test("that was there already is adopted without a write; taken out, it ends all the same, unless it says retain", async () => {
    simulator.workspace.addGroup("Platform", [ada, bea].map(idOf));
    const both = (onRemove: string) => [
      group("platform", "Platform"),
      membership("ada", { group: "platform", userId: idOf(ada) }),
      membership("bea", { group: "platform", userId: idOf(bea), onRemove }),
    ];
    const { lines } = await up(both("remove"));
    expect(lines).toContain(`The member ${idOf(ada)} is in the group Platform already: adopted.`);
    expect(outs("membership ada").adopted).toBe(true);
    await up(both("retain"));
    expect(writes()).toEqual([]);
    const ended = await up([group("platform", "Platform")]);
    expect(membersOf("Platform")).toEqual([bea]);
    expect(ended.lines.join("\n")).toContain("stays in the group Platform and is no longer managed in it");
  });

  test("taken out in Notion is put back after a refresh, and nothing else is written", async () => {
    simulator.workspace.addGroup("Platform", [idOf(bea)]);
    await up(program());
    simulator.workspace.editGroup("Platform", { members: [bea, cy].map(idOf) });
    expect((await stack.refresh()).errors).toEqual([]);
    expect(stack.state.has("membership ada-platform")).toBe(false);
    await up(program());
    expect(membersOf("Platform")).toEqual([ada, bea, cy]);
  });

  test("of a group whose list may be cut is not called gone", async () => {
    const many = Array.from({ length: 12 }, (_, index) => add(`p${index}@example.com`));
    simulator.workspace.addGroup("Platform", many);
    await up(program());
    simulator.configure({ shownMembers: 10, memberCount: true });
    await stack.refresh();
    expect(stack.state.has("membership ada-platform")).toBe(true);
    const { errors } = await stack.up(program().slice(0, 2));
    expect(errors).toEqual([expect.stringContaining("may have more, so nobody can see whether")]);
    expect(stack.state.has("membership ada-platform")).toBe(true);
  });

  test("many of one group, side by side, take few requests; of two groups, none undoes another", async () => {
    const ids = Array.from({ length: 60 }, (_, index) => add(`p${index}@example.com`));
    simulator.workspace.addGroup("Platform", [idOf(max)]);
    const groups = [group("platform", "Platform"), group("brand", "Brand")];
    const all = ids.map((userId, index) =>
      membership(`p${index}`, { userId, group: index % 2 === 0 ? "platform" : "brand" }),
    );
    simulator.requests.clear();
    await up([...groups, ...all]);
    expect(membersOf("Platform")).toHaveLength(31);
    expect(membersOf("Brand")).toHaveLength(30);
    expect(writes().length, writes().join(", ")).toBeLessThanOrEqual(5);
    expect(simulator.requests.count()).toBeLessThanOrEqual(14);
    simulator.requests.clear();
    expect((await stack.preview([...groups, ...all], { refresh: true })).words).toEqual([]);
    expect(simulator.requests.count()).toBeLessThanOrEqual(2);
    // One goes from each group, and everybody else stays.
    await up([...groups, ...all.slice(2)]);
    expect([membersOf("Platform")?.length, membersOf("Brand")?.length]).toEqual([30, 29]);
  });

  test("of more people than one run may take out of a group is kept, and the error names them", async () => {
    const ids = Array.from({ length: 8 }, (_, index) => add(`p${index}@example.com`));
    const all = ids.map((userId, index) => membership(`p${index}`, { userId, group: "platform" }));
    await up([group("platform", "Platform"), ...all]);
    const { errors } = await stack.up([group("platform", "Platform")]);
    expect(errors.length).toBeGreaterThan(0);
    expect(errors[0]).toContain("If this is meant, run it again with NOTION_MAX_REMOVALS set to 8.");
    expect(membersOf("Platform")?.length).toBeGreaterThanOrEqual(3);
    await up([group("platform", "Platform")], { env: { NOTION_MAX_REMOVALS: "8" } });
    expect(membersOf("Platform")).toEqual([]);
  });

  test.each([
    { quirk: "an add that replaces", settings: { groupAdd: "replaces" } as const },
    {
      quirk: "a removal that empties",
      settings: { removeByFilter: "clears", removeByValue: "clears" } as const,
    },
  ])("does no harm with $quirk: who was reached is back, and is named", async ({ settings }) => {
    simulator.workspace.addGroup("Platform", [bea, cy].map(idOf));
    if (!("groupAdd" in settings)) await up(program());
    simulator.configure(settings);
    const { errors } = await stack.up("groupAdd" in settings ? program() : program().slice(0, 2));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(`This run put back: ${bea}, ${cy}`);
    expect(membersOf("Platform")).toEqual(expect.arrayContaining([bea, cy]));
    simulator.configure({ groupAdd: "adds", removeByFilter: "works", removeByValue: "works" });
    await up("groupAdd" in settings ? program() : program().slice(0, 2));
    expect(membersOf("Platform")).toEqual("groupAdd" in settings ? [ada, bea, cy] : [bea, cy]);
  });

  test("of another person is another one: the new one joins, and the old one leaves", async () => {
    const one = (userId: string) => [
      group("platform", "Platform"),
      membership("on-call", { group: "platform", userId }),
    ];
    await up(one(idOf(ada)));
    await up(one(idOf(bea)));
    expect(membersOf("Platform")).toEqual([bea]);
  });

  test("of a group that is not there, or of nobody in the workspace, says which id is wrong", async () => {
    const { id } = simulator.workspace.addGroup("Platform", [idOf(ada)]);
    const refused = async (ids: Properties) => (await stack.up([membership("x", ids)])).errors.join("\n");
    expect(await refused({ groupId: "no-group", userId: idOf(ada) })).toContain(
      "There is no group with the id no-group",
    );
    expect(await refused({ groupId: id, userId: "nobody" })).toContain("nobody");
    expect(membersOf("Platform")).toEqual([ada]);
  });
});

describe("beside a NotionWorkspace", () => {
  const people = { [ada]: { role: "owner" as const }, [bea]: { role: "owner" as const } };
  const acme = (members: "add" | "exact", include: string[] = [ada]) =>
    workspace("acme", people, { groups: { Platform: { members, include } } });

  test("a group that the workspace declares exact has no membership beside it: refused before anything is written", async () => {
    await up([acme("exact")]);
    const joined = membership("cy", { groupId: live("Platform")?.id ?? "", userId: idOf(cy) });
    simulator.requests.clear();
    for (const both of [
      [acme("exact"), joined],
      [joined, acme("exact")],
    ]) {
      const { errors } = await stack.up(both);
      expect(errors.join("\n")).toContain(
        'with members: "exact", and a NotionGroupMembership puts somebody into it',
      );
    }
    expect(writes()).toEqual([]);
    expect(membersOf("Platform")).toEqual([ada]);
  });

  test("an exact group that the workspace adopts in this run is not applied, and the membership not either", async () => {
    const { id } = simulator.workspace.addGroup("Platform", [idOf(max)]);
    const joined = membership("cy", { groupId: id, userId: idOf(cy) });
    for (const both of [
      [acme("exact"), joined],
      [joined, acme("exact")],
    ]) {
      const { errors } = await stack.up(both, { preview: false });
      expect(errors.join("\n")).toContain("each would undo the other's work");
    }
    expect(membersOf("Platform")).toEqual(expect.arrayContaining([max]));
  });

  test("a group of the workspace is no NotionGroup as well", async () => {
    for (const both of [
      [acme("add"), group("platform", "Platform")],
      [group("platform", "Platform"), acme("add")],
    ]) {
      const { errors } = await stack.up(both, { preview: false });
      expect(errors.join("\n")).toContain("The group Platform is declared twice");
    }
  });

  test("a group that the workspace adds to keeps the people of memberships, and each ends by its own resource alone", async () => {
    await up([acme("add", [ada, bea])]);
    const groupId = live("Platform")?.id ?? "";
    const joined = [
      membership("bea", { groupId, userId: idOf(bea) }),
      membership("cy", { groupId, userId: idOf(cy) }),
    ];
    await up([...joined, acme("add", [ada, bea])]);
    // Bea is in it by both: the workspace takes nobody out whom a membership declares.
    const { words } = await up([...joined, acme("add", [ada])]);
    expect(words.join("\n")).not.toContain("leaves");
    expect(membersOf("Platform")).toEqual([ada, bea, cy]);
    // And a membership nobody whom the workspace declares.
    await up([...joined, acme("add", [ada, bea])]);
    const { lines } = await up([acme("add", [ada, bea])]);
    expect(lines.join("\n")).toContain(
      "stays in the group Platform: another resource of this program declares it.",
    );
    expect(membersOf("Platform")).toEqual([ada, bea]);
  });

  test("a group moves from the workspace to a NotionGroup and back without being deleted", async () => {
    const deleting = workspace("acme", people, {
      groups: { Platform: { members: "add", include: [ada], onRemove: "delete" } },
    });
    const alone = workspace("acme", people);
    await up([deleting]);
    await stack.refresh();
    const { id } = live("Platform") ?? {};
    await up([group("platform", "Platform", { onRemove: "delete" }), alone]);
    expect(live("Platform")?.id).toBe(id);
    await up([deleting]);
    expect(live("Platform")?.id).toBe(id);
  });
});
