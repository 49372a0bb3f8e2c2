import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";
import { readSettings } from "../../../provider/config";
import { ROLE_TYPE, USER_TYPE } from "../../../provider/inventory/reading/declared";
import { createRole } from "../../../provider/lifecycle/role";
import { openSession } from "../../../provider/lifecycle/session";
import { createUser } from "../../../provider/lifecycle/user";
import { peopleOf } from "../../../provider/people/roster";
import { csvRows, yamlRows } from "../../../provider/people/roster-rows";
import { NotionRoleAssignment } from "../../../provider/resources/notion-role-assignment";
import { NotionUser } from "../../../provider/resources/notion-user";
import { stub } from "../../../provider/resources/stub";
import { makeInventory, makeUntidyInventory } from "../inventory";

const ALL = "name,title,department,employeeNumber,manager";

for (const format of ["ts", "yaml", "csv"]) {
  test(`an untidy workspace as ${format}, e-mail and role alone`, async () => {
    const inventory = await makeUntidyInventory();
    const { code, stdout, stderr } = await inventory.run("export", "--format", format);
    expect(code).toBe(0);
    await expect(stdout).toMatchFileSnapshot(`../golden/export.${format}.txt`);
    expect(stderr).toContain("nothing was changed in Notion");
  });

  test(`an untidy workspace as ${format}, with attributes`, async () => {
    const inventory = await makeUntidyInventory();
    const { stdout, stderr } = await inventory.run("export", "--format", format, "--attributes", ALL);
    await expect(stdout).toMatchFileSnapshot(`../golden/export-attributes.${format}.txt`);
    await expect(stderr).toMatchFileSnapshot("../golden/export-attributes.notes.txt");
  });
}

test("what cannot be declared as it is is left out, and said", async () => {
  const inventory = await makeUntidyInventory();
  const [, otto] = inventory.simulator.workspace.people;
  if (otto !== undefined) otto.userName = "OLIVIA@example.com";
  const { stderr, stdout } = await inventory.run("export");
  expect(stderr).toMatch(/asleep@example.com \(.+\) is left out: deactivated/);
  expect(stderr).toMatch(/olivia@example.com \(.+\) is left out: 2 members have this e-mail address/);
  expect(stderr).toContain(
    "The role of future@example.com is not declared: this version cannot write temporary_member",
  );
  expect(stderr).toContain("The role of roleless@example.com is not declared: Notion shows none");
  expect(stdout).not.toMatch(/asleep|olivia/);
  expect(stdout).toContain('"future@example.com": { userName: "future@example.com" }');
});

test("readRoster gets every value back from both rosters, and a spreadsheet gets no formula", async () => {
  const inventory = await makeUntidyInventory();
  const roster = async (format: string) =>
    (await inventory.run("export", "--format", format, "--attributes", ALL)).stdout;
  const yaml = peopleOf(yamlRows(await roster("yaml")));
  expect(yaml.problems).toEqual([]);
  expect(peopleOf(csvRows(await roster("csv")))).toEqual(yaml);
  const person = (userName: string) => yaml.people.find((each) => each.userName === userName);
  expect(person("quote@example.com")).toEqual({
    userName: "quote@example.com",
    role: "member",
    name: { formatted: 'Bob "the Builder", Jr.' },
    title: "-1",
    employeeNumber: "007",
  });
  expect(person("formula@example.com")?.name).toEqual({ formatted: '=HYPERLINK("http://evil.example","x")' });
  expect(person("newline@example.com")?.name).toEqual({ formatted: "Two\nLines" });
  expect(person("turned@example.com")?.name).toEqual({ formatted: "evil\u202etxt.exe" });
  expect(await roster("csv")).not.toMatch(/(^|,|")[=+@-]/m);
  expect(await roster("yaml")).not.toContain("\u202e");
  expect(await roster("ts")).not.toContain("\u202e");
});

test("filters take over a part", async () => {
  const inventory = await makeUntidyInventory();
  const { stdout } = await inventory.run(
    "export",
    "--format",
    "csv",
    "--group",
    "Design, Brand & Web",
    "--role",
    "member",
  );
  expect(parse(stdout, { columns: true })).toHaveLength(3);
  expect(inventory.simulator.requests.counts).toEqual({ "GET /Users": 1, "GET /Groups": 1 });
});

test("the import file holds what an adopting create would have left in the state", async () => {
  const inventory = await makeInventory({ seed: "workspace" });
  const { code } = await inventory.run(
    "export",
    "--output",
    "index.ts",
    "--import",
    "import.json",
    "--attributes",
    "name,title",
  );
  expect(code).toBe(0);
  expect(inventory.simulator.requests.counts).toEqual({ "GET /Users": 2 });

  const { resources } = JSON.parse(inventory.read("import.json"));
  expect(resources).toHaveLength(120 + 116);
  const env = {
    NOTION_SCIM_TOKEN: inventory.simulator.token,
    NOTION_SCIM_BASE_URL: inventory.simulator.baseUrl,
  };
  const session = openSession(readSettings({ env, config: () => undefined }), undefined, () => {});
  for (const each of resources.slice(0, 40)) {
    const { __provider, ...inputs } = each.inputs;
    const { __provider: again, ...outputs } = each.outputs;
    expect(again).toBe(__provider);
    const isUser = each.type === USER_TYPE;
    expect(__provider).toBe(stub(isUser ? "user" : "role"));
    const created = isUser ? await createUser(session, inputs) : await createRole(session, inputs);
    expect({ id: each.id, outputs }).toEqual({ id: created.id, outputs: created.outs });
  }
  await session.client.close();
  expect(inventory.simulator.requests.entries.filter(({ method }) => method !== "GET")).toEqual([]);
});

test("the types are those of the resource classes", () => {
  expect([USER_TYPE, ROLE_TYPE]).toEqual([NotionUser.__pulumiType, NotionRoleAssignment.__pulumiType]);
});

test("a roster's import file puts everyone under the component that reads the roster", async () => {
  const inventory = await makeInventory({ seed: { members: 3 } });
  const args = ["export", "--format", "csv", "--output", "m.csv", "--import", "i.json"];
  const { stderr } = await inventory.run(...args, "--component", "acme");
  const [top, user] = JSON.parse(inventory.read("i.json")).resources;
  expect(top).toEqual({ type: "notion:index:NotionWorkspace", name: "acme", component: true });
  expect(user).toMatchObject({ parent: "acme", inputs: { initialRole: "owner" } });
  expect(stderr).toContain('new NotionWorkspace("acme", { people: readRoster("m.csv"), protect: true })');
});

test("protected by default, as pulumi import does", async () => {
  const inventory = await makeInventory({ seed: { members: 2 } });
  expect((await inventory.run("export")).stdout).toContain("const protect = true;");
  const open = await inventory.run("export", "--no-protect", "--import", "i.json");
  expect(open.stdout).toContain("const protect = false;");
  expect(open.stderr).toContain("pulumi import --file i.json --generate-code=false --protect=false");
});

test("an incomplete listing is said at the top of each format, and exits with 3", async () => {
  const inventory = await makeInventory({ seed: { members: 250 }, order: "moving" });
  for (const [format, top] of [
    ["ts", "// INCOMPLETE: "],
    ["yaml", "# INCOMPLETE: "],
    ["csv", "# INCOMPLETE: "],
  ] as const) {
    const { code, stdout, stderr } = await inventory.run("export", "--format", format);
    expect([code, stdout.startsWith(top)]).toEqual([3, true]);
    expect(stderr).toContain("INCOMPLETE");
  }
});

test("an unknown attribute is wrong usage, and the known ones are named", async () => {
  const inventory = await makeInventory({ seed: { members: 1 } });
  const { code, stderr } = await inventory.run("export", "--attributes", "name,shoeSize");
  expect(code).toBe(64);
  expect(stderr).toContain('"shoeSize" is no attribute; allowed are name, title, department');
});
