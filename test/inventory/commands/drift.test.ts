import { expect, test } from "vitest";
import { type Inventory, makeInventory, roleResource, stackState, userResource } from "../inventory";
import { suiteOf } from "../junit";
import { placesOf, resultsIn } from "../sarif";

const member = (number: number) => `member.${String(number).padStart(3, "0")}@example.com`;

/** Declares everyone who is there, with their role, and lets `change` have its way with the resources. */
function declareAll(inventory: Inventory, change: (resources: object[]) => object[] = (all) => all): string {
  const resources = inventory.simulator.workspace.members.flatMap(({ id, userName, role }) => [
    userResource(userName, id, { userName }),
    roleResource(userName, id, { role }),
  ]);
  return inventory.write("state.json", stackState(change(resources)));
}

/** A workspace of ten, declared, and then edited behind the code's back in every way that there is. */
async function makeDrifted(): Promise<Inventory> {
  const inventory = await makeInventory({ seed: { members: 10, groups: 2 } });
  const { workspace } = inventory.simulator;
  declareAll(inventory, (resources) => [
    ...resources,
    userResource("titled", inventory.id(member(6)), {
      userName: member(6),
      title: "Engineer",
      department: "R&D",
    }),
  ]);
  workspace.remove(member(3));
  workspace.add({ userName: "stranger@partner.example", role: "owner" });
  workspace.edit(member(4), { role: "owner" });
  workspace.edit(member(5), { role: "space_pilot" });
  workspace.edit(member(6), { title: "Chief", department: null });
  workspace.edit(member(7), { userName: "married@example.com" });
  workspace.edit(member(8), { active: false });
  return inventory;
}

for (const [format, ending] of [
  ["table", "txt"],
  ["json", "json"],
  ["csv", "csv"],
  ["markdown", "md"],
] as const) {
  test(`drift of every kind as ${format}, exit code 2`, async () => {
    const inventory = await makeDrifted();
    const { code, stdout } = await inventory.run("drift", "--state", "state.json", "--format", format);
    expect(code).toBe(2);
    await expect(stdout).toMatchFileSnapshot(`../golden/drift.${ending}`);
  });
}

test("in SARIF each finding is a warning at its line of the roster", async () => {
  const inventory = await makeDrifted();
  inventory.write("members.csv", ["userName", ...[1, 2, 3, 4, 5, 6, 7, 8].map(member), ""].join("\n"));
  const { code, stdout } = await inventory.run(
    ...["drift", "--state", "state.json", "--roster", "members.csv", "--format", "sarif"],
  );
  const results = resultsIn(stdout);
  expect(code).toBe(2);
  expect(new Set(results.map(({ level }) => level))).toEqual(new Set(["warning"]));
  const places = placesOf(results);
  expect(places).toContainEqual(["missing", "members.csv", 4]);
  expect(places).toContainEqual(["unmanaged", "members.csv", 1]);
  expect(places).toContainEqual(["role", "members.csv", 5]);
});

test("in JUnit each finding is a failed test, and where there is none a test passes", async () => {
  const inventory = await makeDrifted();
  const drifted = await suiteOf(
    (await inventory.run("drift", "--state", "state.json", "--format", "junit")).stdout,
  );
  expect(drifted.failures).toBe(drifted.tests);
  inventory.simulator.workspace.edit(member(8), { active: true });
  declareAll(inventory);
  const clean = await inventory.run("drift", "--state", "state.json", "--format", "junit");
  expect(await suiteOf(clean.stdout)).toMatchObject({ name: "Notion drift", failures: 0, errors: 0 });
});

test("each finding says who, what was declared, what is there and what to do", async () => {
  const inventory = await makeDrifted();
  const report = JSON.parse((await inventory.run("drift", "--state", "state.json")).stdout);
  expect(report.counts).toEqual({ expired: 0, missing: 1, unmanaged: 1, changed: 4, role: 2, duplicate: 1 });
  const found = report.findings.map((each: Record<string, string>) =>
    [each.kind, each.who, each.attribute, each.declared, each.live].join(" | "),
  );
  expect(found).toEqual([
    `missing | ${member(3)} |  | a member | not a member`,
    "unmanaged | stranger@partner.example |  |  | owner",
    `changed | ${member(6)} | department | R&D | (empty)`,
    `changed | ${member(6)} | title | Engineer | Chief`,
    `changed | ${member(7)} | userName | ${member(7)} | married@example.com`,
    `changed | ${member(8)} | active | true | false`,
    `role | ${member(4)} | role | member | owner`,
    `role | ${member(5)} | role | member | space_pilot`,
    `duplicate | ${member(6)} |  | NotionUser "titled" and "${member(6)}" | one member`,
  ]);
  for (const { remediation } of report.findings) expect(remediation.text).not.toBe("");
});

test("in sync: exit code 0, and what is not declared is not compared", async () => {
  const inventory = await makeInventory({ seed: "workspace" });
  declareAll(inventory, (resources) => resources.filter((each) => !/temporary/.test(JSON.stringify(each))));
  const { code, stdout } = await inventory.run("drift", "--state", "state.json");
  expect(JSON.parse(stdout)).toMatchObject({ complete: true, inSync: true, findings: [], changes: null });
  expect(code).toBe(0);
  expect(inventory.simulator.requests.counts).toEqual({ "GET /Users": 2 });
});

test("--exit-zero is for those who only want the report", async () => {
  const inventory = await makeDrifted();
  const { code, stdout } = await inventory.run("drift", "--state", "state.json", "--exit-zero");
  expect([code, JSON.parse(stdout).inSync]).toEqual([0, false]);
});

test("an e-mail that differs in case alone is no drift", async () => {
  const inventory = await makeInventory({ seed: { members: 2 } });
  declareAll(inventory);
  const [first] = inventory.simulator.workspace.people;
  if (first !== undefined) first.userName = first.userName.toUpperCase();
  expect((await inventory.run("drift", "--state", "state.json")).code).toBe(0);
});

test("an entry that cannot be read is named, and is neither missing nor unmanaged nor a reason to fail", async () => {
  const inventory = await makeInventory({ seed: { members: 3 } });
  declareAll(inventory);
  Object.assign(inventory.simulator.workspace.people[2] ?? {}, { title: 7 });
  const { code, stdout, stderr } = await inventory.run("drift", "--state", "state.json");
  expect(JSON.parse(stdout)).toMatchObject({ complete: true, findings: [], unproven: [member(3)] });
  expect(stderr).toContain(
    `Notion's entry of ${member(3)} (${inventory.id(member(3))}) cannot be read (at title`,
  );
  expect(code).toBe(0);
  expect(inventory.simulator.requests.counts).toEqual({ "GET /Users": 1 });
});

test("two resources for one person in different case, and two role assignments, are duplicates", async () => {
  const inventory = await makeInventory({ seed: { members: 2 } });
  const id = inventory.id(member(1));
  declareAll(inventory, (resources) => [
    ...resources,
    userResource("again", "another-id", { userName: member(1).toUpperCase() }),
    roleResource("again", id, { role: "owner" }),
  ]);
  const { findings } = JSON.parse((await inventory.run("drift", "--state", "state.json")).stdout);
  expect(
    findings
      .filter(({ kind }: { kind: string }) => kind === "duplicate")
      .map((each: { declared: string }) => each.declared),
  ).toEqual([`NotionRoleAssignment "again" and "${member(1)}"`, `NotionUser "again" and "${member(1)}"`]);
});

test("two members with one e-mail are a duplicate in Notion", async () => {
  const inventory = await makeInventory({ seed: { members: 3 } });
  declareAll(inventory);
  const [, second, third] = inventory.simulator.workspace.people;
  if (second !== undefined && third !== undefined) third.userName = second.userName.toUpperCase();
  const { findings } = JSON.parse((await inventory.run("drift", "--state", "state.json")).stdout);
  expect(findings).toContainEqual(
    expect.objectContaining({
      kind: "duplicate",
      who: member(2),
      resource: null,
      live: expect.stringMatching(/^2 members: /),
    }),
  );
});

test("somebody counts as missing only when a look-up of just them says so too", async () => {
  const inventory = await makeInventory({ seed: { members: 5 } });
  declareAll(inventory);
  const { id } = inventory.simulator.workspace.members[2] ?? { id: "" };
  inventory.simulator.workspace.remove(id);
  await inventory.run("drift", "--state", "state.json");
  expect(inventory.simulator.requests.counts).toEqual({ "GET /Users": 1, "GET /Users/{id}": 1 });
});

test("a look-up that fails is no proof: an error, and nobody is called missing", async () => {
  const inventory = await makeInventory({ seed: { members: 5 } });
  declareAll(inventory);
  inventory.simulator.workspace.remove(member(3));
  inventory.simulator.faults.add({ name: "unavailable", path: "/Users/{id}", times: "always" });
  const { code, stdout, stderr } = await inventory.run("drift", "--state", "state.json");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("Notion answered 503");
});

test("an incomplete listing proves nobody missing: they are unproven, and the exit code is 3", async () => {
  const inventory = await makeInventory({ seed: { members: 150 } });
  declareAll(inventory);
  inventory.simulator.workspace.remove(member(140));
  inventory.simulator.faults.add({ name: "duplicate_entry", path: "/Users", times: "always" });
  const { code, stdout } = await inventory.run("drift", "--state", "state.json");
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({ complete: false, unproven: [member(140)], findings: [] });
  expect(code).toBe(3);
  const shown = await inventory.run("drift", "--state", "state.json", "--format", "table", "--exit-zero");
  expect(shown.stdout).toMatch(/^INCOMPLETE: /);
  expect(shown.stdout).not.toContain("No drift.");
  expect(shown.code).toBe(3);
});

test("someone who came back as another account is one finding", async () => {
  const inventory = await makeInventory({ seed: { members: 3 } });
  declareAll(inventory);
  inventory.simulator.workspace.forget(member(3));
  const { id } = inventory.simulator.workspace.add({ userName: member(3) });
  const { findings } = JSON.parse((await inventory.run("drift", "--state", "state.json")).stdout);
  expect(findings).toEqual([
    expect.objectContaining({ kind: "missing", live: `a member with another id, ${id}` }),
  ]);
});

test("resources that are only read, or about to be deleted, declare nothing", async () => {
  const inventory = await makeInventory({ seed: { members: 1 } });
  declareAll(inventory, (resources) => [
    ...resources,
    userResource("read", "some-id", { userName: "read@example.com" }, { external: true }),
    userResource("old", "old-id", { userName: "old@example.com" }, { delete: true }),
  ]);
  expect((await inventory.run("drift", "--state", "state.json")).code).toBe(0);
});

const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

test("a part of a name that the program made secret is compared and never shown", async () => {
  const inventory = await makeInventory({ seed: { members: 1 } });
  inventory.simulator.workspace.edit(member(1), { name: { givenName: "Live-Secret" } });
  const name = { givenName: { ...SECRET, plaintext: '"Declared-Secret"' } };
  inventory.write(
    "state.json",
    stackState([userResource("a", inventory.id(member(1)), { userName: member(1), name })]),
  );
  const { stdout } = await inventory.run("drift", "--state", "state.json");
  expect(stdout).not.toMatch(/Live-Secret|Declared-Secret/);
  expect(JSON.parse(stdout).findings).toMatchObject([
    { kind: "changed", attribute: "name.givenName", declared: "[secret]", live: "[secret]" },
  ]);
});

test("a secret attribute is compared and never shown; an encrypted one is named as not compared", async () => {
  const inventory = await makeInventory({ seed: { members: 2 } });
  inventory.simulator.workspace.edit(member(1), { title: "Live-Secret", department: "Live" });
  inventory.write(
    "state.json",
    stackState([
      userResource("a", inventory.id(member(1)), {
        userName: member(1),
        title: { ...SECRET, plaintext: '"Declared-Secret"' },
        department: { ...SECRET, ciphertext: "v1:abc" },
      }),
      roleResource("b", inventory.id(member(2)), { role: { ...SECRET, ciphertext: "v1:abc" } }),
    ]),
  );
  for (const format of ["json", "table", "csv", "markdown"]) {
    const { stdout } = await inventory.run("drift", "--state", "state.json", "--format", format);
    expect(stdout).not.toMatch(/Live-Secret|Declared-Secret/);
    expect(stdout).toContain("secret");
  }
  const report = JSON.parse((await inventory.run("drift", "--state", "state.json")).stdout);
  expect(report.counts).toMatchObject({ changed: 1, role: 0 });
  expect(report.notCompared.map(({ properties }: { properties: string[] }) => properties)).toEqual([
    ["department"],
    ["role"],
  ]);
});

test("a baseline tells what changed since: people and groups, created, deleted, renamed, in and out", async () => {
  const inventory = await makeInventory({ seed: { members: 6, groups: 2 } });
  const { workspace } = inventory.simulator;
  workspace.addGroup("Old group", [member(1)]);
  await inventory.run("report", "--output", "monday.json");
  expect(await inventory.run("drift", "--baseline", "monday.json")).toMatchObject({ code: 0 });
  workspace.removeGroup("Old group");
  workspace.addGroup("New group", [member(2)]);
  workspace.editGroup("Group 01", { displayName: "Group One" });
  workspace.editGroup("Group 02", { members: [inventory.id(member(1)), inventory.id(member(2))] });
  workspace.add({ userName: "new@example.com", role: "owner" });
  workspace.remove(member(5));
  workspace.edit(member(3), { role: "restricted_member", name: { formatted: "New Name" } });
  inventory.simulator.requests.clear();
  const { code, stdout } = await inventory.run("drift", "--baseline", "monday.json", "--format", "csv");
  expect(code).toBe(2);
  await expect(stdout).toMatchFileSnapshot("../golden/since.csv");
  // One list of each, and one look-up for each person and group that is gone.
  expect(inventory.simulator.requests.counts).toEqual({
    "GET /Users": 1,
    "GET /Groups": 1,
    "GET /Users/{id}": 1,
    "GET /Groups/{id}": 1,
  });
});

test("a list of members that may be cut, then or now, is compared as far as it goes", async () => {
  const inventory = await makeInventory({ seed: { members: 6, groups: 2 } });
  const { workspace } = inventory.simulator;
  inventory.simulator.configure({ shownMembers: 2, memberCount: true });
  await inventory.run("report", "--output", "cut.json");
  inventory.simulator.configure({ shownMembers: null });
  await inventory.run("report", "--output", "whole.json");
  const drift = async (file: string) => {
    const { code, stdout } = await inventory.run("drift", "--baseline", file);
    return [code, ...JSON.parse(stdout).changes.map(({ change }: { change: string }) => change)];
  };
  expect(await drift("cut.json")).toEqual([0]);
  const [first = "", , third = ""] = workspace.group("Group 01")?.members ?? [];
  workspace.editGroup("Group 01", { members: [third] });
  expect(await drift("cut.json")).toEqual([2, "member out", "member out"]);
  inventory.simulator.configure({ shownMembers: 1 });
  workspace.editGroup("Group 01", { members: [first, third, inventory.id(member(2))] });
  expect(await drift("whole.json")).toEqual([3]);
});

test("a baseline that holds only a part, or masked addresses, or was incomplete, is refused", async () => {
  const inventory = await makeInventory({ seed: { members: 120 } });
  for (const [args, why] of [
    [["--only", "users"], "it holds only a part of the workspace"],
    [["--role", "owner"], "it holds only a part of the workspace"],
    [["--mask"], "its e-mail addresses are masked"],
  ] as const) {
    await inventory.run("report", "--output", "b.json", ...args);
    const { code, stderr } = await inventory.run("drift", "--baseline", "b.json");
    expect([code, stderr]).toEqual([1, expect.stringContaining(why)]);
  }
  inventory.simulator.configure({ order: "moving" });
  await inventory.run("report", "--output", "b.json");
  const { stderr } = await inventory.run("drift", "--baseline", "b.json");
  expect(stderr).toContain("its listing was not proven complete");
});

test("an ignore file leaves people, domains and groups out, and bears comments", async () => {
  const inventory = await makeDrifted();
  inventory.write(
    "ignore.yaml",
    `users:\n  - MEMBER.003@example.com  # on leave\n  - "*@partner.example"     # looked after by others\ngroups:\n  - Group 01\n`,
  );
  const args = ["drift", "--state", "state.json", "--ignore", "ignore.yaml"];
  const { counts } = JSON.parse((await inventory.run(...args)).stdout);
  expect(counts).toEqual({ expired: 0, missing: 0, unmanaged: 0, changed: 4, role: 2, duplicate: 1 });
  await inventory.run("report", "--output", "monday.json");
  inventory.simulator.workspace.editGroup("Group 01", { members: [] });
  inventory.simulator.workspace.editGroup("Group 02", { members: [] });
  const since = JSON.parse((await inventory.run(...args, "--baseline", "monday.json")).stdout);
  expect(new Set(since.changes.map(({ who }: { who: string }) => who))).toEqual(new Set(["Group 02"]));
});

test("a broken ignore, state or baseline file is refused with the right form", async () => {
  const inventory = await makeInventory({ seed: { members: 1 } });
  inventory.write("bad.yaml", "people:\n  - ada@example.com\n");
  inventory.write("bad.json", '{"deployment": 1}');
  inventory.write("broken.json", "{");
  const refused = async (...args: string[]) => {
    const { code, stdout, stderr } = await inventory.run("drift", ...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    return stderr;
  };
  expect(await refused("--baseline", "broken.json")).toContain("notion-inventory report --format json");
  expect(await refused("--state", "bad.json")).toContain("pulumi stack export --file bad.json");
  expect(await refused("--state", "broken.json")).toContain("is not JSON");
  expect(await refused("--state", "nowhere.json")).toContain("Could not read nowhere.json: ENOENT");
  declareAll(inventory);
  expect(await refused("--state", "state.json", "--ignore", "bad.yaml")).toContain(
    'Unrecognized key: "people"',
  );
});
