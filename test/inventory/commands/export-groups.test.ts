import { expect, test } from "vitest";
import { parseGroups } from "../../../provider/roster/group-file";
import { parseRoster } from "../../../provider/roster/roster";
import type { DeclaredPerson } from "../../../provider/state/person";
import type { WorkspaceInputs } from "../../../provider/state/workspace";
import { Stack, workspace } from "../../lifecycle/workspace/stack";
import { type Inventory, makeInventory, makeUntidyInventory } from "../inventory";

/** What a program declares that reads the two files. */
function declaredBy(inventory: Inventory, file: string) {
  const { groups, problems } = parseGroups("groups.yaml", Buffer.from(inventory.read("groups.yaml")));
  const roster = parseRoster(file, inventory.read(file), Object.keys(groups));
  expect([...problems, ...roster.problems]).toEqual([]);
  const people = Object.fromEntries(
    roster.people.map(({ userName, ...person }) => [userName, person as DeclaredPerson]),
  );
  return { people, groups };
}

const program = ({ people, groups }: Pick<WorkspaceInputs, "people" | "groups">) => [
  workspace("acme", people, groups && { groups }),
];

for (const file of ["members.csv", "members.yaml"]) {
  test(`--groups with ${file}: up adopts people and groups without a write, and the next preview has nothing to do`, async () => {
    const inventory = await makeUntidyInventory();
    const { workspace: there } = inventory.simulator;
    there.addGroup("On; off", ["otto@example.com"]);
    there.addGroup("007", ["otto@example.com"]);
    const { code, stderr } = await inventory.run("export", "--output", file, "--groups", "groups.yaml");
    expect(code).toBe(0);
    expect(inventory.simulator.requests.counts).toEqual({ "GET /Users": 1, "GET /Groups": 1 });
    await expect(inventory.read(file)).toMatchFileSnapshot(`../golden/export-groups.${file.slice(8)}.txt`);
    await expect(inventory.read("groups.yaml")).toMatchFileSnapshot("../golden/export-groups.txt");
    expect(stderr).toContain("13 members, 11 roles and 7 groups");
    expect(stderr).toContain("Group Everyone has 1 more in it, who are not exported. They stay in it.");
    expect(stderr).toContain(`  const groups = readGroups("groups.yaml");\n`);
    expect(stderr).toContain(`{ people: readRoster("${file}", { groups }), groups }`);

    const stack = new Stack(inventory.simulator);
    const before = there.groups;
    const declared = declaredBy(inventory, file);
    expect((await stack.up(program(declared))).errors).toEqual([]);
    expect(there.groups).toEqual(before);
    expect(inventory.simulator.requests.entries.filter(({ method }) => method !== "GET")).toEqual([]);
    const { words } = await stack.preview(program(declared), { refresh: true });
    expect(words).toEqual([expect.stringContaining("7 groups declared: nothing to change.")]);
  });
}

test("the import file has the groups as an up would have left them in the state", async () => {
  const inventory = await makeInventory({ seed: { members: 12, groups: 3 } });
  const args = ["--output", "members.csv", "--groups", "groups.yaml", "--import", "import.json"];
  expect((await inventory.run("export", ...args)).code).toBe(0);
  const [{ inputs, outputs }] = JSON.parse(inventory.read("import.json")).resources;
  const { __provider: _, ...declared } = inputs;
  const { __provider: __, since: ___, ...imported } = outputs;
  expect(declared).toEqual(declaredBy(inventory, "members.csv"));
  const stack = new Stack(inventory.simulator);
  expect((await stack.up(program(declared))).errors).toEqual([]);
  const { since: ____, ...applied } = stack.workspace();
  expect(imported).toEqual(applied);
});

test("a program has the groups' names in its people, and reads the file", async () => {
  const inventory = await makeInventory({ seed: { members: 3, groups: 1 } });
  const { stdout, stderr } = await inventory.run("export", "--format", "ts", "--groups", "groups.yaml");
  expect(stdout).toContain('import { NotionWorkspace, readGroups } from "pulumi-notion";');
  expect(stdout).toContain('role: "owner", groups: ["Group 01"] },');
  expect(stdout).toContain('  groups: readGroups("groups.yaml"),\n');
  expect(stderr).not.toContain("left out");
});

test("two groups of one name are left out and said; a list that may be cut is said, and only what is known is declared", async () => {
  const inventory = await makeInventory({ seed: { members: 4, groups: 2 } });
  const { simulator } = inventory;
  simulator.workspace.addGroup("Group 02");
  simulator.configure({ shownMembers: 1, memberCount: true });
  const { code, stderr } = await inventory.run(
    "export",
    "--output",
    "members.csv",
    "--groups",
    "groups.yaml",
  );
  expect(code).toBe(3);
  expect(stderr).toContain(
    "Group Group 02 is left out: 2 groups have this name; settle in Notion which is right.",
  );
  expect(inventory.read("groups.yaml")).toContain(
    "# INCOMPLETE: The list of members of group Group 01 could not be proven complete: 1 came",
  );
  const { people, groups } = declaredBy(inventory, "members.csv");
  expect(groups).toEqual({ "Group 01": { members: "add" } });
  expect(Object.values(people).filter((person) => person.groups !== undefined)).toHaveLength(1);
});

test("an existing file of groups stays, and another ending is refused", async () => {
  const inventory = await makeInventory({ seed: { members: 2, groups: 1 } });
  inventory.write("groups.yaml", "Ours: { members: exact }\n");
  const kept = await inventory.run("export", "--output", "members.csv", "--groups", "groups.yaml");
  expect([kept.code, kept.stderr]).toEqual([1, expect.stringContaining("groups.yaml exists")]);
  const csv = await inventory.run("export", "--groups", "groups.csv");
  expect([csv.code, csv.stderr]).toEqual([64, expect.stringContaining("must be .yaml or .yml")]);
});
