import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DeclaredGroup } from "../../../provider/state/group";
import { LONG_RUN } from "../../long-run";
import { type Simulator, startSimulator } from "../../simulator/index.mts";
import { type People, Stack, workspace } from "./stack";

let simulator: Simulator;
let stack: Stack;

const ada = "ada@example.com";
const bea = "bea@example.com";
const cy = "cy@example.com";
const people: People = {
  [ada]: { role: "owner", groups: ["Engineering"] },
  [bea]: { role: "owner", department: "Sales" },
  [cy]: { role: "member", department: "Sales" },
};
const groups: Record<string, DeclaredGroup> = {
  Engineering: { members: "add" },
  Sales: { members: "exact", where: { department: ["Sales"] } },
};
const acme = (
  changes: Partial<Record<keyof typeof people, People[string]>> = {},
  declared: Record<string, DeclaredGroup> = groups,
) => [workspace("acme", { ...people, ...changes } as People, { groups: declared })];

const requests = () => simulator.requests.entries;
const writes = () => requests().filter(({ method }) => method !== "GET");
const idOf = (email: string) => simulator.workspace.member(email)?.id ?? "";
const group = (name: string) => simulator.workspace.groups.find(({ displayName }) => displayName === name);
/** Who is in a group in Notion, by e-mail. */
const membersOf = (name: string) =>
  group(name)
    ?.members.map((id) => simulator.workspace.member(id)?.userName)
    .sort();
const add = (email: string, role = "member") => simulator.workspace.add({ userName: email, role });

beforeEach(async () => {
  simulator = await startSimulator({ seed: "empty" });
  stack = new Stack(simulator);
});
afterEach(() => simulator.close());

describe("a first run", () => {
  test("says what it does, creates groups that are not there, and adopts those that are", async () => {
    for (const email of [ada, bea]) add(email, "owner");
    const mallory = add("mallory@example.com").id;
    simulator.workspace.addGroup("Engineering", [mallory]);
    const { words } = await stack.preview(acme());
    expect(words.slice(1)).toEqual([
      `+ ${ada} joins as owner`,
      `+ ${bea} joins as owner`,
      `+ ${cy} joins as member`,
      "+ group Engineering is created or adopted, with 1 member",
      "+ group Sales is created or adopted, with 2 members",
      "3 people declared (0 before): 3 join or are adopted. 2 groups declared: 2 are created or adopted, 3 memberships begin.",
    ]);
    expect(requests()).toEqual([]);
    const { errors, lines } = await stack.up(acme());
    expect(errors).toEqual([]);
    expect(lines.at(-1)).toBe(
      "Done: 1 added, 2 adopted, 1 group adopted, 1 group created, 3 memberships added.",
    );
    expect(membersOf("Engineering")).toEqual([ada, "mallory@example.com"]);
    expect(membersOf("Sales")).toEqual([bea, cy]);
    expect((await stack.preview(acme(), { refresh: true })).words).toEqual([
      "3 people declared: nothing to change. 1 other is in the workspace and not declared. 2 groups declared: nothing to change.",
    ]);
  });

  test("two groups of one name are an error with both ids, and the other groups go on", async () => {
    const ids = [1, 2].map(() => simulator.workspace.addGroup("Engineering", []).id);
    const { errors } = await stack.up(acme());
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(ids[0]);
    expect(errors[0]).toContain(ids[1]);
    expect(membersOf("Sales")).toEqual([bea, cy]);
    expect(Object.keys(stack.workspace().groups ?? {})).toEqual(["Sales"]);
  });
});

describe("an exact group", () => {
  test("is shown whole before anybody leaves it, and then has just those who are declared", async () => {
    const [mallory, max] = ["mallory@example.com", "max@example.com"].map((email) => add(email).id);
    simulator.workspace.addGroup("Sales", [mallory ?? "", max ?? ""]);
    const first = await stack.up(acme());
    expect(first.errors).toEqual([]);
    expect(first.lines).toContain(
      "? group Sales is exact and has 4 members. The program does not declare 2 of them in it, and the next run takes those out unless it declares them: mallory@example.com, max@example.com",
    );
    expect(membersOf("Sales")).toHaveLength(4);
    const { words } = await stack.preview(acme());
    expect(words).toContain("- mallory@example.com leaves Sales (not declared)");
    expect((await stack.up(acme())).errors).toEqual([]);
    expect(membersOf("Sales")).toEqual([bea, cy]);
  });

  test("that a refresh sees first loses nobody in that run", async () => {
    await stack.up(acme({}, { ...groups, Sales: { members: "add", where: { department: ["Sales"] } } }));
    simulator.workspace.editGroup("Sales", {
      members: [...(group("Sales")?.members ?? []), add("max@example.com").id],
    });
    const { words, lines } = await stack.up(acme(), { refresh: true });
    expect(words).toContain(
      "~ group Sales becomes exact: its members are shown first, and nobody else leaves it in this run",
    );
    expect(lines.join("\n")).toContain("max@example.com");
    expect(membersOf("Sales")).toContain("max@example.com");
    await stack.up(acme(), { refresh: true });
    expect(membersOf("Sales")).toEqual([bea, cy]);
  });

  test("that would be left empty is refused with the names, unless everybody is meant", async () => {
    await stack.up(acme());
    simulator.requests.clear();
    const moved = {
      [bea]: { role: "owner", department: "Ops" },
      [cy]: { role: "member", department: "Ops" },
    } as const;
    const refused = await stack.up(acme(moved));
    expect(refused.errors[0]).toContain(
      `Nobody would be left in group Sales, which is exact: ${bea}, ${cy} would leave it.`,
    );
    expect(requests()).toEqual([]);
    const meant = { ...groups, Sales: { ...groups.Sales, maxRemovals: "100%" } as DeclaredGroup };
    expect((await stack.up(acme(moved, meant))).errors).toEqual([]);
    expect(membersOf("Sales")).toEqual([]);
  });
});

describe("changes of the program", () => {
  beforeEach(async () => {
    expect((await stack.up(acme())).errors).toEqual([]);
    simulator.requests.clear();
  });

  test("a row that is another one moves its person by the rule, and says why", async () => {
    const changed = acme({ [cy]: { role: "member", department: "Ops", groups: ["Engineering"] } });
    const { words } = await stack.preview(changed);
    expect(words).toEqual([
      `~ ${cy}: department "Sales" → "Ops"`,
      `- ${cy} leaves Sales (Sales rule: department is "Ops" now)`,
      `+ ${cy} joins Engineering`,
      "3 people declared: 1 profile changes. 2 groups declared: 1 membership begins, 1 membership ends.",
    ]);
    expect(requests()).toEqual([]);
    const { errors, lines } = await stack.up(changed);
    expect(errors).toEqual([]);
    expect(lines.at(-1)).toBe("Done: 1 profile changed, 1 membership added, 1 membership ended.");
    expect(membersOf("Sales")).toEqual([bea]);
    expect(membersOf("Engineering")).toEqual([ada, cy]);
    expect((await stack.preview(changed)).words).toHaveLength(1);
  });

  test("somebody who joins the workspace is in their groups by the same run", async () => {
    const zoe = "zoe@example.com";
    const joined = [
      workspace("acme", { ...people, [zoe]: { role: "member", groups: ["Engineering"] } }, { groups }),
    ];
    expect((await stack.up(joined)).errors).toEqual([]);
    expect(membersOf("Engineering")).toEqual([ada, zoe]);
  });

  test("somebody who leaves the workspace takes the memberships along, without a request to a group", async () => {
    const { [cy]: _, ...rest } = people;
    const { words } = await stack.up([workspace("acme", rest, { groups })]);
    expect(words).toEqual([
      `- ${cy} leaves (was member)`,
      "2 people declared (3 before): 1 leaves. 2 groups declared: nothing to change.",
    ]);
    expect(membersOf("Sales")).toEqual([bea]);
    expect(requests().filter(({ path }) => path.includes("/Groups"))).toEqual([]);
    expect(stack.workspace().groups?.Sales?.memberIds).toEqual([idOf(bea)]);
  });

  test("a group is renamed in place, one is no longer managed, and one is deleted when that is declared", async () => {
    const id = group("Engineering")?.id;
    const renamed = acme(
      { [ada]: { role: "owner", groups: ["Product"] } },
      {
        Product: { members: "add", formerName: "Engineering" },
        Sales: { ...groups.Sales, onRemove: "delete" } as DeclaredGroup,
      },
    );
    expect((await stack.up(renamed)).errors).toEqual([]);
    expect(group("Product")?.id).toBe(id);
    const { words, lines } = await stack.up([workspace("acme", { ...people, [ada]: { role: "owner" } })]);
    expect(words).toEqual([
      "- group Sales is deleted (2 members)",
      "- group Product is no longer managed and stays",
      "3 people declared: nothing to change. 0 groups declared: 1 is deleted, 1 is no longer managed.",
    ]);
    expect(lines).toContain("- group Product is no longer managed and stays");
    expect(group("Sales")).toBeUndefined();
    expect(membersOf("Product")).toEqual([ada]);
    expect(stack.workspace()).not.toHaveProperty("groups");
  });

  test("a destroy retains groups by default", async () => {
    expect((await stack.destroy({ config: { "notion:tokenOwner": "unknown" } })).errors).toHaveLength(1);
    expect(Object.keys(simulator.workspace.groups)).toHaveLength(2);
  });

  test("a group with somebody whom no preview has shown is not deleted", async () => {
    const ending = { ...groups, Sales: { ...groups.Sales, onRemove: "delete" } as DeclaredGroup };
    await stack.up(acme({}, ending));
    simulator.workspace.editGroup("Sales", {
      members: [...(group("Sales")?.members ?? []), add("max@example.com").id],
    });
    const { Sales: _, ...rest } = groups;
    const { errors } = await stack.up(acme({}, rest));
    expect(errors).toEqual([
      "Group Sales was not deleted: it has members that no preview has shown: max@example.com. The next preview shows them.",
    ]);
    expect((await stack.preview(acme({}, rest))).words).toContain("- group Sales is deleted (3 members)");
    expect((await stack.up(acme({}, rest))).errors).toEqual([]);
    expect(group("Sales")).toBeUndefined();
  });
});

describe("drift", () => {
  beforeEach(async () => {
    expect((await stack.up(acme())).errors).toEqual([]);
    simulator.requests.clear();
  });

  test("is told and repaired: taken out, added, renamed", async () => {
    const max = add("max@example.com").id;
    simulator.workspace.editGroup("Engineering", { members: [] });
    simulator.workspace.editGroup("Sales", { displayName: "Sellers", members: [idOf(bea), idOf(cy), max] });
    const { words } = await stack.preview(acme(), { refresh: true });
    expect(words).toEqual([
      "- max@example.com leaves Sales (added in Notion)",
      "~ group Sellers is renamed Sales (renamed in Notion)",
      `+ ${ada} joins Engineering (taken out in Notion)`,
      "3 people declared: nothing to change. 1 other is in the workspace and not declared. 2 groups declared: 1 is renamed, 1 membership begins, 1 membership ends.",
    ]);
    expect((await stack.up(acme(), { refresh: true })).errors).toEqual([]);
    expect(membersOf("Sales")).toEqual([bea, cy]);
    expect(membersOf("Engineering")).toEqual([ada]);
  });

  test("a group that was deleted is created again, and one that was made anew is another one", async () => {
    simulator.workspace.removeGroup(group("Engineering")?.id ?? "");
    const before = group("Sales")?.id;
    simulator.workspace.removeGroup(before ?? "");
    const anew = simulator.workspace.addGroup("Sales", [add("max@example.com").id]).id;
    const { words } = await stack.preview(acme(), { refresh: true });
    expect(words.slice(0, 2)).toEqual([
      "+ group Engineering is created again with 1 member (was deleted in Notion)",
      `+ group Sales was deleted in Notion and made anew: the other group (id ${anew}) is adopted with 2 members, and nobody leaves it before its members are shown`,
    ]);
    const { errors, lines } = await stack.up(acme(), { refresh: true });
    expect(errors).toEqual([]);
    expect(lines.join("\n")).toContain("max@example.com");
    expect(membersOf("Sales")).toEqual([bea, cy, "max@example.com"]);
    expect(stack.workspace().groups?.Sales?.id).toBe(anew);
  });

  test("a list of members that may be cut puts nobody out", async () => {
    simulator.configure({ shownMembers: 2, memberCount: true });
    simulator.workspace.editGroup("Sales", { members: [add("max@example.com").id, idOf(bea), idOf(cy)] });
    const { words, errors } = await stack.up(acme(), { refresh: true });
    expect(errors).toEqual([]);
    expect(words).toEqual([
      "! group Sales: Notion's list of its members may be cut, so nobody leaves it in this run (max@example.com would).",
      expect.stringContaining("2 groups declared: nothing to change."),
    ]);
    expect(writes()).toEqual([]);
    simulator.configure({ shownMembers: null });
    expect((await stack.up(acme(), { refresh: true })).errors).toEqual([]);
    expect(membersOf("Sales")).toEqual([bea, cy]);
  });

  test("what is undone twice is written by something else: an exact group loses nobody then, until force or add", async () => {
    const undo = () => simulator.workspace.editGroup("Sales", { members: [idOf(bea)] });
    undo();
    expect((await stack.up(acme(), { refresh: true })).errors).toEqual([]);
    expect(membersOf("Sales")).toEqual([bea, cy]);
    undo();
    const { errors, words } = await stack.preview(acme(), { refresh: true });
    expect(errors).toEqual([]);
    const line = `group Sales: something else writes it, such as an identity provider: what was set for ${cy} was undone in Notion twice.`;
    expect(words.find((each) => each.startsWith(`! ${line}`))).toBeDefined();
    const refused = await stack.up(acme(), { refresh: true });
    expect(refused.errors[0]).toContain(line);
    expect(membersOf("Sales")).toEqual([bea]);
    const forced = { ...groups, Sales: { ...groups.Sales, force: true } as DeclaredGroup };
    expect((await stack.up(acme({}, forced), { refresh: true })).errors).toEqual([]);
    expect(membersOf("Sales")).toEqual([bea, cy]);
  });

  test("with ignoreChanges nobody leaves a group by what a refresh found", async () => {
    await stack.refresh();
    const { errors, words } = await stack.up(acme(), { ignoreChanges: ["people"], refresh: true });
    expect(errors).toEqual([]);
    expect(words).toEqual([expect.stringContaining("2 groups declared: nothing to change.")]);
    await stack.up(acme(), { ignoreChanges: ["groups"], refresh: true });
    expect(membersOf("Sales")).toEqual([bea, cy]);
    expect(membersOf("Engineering")).toEqual([ada]);
  });
});

describe("a workspace of 1,000 people and 40 groups", () => {
  const many = Object.fromEntries(
    Array.from({ length: 1000 }, (_, index) => [
      `p${String(index).padStart(4, "0")}@example.com`,
      { role: index < 2 ? "owner" : "member", department: `D${index % 20}`, groups: [`G${index % 20}`] },
    ]),
  ) as People;
  const declared: Record<string, DeclaredGroup> = Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => [
      [`D${index}`, { members: "exact", where: { department: [`D${index}`] } }],
      [`G${index}`, { members: "add" }],
    ]).flat() as [string, DeclaredGroup][],
  );
  const program = (changes: People = {}, more: Record<string, DeclaredGroup> = {}) => [
    workspace("acme", { ...many, ...changes }, { groups: { ...declared, ...more } }),
  ];

  test("is adopted in 11 requests without a write; three rows, a rule that moves ten, and drift cost what they change", async () => {
    for (const [email, { role = "member", department = "" }] of Object.entries(many))
      simulator.workspace.add({ userName: email, role, department });
    for (const name of Object.keys(declared)) {
      const isIn = (person: People[string]) => person.department === name || person.groups?.includes(name);
      const ids = Object.entries(many).flatMap(([email, person]) => (isIn(person) ? [idOf(email)] : []));
      simulator.workspace.addGroup(name, ids);
    }
    const { errors } = await stack.up(program());
    expect(errors).toEqual([]);
    expect(writes()).toEqual([]);
    expect(requests().length).toBeLessThanOrEqual(11);

    simulator.requests.clear();
    const { words } = await stack.preview(program(), { refresh: true });
    expect(words).toEqual([
      "1,000 people declared: nothing to change. 0 others are in the workspace and not declared. 40 groups declared: nothing to change.",
    ]);
    expect(requests().length).toBeLessThanOrEqual(11);

    const email = (index: number) => `p${String(index).padStart(4, "0")}@example.com`;
    const three = {
      [email(100)]: { ...many[email(100)], department: "D1" },
      [email(101)]: { ...many[email(101)], groups: ["G1", "G2"] },
      [email(102)]: { ...many[email(102)], groups: [] },
    } as People;
    simulator.requests.clear();
    const changed = await stack.up(program(three));
    expect(changed.errors).toEqual([]);
    expect(changed.words.slice(0, -1)).toEqual([
      `~ ${email(100)}: department "D0" → "D1"`,
      `- ${email(100)} leaves D0 (D0 rule: department is "D1" now)`,
      `- ${email(102)} leaves G2 (their row and the group no longer name them)`,
      `+ ${email(100)} joins D1`,
      `+ ${email(101)} joins G2`,
    ]);
    expect(membersOf("D0")).not.toContain(email(100));
    expect(membersOf("D1")).toContain(email(100));

    // A rule takes ten more in, of two departments.
    const wider = {
      D3: {
        members: "exact",
        where: { department: ["D3"] },
        include: Array.from({ length: 10 }, (_, index) => email(index * 20 + 4)),
      },
    } as Record<string, DeclaredGroup>;
    const moved = await stack.up(program(three, wider));
    expect(moved.errors).toEqual([]);
    expect(moved.words.at(-1)).toContain("10 memberships begin");
    expect(membersOf("D3")).toHaveLength(60);

    simulator.workspace.editGroup("G7", { members: [] });
    const repaired = await stack.up(program(three, wider), { refresh: true });
    expect(repaired.errors).toEqual([]);
    expect(repaired.words[0]).toContain("+ 50 people join G7 (taken out in Notion)");
    expect(membersOf("G7")).toHaveLength(50);
  });
});

// It takes ten seconds of CPU; test/scim/groups-scale.test.ts has the same size on the wire.
if (LONG_RUN)
  test("100 groups of 1,000 members are adopted by one listing, and one row less costs what it changes", {
    timeout: 600_000,
  }, async () => {
    const many = Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [
        `p${String(index).padStart(4, "0")}@example.com`,
        { role: index < 2 ? "owner" : "member", department: "All" },
      ]),
    ) as People;
    const declared = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [
        `G${String(index).padStart(2, "0")}`,
        {
          members: "exact",
          where: index < 10 ? { department: ["All"] } : { role: ["owner", "member"] },
        } as DeclaredGroup,
      ]),
    );
    const ids = Object.entries(many).map(
      ([userName, { role = "member" }]) => simulator.workspace.add({ userName, role, department: "All" }).id,
    );
    for (const name of Object.keys(declared)) simulator.workspace.addGroup(name, ids);
    expect(
      (await stack.up([workspace("acme", many, { groups: declared })], { preview: false })).errors,
    ).toEqual([]);
    expect(writes()).toEqual([]);
    expect(requests().length).toBeLessThanOrEqual(11);

    simulator.requests.clear();
    const [last] = Object.keys(many).slice(-1) as [string];
    const moved = { ...many, [last]: { role: "member", department: "Other" } } as People;
    const { errors, lines } = await stack.up([workspace("acme", moved, { groups: declared })], {
      preview: false,
    });
    expect(errors).toEqual([]);
    expect(lines.at(-1)).toBe("Done: 1 profile changed, 10 memberships ended.");
    const sizes = simulator.workspace.groups.map(({ members }) => members.length);
    expect(sizes).toEqual([...Array(10).fill(999), ...Array(90).fill(1000)]);
    const ofGroups = requests().filter(({ template }) => template.startsWith("/Groups"));
    expect(ofGroups.length, "a PATCH and a GET for each, and the first proof").toBeLessThanOrEqual(
      1 + 20 + 4,
    );
  });
