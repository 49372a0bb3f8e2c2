import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/index.mts";
import { type People, type Resource, Stack, user, workspace } from "./stack";

let simulator: Simulator;
let stack: Stack;

beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 2 } });
  stack = new Stack(simulator);
});
afterEach(() => simulator.close());

const staff: People = { "ada@example.com": { role: "owner" }, "bea@example.com": { role: "owner" } };
const cy = { role: "membership_admin", title: "Analyst" } as const;
const partners: People = { "pat@example.com": { role: "restricted_member" } };
const writes = () => simulator.requests.entries.filter(({ method }) => method !== "GET");
const idOf = (email: string) => simulator.workspace.member(email)?.id;

async function run(
  program: readonly Resource[],
  options: Parameters<Stack["up"]>[1] = {},
): Promise<string[]> {
  simulator.requests.clear();
  const { errors, words, lines } = await stack.up(program, options);
  expect(errors).toEqual([]);
  return [...words, ...lines];
}

const WAYS: [string, Parameters<Stack["up"]>[1]][] = [
  ["up", {}],
  ["up --refresh", { refresh: true }],
  ["up, one resource at a time", { oneByOne: true }],
];

describe.each(WAYS)("%s", (_, options) => {
  test("a workspace that is renamed takes nobody away and adds nobody", async () => {
    await run([workspace("acme", { ...staff, "cy@example.com": cy })]);
    const members = simulator.workspace.members;
    await run([workspace("acme-corp", { ...staff, "cy@example.com": cy })], options);
    expect(simulator.workspace.members).toEqual(members);
    expect(writes()).toEqual([]);
    expect([...stack.state.keys()]).toEqual(["workspace acme-corp"]);
  });

  test.each([
    ["in the order in which they were declared", false],
    ["in the other order", true],
  ])("who moves from one workspace to another of the same program stays, %s", async (_, reversed) => {
    const program = (inStaff: boolean) => {
      const both = [
        workspace("staff", inStaff ? { ...staff, "cy@example.com": cy } : staff),
        workspace("partners", inStaff ? partners : { ...partners, "cy@example.com": cy }),
      ];
      return reversed ? both.reverse() : both;
    };
    await run(program(true));
    const members = simulator.workspace.members;
    const told = await run(program(false), options);
    expect(told).toContain("- cy@example.com stays: another resource of this program declares them");
    expect(simulator.workspace.members).toEqual(members);
    expect(writes()).toEqual([]);
    expect(Object.keys(stack.workspace("staff").ids)).not.toContain("cy@example.com");
    expect(stack.workspace("partners").ids["cy@example.com"]).toBe(idOf("cy@example.com"));
    await run(program(true), options);
    expect(simulator.workspace.members).toEqual(members);
    expect(writes()).toEqual([]);
  });

  test.each([
    ["before", false],
    ["after", true],
  ])(
    "who moves from a NotionUser with a role to a workspace declared %s it, and back, keeps both",
    async (_, reversed) => {
      const program = (byHand: boolean) => {
        const parts = [
          user("cy", "cy@example.com", cy.role, { title: cy.title }),
          [workspace("acme", byHand ? staff : { ...staff, "cy@example.com": cy })],
        ];
        if (!byHand) parts.shift();
        return (reversed ? parts.reverse() : parts).flat();
      };
      await run(program(true));
      const members = simulator.workspace.members;
      expect(simulator.workspace.member("cy@example.com")).toMatchObject(cy);
      for (const byHand of [false, true, false]) {
        await run(program(byHand), options);
        expect(simulator.workspace.members, `by hand: ${byHand}`).toEqual(members);
        expect(writes()).toEqual([]);
      }
      expect([...stack.state.keys()]).toEqual(["workspace acme"]);
      // Nobody holds on to them any more.
      await run([workspace("acme", staff)], options);
      expect(simulator.workspace.member("cy@example.com")).toBeUndefined();
    },
  );

  test("whose role a workspace does not declare loses what the assignment gave, as its onRemove says", async () => {
    await run([...user("cy", "cy@example.com", "membership_admin"), workspace("acme", staff)]);
    await run([workspace("acme", { ...staff, "cy@example.com": {} })], options);
    expect(simulator.workspace.member("cy@example.com")).toMatchObject({ role: "restricted_member" });
  });

  test("somebody who is taken out of the program leaves", async () => {
    await run([workspace("acme", { ...staff, "cy@example.com": cy })]);
    await run([workspace("acme", staff)], options);
    expect(simulator.workspace.member("cy@example.com")).toBeUndefined();
  });
});

test("whom a NotionUser and a workspace declare at once is not managed by the workspace", async () => {
  await run([...user("cy", "cy@example.com"), workspace("acme", staff)]);
  simulator.requests.clear();
  const both = [...user("cy", "cy@example.com"), workspace("acme", { ...staff, "cy@example.com": cy })];
  const { errors } = await stack.up(both, { oneByOne: true });
  expect(errors.join()).toContain("that this program declares by another resource already");
  expect(writes()).toEqual([]);
});

test.each(WAYS)(
  "whoever moves from a NotionUser to a row with their id and a new e-mail stays: %s",
  async (_, options) => {
    await run([...user("cy", "cy@example.com"), workspace("acme", staff)]);
    const id = idOf("cy@example.com") ?? "";
    const rows: People = { ...staff, "cy.new@example.com": { id } };
    const told = await run([workspace("acme", rows)], options);
    expect(told).toContain("cy@example.com stays: another resource of this program declares them.");
    await run([workspace("acme", rows)], options);
    expect(simulator.workspace.member(id)?.userName).toBe("cy.new@example.com");
    expect(simulator.workspace.members).toHaveLength(2 + 3);
  },
);

test("a NotionUser with the id of somebody whom a row declares is refused, however often, and they keep e-mail and role", async () => {
  await run([workspace("acme", staff)]);
  const userId = idOf("ada@example.com") ?? "";
  const program = [
    workspace("acme", staff),
    ...user("bob", "bob@example.com", "restricted_member", { userId }),
  ];
  for (const refresh of [false, true]) {
    const { errors } = await stack.up(program, { refresh });
    expect(errors.join()).toContain(
      `Two resources of this program have the account ${userId}: the row of ada@example.com in a NotionWorkspace, and another resource as bob@example.com`,
    );
  }
  expect(simulator.workspace.member(userId)).toMatchObject({ userName: "ada@example.com", role: "owner" });
});

describe("up --target", () => {
  test("of one workspace leaves the other as it is; the next run follows", async () => {
    await run([workspace("staff", { ...staff, "cy@example.com": cy }), workspace("partners", partners)]);
    const members = simulator.workspace.members;
    const after = [workspace("staff", staff), workspace("partners", { ...partners, "cy@example.com": cy })];
    await run(after, { target: ["partners"] });
    expect(simulator.workspace.members).toEqual(members);
    await run(after);
    expect(simulator.workspace.members).toEqual(members);
    await run([workspace("staff", staff), workspace("partners", partners)]);
    expect(simulator.workspace.member("cy@example.com")).toBeUndefined();
  });

  test("of the workspace that somebody leaves keeps them for the one that is to have them", async () => {
    await run([workspace("staff", { ...staff, "cy@example.com": cy }), workspace("partners", partners)]);
    const after = [workspace("staff", staff), workspace("partners", { ...partners, "cy@example.com": cy })];
    await run(after, { target: ["staff"] });
    expect(simulator.workspace.member("cy@example.com")).toMatchObject(cy);
  });
});

describe("what taking somebody out does", () => {
  const three: People = {
    "x@example.com": { role: "member", onRemove: "restrict" },
    "y@example.com": { role: "member", onRemove: "retain" },
    "z@example.com": { role: "member" },
  };
  const fate = () =>
    ["x", "y", "z"].map((name) => simulator.workspace.member(`${name}@example.com`)?.role ?? "left");

  test("is as the person says, or else the workspace", async () => {
    await run([workspace("acme", { ...staff, ...three })]);
    const told = await run([workspace("acme", staff)]);
    expect(fate()).toEqual(["restricted_member", "member", "left"]);
    expect(told).toEqual(
      expect.arrayContaining([
        "- x@example.com becomes restricted_member (was member)",
        "- y@example.com is no longer managed and stays member",
        "- z@example.com leaves (was member)",
      ]),
    );
  });

  test("holds for the end of the workspace, too", async () => {
    await run([workspace("acme", { ...staff, ...three }, { onRemove: "retain" })]);
    expect((await stack.destroy()).errors).toEqual([]);
    expect(fate()).toEqual(["restricted_member", "member", "member"]);
    expect(simulator.workspace.members).toHaveLength(2 + 5);
  });

  test("is what the program says now, also where it says so in the run that takes them out", async () => {
    await run([workspace("acme", { ...staff, ...three })]);
    await run([workspace("acme", staff, { onRemove: "restrict" })]);
    expect(fate()).toEqual(["restricted_member", "member", "restricted_member"]);
  });
});
