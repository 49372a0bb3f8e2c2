import { expect, test } from "vitest";
import {
  everybody,
  type ToldFinding as Finding,
  type Inventory,
  makeInventory,
  roleResource,
  stackState,
  userResource,
  type WorkspaceState,
  workspaceResource,
} from "../inventory";

const member = (number: number) => `member.${String(number).padStart(3, "0")}@example.com`;
const URN = "urn:pulumi:dev::p::pulumi-nodejs:dynamic/notion:NotionWorkspace::acme";

function declare(inventory: Inventory, outputs: WorkspaceState, ...others: object[]): void {
  inventory.write("state.json", stackState([workspaceResource("acme", outputs), ...others]));
}

async function drift(inventory: Inventory, ...args: string[]) {
  const { code, stdout } = await inventory.run("drift", "--state", "state.json", ...args);
  const report = JSON.parse(stdout);
  const words = (report.findings as Finding[]).map(({ kind, who, attribute, declared, live }) =>
    [kind, who, attribute, declared, live].filter((each) => each !== null).join(" | "),
  );
  return { code, report, words };
}

/** A workspace of ten, declared with a title or two, and edited behind the code's back in every way that there is. */
async function makeDrifted(settings: object = {}): Promise<Inventory> {
  const inventory = await makeInventory({ seed: { members: 10 } });
  const { workspace } = inventory.simulator;
  const { people, ids } = everybody(inventory);
  Object.assign(people[member(6)] ?? {}, { title: "Engineer", department: "R&D" });
  declare(inventory, { people, ids, ...settings });
  workspace.remove(member(3));
  workspace.add({ userName: "stranger@partner.example", role: "owner" });
  workspace.edit(member(4), { role: "owner" });
  workspace.edit(member(5), { role: "space_pilot" });
  workspace.edit(member(6), { title: "Chief", department: null });
  workspace.edit(member(7), { userName: "married@example.com" });
  workspace.edit(member(8), { active: false });
  return inventory;
}

test("a NotionWorkspace that is as declared is in sync, for one listing", async () => {
  const inventory = await makeInventory({ seed: { members: 250 } });
  declare(inventory, everybody(inventory));
  const { code, words } = await drift(inventory);
  expect({ code, words }).toEqual({ code: 0, words: [] });
  expect(inventory.simulator.requests.counts).toEqual({ "GET /Users": 3 });
});

test("of a NotionWorkspace each person's drift is found, with the workspace's URN and the person's e-mail", async () => {
  const inventory = await makeDrifted();
  const { code, report, words } = await drift(inventory);
  expect(words).toEqual([
    `missing | ${member(3)} | a member | not a member`,
    "unmanaged | stranger@partner.example | owner",
    `changed | ${member(6)} | department | R&D | (empty)`,
    `changed | ${member(6)} | title | Engineer | Chief`,
    `changed | ${member(7)} | userName | ${member(7)} | married@example.com`,
    `changed | ${member(8)} | active | true | false`,
    `role | ${member(4)} | role | member | owner`,
    `role | ${member(5)} | role | member | space_pilot`,
  ]);
  expect(code).toBe(2);
  for (const { kind, who, resource, person, remediation } of report.findings as Finding[]) {
    if (kind === "unmanaged") expect([resource, person]).toEqual([null, null]);
    else expect([resource, person]).toEqual([URN, who]);
    expect(remediation.text).not.toContain("state delete");
  }
  expect(inventory.simulator.requests.counts).toEqual({ "GET /Users": 1, "GET /Users/{id}": 1 });
});

for (const [format, ending] of [
  ["table", "txt"],
  ["csv", "csv"],
] as const) {
  test(`drift of a NotionWorkspace as ${format}`, async () => {
    const inventory = await makeDrifted();
    const { stdout } = await inventory.run("drift", "--state", "state.json", "--format", format);
    await expect(stdout).toMatchFileSnapshot(`../golden/drift-of-a-workspace.${ending}`);
  });
}

test("declared is what was written last, not what a refresh found", async () => {
  const inventory = await makeInventory({ seed: { members: 6 } });
  const { workspace } = inventory.simulator;
  const { people, ids } = everybody(inventory);
  workspace.edit(member(3), { role: "owner", title: "Chief" });
  workspace.edit(member(4), { userName: "married@example.com" });
  workspace.edit(member(5), { active: false });
  workspace.remove(member(6));
  // As the refresh left it.
  people[member(3)] = { role: "owner", title: "Chief", lastApplied: { role: "member", title: "Lead" } };
  people[member(4)] = { role: "member", userName: "married@example.com" };
  people[member(5)] = { role: "member", active: false };
  delete people[member(6)];
  delete ids[member(6)];
  declare(inventory, { people, ids, gone: { [member(6)]: "id-6" }, others: 0 });
  const { words, report } = await drift(inventory);
  expect(words).toEqual([
    `missing | ${member(6)} | a member | not a member`,
    `changed | ${member(3)} | title | Lead | Chief`,
    `changed | ${member(4)} | userName | ${member(4)} | married@example.com`,
    `changed | ${member(5)} | active | true | false`,
    `role | ${member(3)} | role | member | owner`,
  ]);
  expect(report.findings[0]).toMatchObject({ id: null, resource: URN, person: member(6) });
  // Of somebody whom a refresh proved to be gone there is no id to ask for.
  expect(inventory.simulator.requests.counts).toEqual({ "GET /Users": 1 });
});

test("a role that a take-over kept is drift: the program declares another one", async () => {
  const inventory = await makeInventory({ seed: { members: 3 } });
  const { people, ids } = everybody(inventory);
  const declared = { ...people, [member(1)]: { role: "member" } };
  inventory.write(
    "state.json",
    stackState([workspaceResource("acme", { people, ids }, { inputs: { people: declared } })]),
  );
  expect((await drift(inventory)).words).toEqual([`role | ${member(1)} | role | member | owner`]);
});

test("of a role for a time declared is what was written: its time may be over", async () => {
  const inventory = await makeInventory({ seed: { members: 3 } });
  const { people, ids } = everybody(inventory);
  const times = { roleUntil: "2026-01-01", roleThen: "member" };
  people[member(3)] = { role: "member", ...times };
  const declared = { ...people, [member(3)]: { role: "owner", ...times } };
  inventory.write(
    "state.json",
    stackState([workspaceResource("acme", { people, ids }, { inputs: { people: declared } })]),
  );
  expect((await drift(inventory)).words).toEqual([]);
});

test("after a run that could not do all, declared is what it did", async () => {
  const inventory = await makeInventory({ seed: { members: 3 } });
  const { people, ids } = everybody(inventory);
  const before = { ...people, [member(1)]: { role: "member" }, "left@example.com": { role: "member" } };
  inventory.write(
    "state.json",
    stackState([
      workspaceResource(
        "acme",
        { people, ids },
        { inputs: { people: before }, initErrors: ["Eve could not."] },
      ),
    ]),
  );
  expect((await drift(inventory)).words).toEqual([]);
});

test("somebody who was found gone and is there again is one thing to report", async () => {
  const inventory = await makeInventory({ seed: { members: 3 } });
  const { people, ids } = everybody(inventory);
  const { [member(3)]: id, ...others } = ids;
  delete people[member(3)];
  declare(inventory, { people, ids: others, gone: { [member(3)]: "id-3" } });
  expect((await drift(inventory)).words).toEqual([
    `missing | ${member(3)} | a member | a member again, with the id ${id}`,
  ]);
});

test("a re-invited person is named with both ids; where the program declares the id, the row has to be changed", async () => {
  const inventory = await makeInventory({ seed: { members: 3 } });
  const { people, ids } = everybody(inventory);
  const gone = inventory.id(member(3));
  const { workspace } = inventory.simulator;
  workspace.forget(member(3));
  const { id } = workspace.add({ userName: member(3), role: "member" });
  const found = `missing | ${member(3)} | a member with the id ${gone} | a member with another id, ${id}`;

  declare(inventory, { people, ids });
  const byEmail = await drift(inventory);
  expect(byEmail.words).toEqual([found]);
  expect(byEmail.report.findings[0].remediation.text).toContain(
    "`pulumi up --refresh` adopts the new account",
  );
  people[member(3)] = { role: "member", id: gone };
  declare(inventory, { people, ids });
  const byId = await drift(inventory);
  expect(byId.words).toEqual([found]);
  expect(byId.report.findings[0].remediation.text).toContain("`notion-inventory accept` writes the new id");
});

test("whoever was invited again and adopted has another id than the program declares: that is said until it is written", async () => {
  const inventory = await makeInventory({ seed: { members: 3 } });
  const { people, ids } = everybody(inventory);
  const gone = "3b0d7e52-91c4-4f6a-8e2b-5d1c7a9f0e34";
  people[member(3)] = { role: "member", id: gone };
  declare(inventory, { people, ids });
  const { code, words, report } = await drift(inventory);
  expect([code, words]).toEqual([2, [`changed | ${member(3)} | id | ${gone} | ${ids[member(3)]}`]]);
  expect(report.findings[0].remediation.text).toContain("`notion-inventory accept`");
  people[member(3)] = { role: "member", id: ids[member(3)] };
  declare(inventory, { people, ids });
  expect((await drift(inventory)).words).toEqual([]);
});

test("an account whose e-mail belongs to another one by now: each is one finding, and nobody is told to add or remove the other", async () => {
  const inventory = await makeInventory({ seed: { members: 4 } });
  const { people, ids } = everybody(inventory);
  declare(inventory, { people, ids, undeclared: "remove" });
  const { workspace } = inventory.simulator;
  workspace.edit(member(3), { userName: "moved@example.com" });
  const { id } = workspace.add({ userName: member(3), role: "owner" });
  const { words, report } = await drift(inventory);
  expect(words).toEqual([
    `unmanaged | ${member(3)} | owner`,
    `changed | ${member(3)} | userName | ${member(3)} | moved@example.com`,
  ]);
  expect(report.findings[0]).toMatchObject({ id, person: null });
  expect(report.findings[0].remediation.text).toContain("belonged to an account that the program declares");
});

test("somebody who is gone and whose e-mail another declared person has by now is not called re-invited", async () => {
  const inventory = await makeInventory({ seed: { members: 4 } });
  declare(inventory, everybody(inventory));
  const { workspace } = inventory.simulator;
  workspace.forget(member(3));
  workspace.edit(member(4), { userName: member(3) });
  const { words, report } = await drift(inventory);
  expect(words).toEqual([
    `missing | ${member(3)} | a member | not a member; the e-mail belongs to ${member(4)}`,
    `changed | ${member(4)} | userName | ${member(4)} | ${member(3)}`,
  ]);
  expect(report.findings[0].remediation.text).toContain("Settle in Notion whose e-mail it is");
});

test("with --roster a finding has the line of the row with its id, whatever address the row has by now", async () => {
  const inventory = await makeInventory({ seed: { members: 3 } });
  declare(inventory, everybody(inventory));
  inventory.simulator.workspace.edit(member(3), { role: "owner" });
  inventory.write(
    "members.csv",
    `userName,role,id\n${member(1)},owner,\nada@example.com,member,${inventory.id(member(3))}\n`,
  );
  const args = ["--state", "state.json", "--roster", "members.csv", "--format", "sarif"];
  const { stdout } = await inventory.run("drift", ...args);
  const [result] = JSON.parse(stdout).runs[0].results;
  expect(result.message.text).toContain(member(3));
  expect(result.locations[0].physicalLocation.region.startLine).toBe(3);
});

test("an incomplete listing proves nobody missing whom a refresh found gone", async () => {
  const inventory = await makeInventory({ seed: { members: 150 } });
  declare(inventory, { ...everybody(inventory), gone: { "eve@example.com": "id-eve" } });
  inventory.simulator.faults.add({ name: "duplicate_entry", path: "/Users", times: "always" });
  const { code, report } = await drift(inventory);
  expect(code).toBe(3);
  expect(report).toMatchObject({ complete: false, unproven: ["eve@example.com"], findings: [] });
});

test("whoever was found gone is unproven while an entry cannot be read: it may be theirs", async () => {
  const inventory = await makeInventory({ seed: { members: 3 } });
  declare(inventory, { ...everybody(inventory), gone: { "eve@example.com": "id-eve" } });
  const [, second] = inventory.simulator.workspace.people;
  Object.assign(second ?? {}, { userName: null });
  const { report } = await drift(inventory);
  expect(report.findings).toEqual([]);
  expect(report.unproven).toEqual(["eve@example.com", member(2)]);
});

test("what becomes of those who are not declared is what the NotionWorkspace says", async () => {
  const inventory = await makeInventory({ seed: { members: 3 } });
  const declared = everybody(inventory);
  const { workspace } = inventory.simulator;
  workspace.add({ userName: "stranger@partner.example", role: "member" });
  workspace.add({ userName: "robot@bots.example.com", role: "restricted_member" });
  const todo = async (settings: object) => {
    declare(inventory, { ...declared, ...settings });
    const { report } = await drift(inventory);
    return Object.fromEntries(
      (report.findings as Finding[]).map((each) => [each.who, each.remediation.text]),
    );
  };
  const [stranger, robot] = ["stranger@partner.example", "robot@bots.example.com"];
  const except = ["*@bots.example.com"];

  const plain = await todo({});
  expect(plain[stranger]).toMatch(/^Add a row to the roster .+ or list them in the --ignore file\.$/);
  expect(plain[robot]).toBe(plain[stranger]);
  const removing = await todo({ undeclared: "remove", except });
  expect(removing[stranger]).toContain("The program removes them (`undeclared: remove`)");
  expect(removing[robot]).toContain("The program leaves them alone (`except`)");
  const restricting = await todo({ undeclared: "restrict" });
  expect(restricting[stranger]).toContain(
    "The program makes them restricted_member (`undeclared: restrict`)",
  );
  // Somebody who holds no more than that is left as they are.
  expect(restricting[robot]).toBe(plain[robot]);
  const reporting = await todo({ undeclared: "report", except });
  expect(reporting[stranger]).toContain("`pulumi preview --refresh` names them, too");
});

test("one person in a NotionWorkspace and as a NotionUser is a duplicate", async () => {
  const inventory = await makeInventory({ seed: { members: 3 } });
  const id = inventory.id(member(3));
  declare(
    inventory,
    everybody(inventory),
    userResource("bertil", id, { userName: member(3) }),
    roleResource("bertil", id, { role: "member" }),
  );
  const { report } = await drift(inventory);
  const said = (report.findings as Finding[]).map(({ kind, who, declared }) => `${kind} ${who}: ${declared}`);
  expect(said.sort()).toEqual([
    `duplicate ${member(3)}: NotionRoleAssignment "bertil" and NotionWorkspace "acme"`,
    `duplicate ${member(3)}: NotionUser "bertil" and NotionWorkspace "acme"`,
  ]);
  expect(report.findings[0].remediation.text).toContain("onRemove: retain");
});

test("a role assignment for somebody whose role the NotionWorkspace leaves open is no duplicate", async () => {
  const inventory = await makeInventory({ seed: { members: 2 } });
  const { people, ids } = everybody(inventory);
  people[member(2)] = {};
  declare(inventory, { people, ids }, roleResource("b", inventory.id(member(2)), { role: "owner" }));
  expect((await drift(inventory)).code).toBe(0);
});

const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
const opened = (value: unknown) => ({ ...SECRET, plaintext: JSON.stringify(value) });
const closed = { ...SECRET, ciphertext: "v1:abc" };

test("what the program made secret is compared and never shown; what is encrypted is named as not compared", async () => {
  const inventory = await makeInventory({ seed: { members: 4 } });
  const { people, ids } = everybody(inventory);
  const { workspace } = inventory.simulator;
  workspace.edit(member(1), { title: "Live-Secret" });
  workspace.edit(member(2), { title: "Live-Secret" });
  workspace.edit(member(3), { title: "Live-Secret" });
  Object.assign(people[member(1)] ?? {}, { title: opened("Declared-Secret") });
  // A refresh left in the open what the program declared as a secret.
  Object.assign(people[member(2)] ?? {}, {
    title: opened("Live-Secret"),
    lastApplied: { title: "Declared-Secret" },
  });
  Object.assign(people[member(3)] ?? {}, { title: closed, name: { givenName: "Ada", familyName: closed } });
  const redacted = { [member(1)]: ["title"], [member(2)]: ["title"], [member(3)]: ["title", "name"] };
  declare(inventory, { people, ids, redacted });
  for (const format of ["json", "table", "csv", "markdown"]) {
    const { stdout } = await inventory.run("drift", "--state", "state.json", "--format", format);
    expect(stdout, format).not.toMatch(/Live-Secret|Declared-Secret/);
    expect(stdout, format).toContain("secret");
  }
  const { words, report } = await drift(inventory);
  expect(words).toEqual([
    `changed | ${member(1)} | title | [secret] | [secret]`,
    `changed | ${member(2)} | title | [secret] | [secret]`,
  ]);
  expect(report.notCompared).toEqual([{ resource: URN, person: member(3), properties: ["name", "title"] }]);
});

test("people who are a secret as a whole are known by their ids, and named as not compared", async () => {
  const inventory = await makeInventory({ seed: { members: 3 } });
  const { people, ids } = everybody(inventory);
  inventory.simulator.workspace.remove(member(3));
  inventory.simulator.workspace.edit(member(2), { role: "member" });
  const declareAs = (held: object) => {
    const outputs = { people: held, ids };
    inventory.write("state.json", stackState([workspaceResource("acme", { people: {}, ids }, { outputs })]));
  };
  declareAs(closed);
  const shut = await drift(inventory);
  expect(shut.words).toEqual([`missing | ${member(3)} | a member | not a member`]);
  expect(shut.report.notCompared).toEqual([{ resource: URN, person: null, properties: ["people"] }]);
  declareAs(opened(people));
  expect((await drift(inventory)).words).toEqual([
    `missing | ${member(3)} | a member | not a member`,
    `role | ${member(2)} | role | [secret] | [secret]`,
  ]);
});

test("ids that are encrypted leave nothing to compare by: an error that says so", async () => {
  const inventory = await makeInventory({ seed: { members: 1 } });
  const outputs = { people: {}, ids: closed };
  inventory.write(
    "state.json",
    stackState([workspaceResource("acme", { people: {}, ids: {} }, { outputs })]),
  );
  const { code, stderr } = await inventory.run("drift", "--state", "state.json");
  expect([code, stderr]).toEqual([1, expect.stringContaining("pulumi stack export --show-secrets")]);
});
