import { expect, test } from "vitest";
import type { ComparisonFinding } from "../../../inventory/compare/finding";
import { ada, bea, cy, makeGroups, PEOPLE } from "../groups";
import { type Inventory, makeInventory } from "../inventory";

const OKTA = `login,email,groups,status
${ada},${ada},Engineering;VPN,ACTIVE
${bea},${bea},eng-all,ACTIVE
${cy},${cy},"Sales, west; On-call",ACTIVE
dee@example.com,dee@example.com,,DEPROVISIONED
`;
const ROSTER = `userName,role,groups
${ada},owner,
${bea},owner,Sales
${cy},member,Engineering
`;

/** Ada, Bea, Cy and Dee, and groups of which some are at the source, too. */
async function makeCompared(): Promise<Inventory> {
  const inventory = await makeInventory();
  const { workspace } = inventory.simulator;
  for (const [email, role] of [
    [ada, "owner"],
    [bea, "owner"],
    [cy, "member"],
    ["dee@example.com", "member"],
  ] as const)
    workspace.add({ userName: email, role });
  workspace.addGroup("Engineering", [bea, cy, "dee@example.com"]);
  workspace.addGroup("Sales, west", [cy]);
  workspace.addGroup("On-call");
  workspace.addGroup("Handmade", [ada]);
  inventory.write("okta-2026-11-20.csv", OKTA);
  inventory.write("members.csv", ROSTER);
  return inventory;
}

async function compare(inventory: Inventory, ...args: string[]) {
  const { code, stdout, stderr } = await inventory.run("compare", "--with", "okta-2026-11-20.csv", ...args);
  if (stdout === "") throw new Error(stderr);
  const report = JSON.parse(stdout);
  const groups = (report.findings as ComparisonFinding[])
    .filter(({ kind }) => kind === "groups")
    .map(({ who, groups, edit }) => [
      who,
      groups?.missing.join(", "),
      groups?.unmanaged.join(", "),
      edit?.kind === "set" ? edit.fields.groups : null,
    ]);
  return { code, report, groups, stderr };
}

test("without --expect-groups nothing is asked of groups", async () => {
  const inventory = await makeCompared();
  const { groups, report } = await compare(inventory);
  expect([groups, report.groups]).toEqual([[], null]);
  expect(inventory.simulator.requests.counts).toEqual({ "GET /Users": 1 });
});

test("a column of groups is held against Notion's groups of the same name, by one listing; the others are named", async () => {
  const inventory = await makeCompared();
  const { code, groups, report, stderr } = await compare(
    inventory,
    ...["--expect-groups", "okta:groups", "--group-name", "eng-all=Engineering"],
  );
  expect(code).toBe(2);
  expect(groups).toEqual([
    [ada, "Engineering", "", null],
    [cy, "On-call", "Engineering", null],
  ]);
  // Dee left: what becomes of their membership settles their groups.
  expect(report.counts).toMatchObject({ left: 1, groups: 2 });
  expect(report.groups).toEqual({
    compared: ["Engineering", "On-call", "Sales, west"],
    onlyAtSources: ["VPN"],
    onlyInNotion: ["Handmade"],
    twice: [],
  });
  expect(stderr).toContain("Not compared: 1 group of the sources that Notion does not have: VPN.");
  expect(inventory.simulator.requests.counts).toEqual({ "GET /Users": 1, "GET /Groups": 1 });
});

test("without --group-name a group with another name is another group", async () => {
  const inventory = await makeCompared();
  const { groups } = await compare(inventory, "--expect-groups", "groups");
  expect(groups).toContainEqual([bea, "", "Engineering", null]);
});

test("the edit changes the groups of rows; where the group itself decides there is none", async () => {
  const inventory = await makeCompared();
  inventory.write("members.csv", ROSTER.replace(",Sales\n", ",On-call\n"));
  const args = ["--roster", "members.csv", "--only", "groups", "--expect-groups", "groups"];
  const names = ["--group-name", "eng-all=Engineering"];
  const { groups } = await compare(inventory, ...args, ...names);
  expect(groups).toEqual([
    [ada, "Engineering", "", "Engineering"],
    [cy, "On-call", "Engineering", "On-call"],
  ]);
  const { stdout } = await inventory.run(
    "compare",
    "--with",
    "okta-2026-11-20.csv",
    ...args,
    ...names,
    "--edit",
  );
  expect(stdout.split("\n").filter((line) => /^[+-][^+-]/.test(line))).toEqual([
    `-${ada},owner,`,
    `+${ada},owner,Engineering`,
    `-${cy},member,Engineering`,
    `+${cy},member,On-call`,
  ]);
});

test("what a row does not decide is left beside what it does", async () => {
  const inventory = await makeCompared();
  const { groups, report } = await compare(inventory, "--roster", "members.csv", "--expect-groups", "groups");
  expect(groups).toEqual([
    [ada, "Engineering", "", "Engineering"],
    [bea, "", "Engineering", null],
    [cy, "On-call", "Engineering", ""],
  ]);
  const keys = (report.findings as { kind: string; remediation: { key: string } }[])
    .filter(({ kind }) => kind === "groups")
    .map(({ remediation: { key } }) => key);
  expect(keys).toEqual(["groupsRow", "groupsElsewhere", "groupsPartly"]);
});

test("a file of memberships, such as our own report, is read, too", async () => {
  const inventory = await makeCompared();
  const report = ["report", "--only", "groups", "--format", "csv", "--output", "groups.csv"];
  expect((await inventory.run(...report)).code).toBe(0);
  const same = await compare(inventory, "--only", "groups", "--expect-groups", "groups.csv");
  expect([same.code, same.groups]).toEqual([0, []]);
  inventory.simulator.workspace.editGroup("Sales, west", { members: [inventory.id(ada)] });
  const { groups, report: json } = await compare(inventory, "--expect-groups", "groups.csv");
  expect(groups).toEqual([
    [ada, "", "Sales, west", null],
    [cy, "Sales, west", "", null],
  ]);
  expect(json.memberships).toEqual([{ file: "groups.csv", sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
});

test("a file that is no list of memberships is refused, with what is wrong", async () => {
  const inventory = await makeCompared();
  const run = () => inventory.run("compare", "--with", "okta-2026-11-20.csv", "--expect-groups", "m.csv");
  inventory.write("m.csv", "team,who\nA,b\n");
  expect(await run()).toMatchObject({ code: 1, stderr: expect.stringContaining("columns group and email") });
  inventory.write("m.csv", "Group Name,Member Email\nA,b\n,b@example.com\n");
  const { code, stderr } = await run();
  expect(code).toBe(1);
  expect(stderr).toContain('m.csv, line 2: "b" is no e-mail address');
  expect(stderr).toContain("m.csv, line 3: no group is named for b@example.com");
});

test("a column that no source has, and a name without a list, are wrong usage", async () => {
  const inventory = await makeCompared();
  const column = await inventory.run("compare", "--with", "okta-2026-11-20.csv", "--expect-groups", "teams");
  expect([column.code, column.stderr]).toEqual([
    64,
    expect.stringContaining("there are login, email, groups, status"),
  ]);
  const name = await inventory.run("compare", "--with", "okta-2026-11-20.csv", "--group-name", "a=b");
  expect([name.code, name.stderr]).toEqual([64, expect.stringContaining("--expect-groups")]);
});

test("a list that may be cut puts nobody into a group, and says so; who is in it too many is named", async () => {
  const inventory = await makeCompared();
  inventory.simulator.configure({ shownMembers: 1, memberCount: true });
  const { code, groups, report } = await compare(inventory, "--expect-groups", "groups", "--only", "groups");
  expect(code).toBe(3);
  expect(groups).toEqual([
    [bea, "", "Engineering", null],
    [cy, "On-call", "", null],
  ]);
  expect(report.incomplete).toEqual([expect.stringContaining("members of group Engineering")]);
});

test("where a list has most people in no group, that is a doubt, and no edit takes anybody out", async () => {
  const inventory = await makeCompared();
  const { workspace } = inventory.simulator;
  workspace.editGroup("Engineering", { members: [ada, bea, cy].map((email) => inventory.id(email)) });
  workspace.removeGroup("Sales, west");
  inventory.write(
    "okta-2026-11-20.csv",
    `login,email,groups,status\n${[ada, bea, cy].map((each) => `${each},${each},,ACTIVE\n`).join("")}max@example.com,max@example.com,Engineering,ACTIVE\n`,
  );
  inventory.write(
    "members.csv",
    `userName,groups\n${[ada, bea, cy].map((each) => `${each},Engineering\n`).join("")}`,
  );
  const args = ["--roster", "members.csv", "--only", "groups", "--expect-groups", "groups"];
  const { report } = await compare(inventory, ...args);
  expect(report.doubts).toEqual([
    expect.stringContaining("By these lists 3 of 3 memberships of groups are not right"),
  ]);
  const { stdout, stderr } = await inventory.run(
    "compare",
    "--with",
    "okta-2026-11-20.csv",
    ...args,
    "--edit",
  );
  expect(stdout).toBe("");
  expect(stderr).toContain("0 changes of members.csv proposed");
});

test("with a stack, a row may name the groups that it declares; a rule that puts somebody in is not for the row", async () => {
  const acme = await makeGroups();
  const { inventory } = acme;
  inventory.write(
    "okta-2026-11-20.csv",
    `login,email,groups,status\n${ada},${ada},Sales,ACTIVE\n${bea},${bea},Engineering,ACTIVE\n`,
  );
  inventory.write(
    "members.csv",
    `userName,department,groups\n${ada},,Engineering\n${bea},Sales,\n${cy},Sales,\n`,
  );
  const { groups } = await compare(
    inventory,
    ...["--state", "state.json", "--roster", "members.csv", "--expect-groups", "groups"],
  );
  expect(Object.keys(PEOPLE)).toHaveLength(3);
  expect(groups).toEqual([
    [ada, "Sales", "Engineering", "Sales"],
    [bea, "Engineering", "Sales", "Engineering"],
  ]);
});

for (const format of ["table", "csv"]) {
  test(`groups of a comparison as ${format}`, async () => {
    const inventory = await makeCompared();
    const args = ["--roster", "members.csv", "--expect-groups", "groups"];
    const { stdout } = await inventory.run(
      "compare",
      "--with",
      "okta-2026-11-20.csv",
      ...args,
      "--format",
      format,
    );
    const text = stdout.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "ID");
    await expect(text).toMatchFileSnapshot(`../golden/compare-groups.${format === "table" ? "txt" : format}`);
  });
}
