import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/index.mts";
import { type People, Stack, user, workspace } from "./stack";

let simulator: Simulator;
let stack: Stack;

beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 2 } });
  stack = new Stack(simulator);
  simulator.requests.clear();
});
afterEach(() => simulator.close());

const owners: People = {
  "member.001@example.com": { role: "owner" },
  "member.002@example.com": { role: "owner" },
};
const state: People = { "x@example.com": {}, "y@example.com": {} };

test.each([
  ["a new one", [...user("x", "x@example.com"), ...user("y", "y@example.com")], {}],
  ["one that was applied", [], state],
])(
  "in another workspace does not happen, though it would write nothing: by %s",
  async (_, others, people) => {
    const other = await startSimulator({ seed: { members: 1 } });
    onTestFinished(() => other.close());
    await stack.up(others.length > 0 ? others : [workspace("acme", people)]);
    const before = structuredClone([...stack.state]);
    const program = [...others, workspace("acme", { ...people, "member.001@example.com": {} })];
    const env = { NOTION_SCIM_TOKEN: other.token, NOTION_SCIM_BASE_URL: other.baseUrl };
    const { errors } = await stack.up(program, { env });
    expect(errors.join()).toContain("another workspace");
    expect([...stack.state]).toEqual(before);
  },
);

const writes = () => simulator.requests.entries.filter(({ method }) => method !== "GET");

test("those who are as declared costs no write", async () => {
  const { errors, lines } = await stack.up([workspace("acme", owners)]);
  expect(errors).toEqual([]);
  expect(writes()).toEqual([]);
  expect(lines).toEqual(["2 were members already: adopted, not added.", "Done: 2 adopted."]);
});

test("never lowers a role: it stays, is told, and the next preview shows the change, which the next up makes", async () => {
  const program = [
    workspace(
      "acme",
      { ...owners, "member.002@example.com": { role: "member" } },
      { limits: { minOwners: 1 } },
    ),
  ];
  const { lines } = await stack.up(program);
  expect(lines).toContain("member.002@example.com: is owner and stays it; the next preview shows the change");
  expect(simulator.workspace.member("member.002@example.com")).toMatchObject({ role: "owner" });
  expect((await stack.preview(program)).words[0]).toBe("~ member.002@example.com: owner → member");
  expect((await stack.up(program)).errors).toEqual([]);
  expect(simulator.workspace.member("member.002@example.com")).toMatchObject({ role: "member" });
});

test("says who was deactivated, and what was set", async () => {
  simulator.workspace.add({ userName: "di@example.com", role: "member", title: "Boss" });
  simulator.workspace.edit("di@example.com", { active: false });
  const { lines } = await stack.up([
    workspace("acme", { ...owners, "di@example.com": { role: "membership_admin", title: "Lead" } }),
  ]);
  expect(lines).toContain("di@example.com: activated; set to what is declared: title, role");
  expect(simulator.workspace.member("di@example.com")).toMatchObject({
    active: true,
    title: "Lead",
    role: "membership_admin",
  });
});

test("that failed is not in the state, and is tried again by the next run", async () => {
  simulator.workspace.add({ userName: "di@example.com", role: "member" });
  const program = [workspace("acme", { ...owners, "di@example.com": { role: "member", title: "Lead" } })];
  simulator.faults.add({ name: "forbidden", method: "PATCH", times: "always" });
  const { errors } = await stack.up(program);
  expect(errors.join()).toContain("di@example.com");
  expect(Object.keys(stack.workspace().ids)).toEqual(Object.keys(owners));
  expect(stack.workspace()).not.toHaveProperty("unmanaged");
  simulator.faults.clear();
  expect((await stack.up(program)).errors).toEqual([]);
  expect(simulator.workspace.member("di@example.com")).toMatchObject({ title: "Lead" });
});

test("is refused where notion:adopt is false, person by person; who is new is added", async () => {
  const { errors } = await stack.up([workspace("acme", { ...owners, "new@example.com": {} })], {
    config: { "notion:adopt": "false" },
  });
  expect(errors).toHaveLength(2);
  expect(errors.join()).toContain("member.001@example.com is a member already, and notion:adopt is false");
  expect(Object.keys(stack.workspace().ids)).toEqual(["new@example.com"]);
});

describe("a role that was not managed so far", () => {
  test.each([
    ["member", "owner", "owner"],
    ["member", "member", "member"],
  ] as const)("%s is made %s at once", async (held, declared, after) => {
    simulator.workspace.add({ userName: "di@example.com", role: held });
    await stack.up([workspace("acme", { ...owners, "di@example.com": {} })]);
    const { errors } = await stack.up([
      workspace("acme", { ...owners, "di@example.com": { role: declared } }),
    ]);
    expect(errors).toEqual([]);
    expect(simulator.workspace.member("di@example.com")).toMatchObject({ role: after });
    expect(stack.workspace().people["di@example.com"]).toEqual({ role: after });
  });

  test("and is more than declared stays, is told, and is shown by the next preview", async () => {
    simulator.workspace.add({ userName: "di@example.com", role: "owner" });
    await stack.up([workspace("acme", { ...owners, "di@example.com": {} })]);
    const program = [workspace("acme", { ...owners, "di@example.com": { role: "member" } })];
    const { errors, lines } = await stack.up(program);
    expect(errors).toEqual([]);
    expect(lines).toContain(
      "di@example.com is owner, more than the declared member, and stays owner. " +
        "The next preview shows the change, and the next `up` makes it.",
    );
    expect(simulator.workspace.member("di@example.com")).toMatchObject({ role: "owner" });
    expect((await stack.preview(program)).words[0]).toBe("~ di@example.com: owner → member");
    expect((await stack.up(program)).errors).toEqual([]);
    expect(simulator.workspace.member("di@example.com")).toMatchObject({ role: "member" });
  });
});

test("what an update would take from a role that changed since the preview is left alone", async () => {
  const program = (role: "member" | "membership_admin") => [
    workspace("acme", { ...owners, "di@example.com": { role } }),
  ];
  await stack.up(program("membership_admin"));
  simulator.workspace.edit("di@example.com", { role: "owner" });
  const { errors } = await stack.up(program("member"));
  expect(errors).toEqual([
    "di@example.com is owner now, no longer membership_admin. Nothing was changed. The next preview shows the change from there.",
  ]);
  expect((await stack.preview(program("member"))).words[0]).toBe("~ di@example.com: owner → member");
});
