import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";
import { readRunSettings, readSettings } from "../../../provider/config";
import { stub } from "../../../provider/hosts/dynamic/stub";
import { openSession } from "../../../provider/lifecycle/session";
import { checkWorkspaceInputs } from "../../../provider/lifecycle/workspace/inputs";
import { createWorkspace } from "../../../provider/lifecycle/workspace/write";
import { NOBODY_ELSEWHERE } from "../../../provider/plan/elsewhere";
import { NotionWorkspace } from "../../../provider/resources/notion-workspace";
import { parseRoster } from "../../../provider/roster/roster";
import type { WorkspaceInputs } from "../../../provider/state/workspace";
import { Stack, workspace } from "../../lifecycle/workspace/stack";
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
  const { stderr, stdout } = await inventory.run("export", "--format", "ts");
  expect(stderr).toMatch(/asleep@example.com \(.+\) is left out: they are deactivated/);
  expect(stderr).toMatch(
    /olivia@example.com \(.+\) is left out: 2 members have this e-mail; settle in Notion/,
  );
  expect(stderr).toContain(
    "The role of future@example.com is not declared: this version cannot write temporary_member",
  );
  expect(stderr).toContain("The role of roleless@example.com is not declared: Notion shows none");
  expect(stdout).not.toMatch(/asleep|olivia/);
  expect(stdout).toContain('\n    { userName: "future@example.com" },\n');
});

test("an address that begins with # is no comment of the roster, and nobody is lost by an export", async () => {
  const inventory = await makeInventory();
  const { workspace } = inventory.simulator;
  workspace.add({ userName: "#ada@example.com", role: "owner" });
  workspace.add({ userName: "bob@example.com", role: "member" });
  const csv = await inventory.run("export", "--format", "csv");
  const yaml = await inventory.run("export", "--format", "yaml");
  for (const roster of [parseRoster("a.csv", csv.stdout), parseRoster("a.yaml", yaml.stdout)]) {
    expect(roster).toMatchObject({
      people: [
        { userName: "#ada@example.com", role: "owner" },
        { userName: "bob@example.com", role: "member" },
      ],
      problems: [],
    });
  }
});

test("readRoster gets every value back from both rosters, and a spreadsheet gets no formula", async () => {
  const inventory = await makeUntidyInventory();
  const roster = async (format: string) =>
    (await inventory.run("export", "--format", format, "--attributes", ALL)).stdout;
  const yaml = parseRoster("a.yaml", await roster("yaml"));
  expect(yaml.problems).toEqual([]);
  const { people, problems } = parseRoster("a.csv", await roster("csv"));
  expect({ people, problems }).toEqual({ people: yaml.people, problems: [] });
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

test("the import file is one NotionWorkspace, as one that took everyone over would have left it in the state", async () => {
  const inventory = await makeInventory({ seed: "workspace" });
  const args = [
    "--output",
    "members.csv",
    "--import",
    "import.json",
    "--attributes",
    "name,title",
    "--protect",
  ];
  expect((await inventory.run("export", ...args, "--name", "acme")).code).toBe(0);
  expect(inventory.simulator.requests.counts).toEqual({ "GET /Users": 2 });

  const { resources } = JSON.parse(inventory.read("import.json"));
  expect(resources).toHaveLength(1);
  const [{ inputs, outputs, ...entry }] = resources;
  expect(entry).toEqual({ type: NotionWorkspace.__pulumiType, name: "acme", id: "workspace" });
  expect([inputs.__provider, outputs.__provider]).toEqual([stub("workspace"), stub("workspace")]);
  const { __provider: _, ...declared } = inputs;
  const { __provider: __, ...held } = outputs;

  // What a program declares that reads the roster is just that.
  const { people } = parseRoster("members.csv", inventory.read("members.csv"));
  expect(Object.fromEntries(people.map(({ userName, ...person }) => [userName, person]))).toEqual(
    declared.people,
  );
  const session = openSession(
    readSettings({
      env: {
        NOTION_SCIM_TOKEN: inventory.simulator.token,
        NOTION_SCIM_BASE_URL: inventory.simulator.baseUrl,
      },
      config: () => undefined,
    }),
    undefined,
    () => {},
  );
  const checked = checkWorkspaceInputs({}, declared);
  expect(checked.failures).toEqual([]);
  const created = await createWorkspace(
    session,
    checked.inputs as WorkspaceInputs,
    () => NOBODY_ELSEWHERE,
    readRunSettings({ env: {}, config: () => undefined }, inventory.now),
  );
  await session.client.close();
  expect({ id: entry.id, outs: held }).toEqual(created);
  expect(inventory.simulator.requests.entries.filter(({ method }) => method !== "GET")).toEqual([]);
});

test("a workspace with one owner: what is printed runs as it is, and says why it says so", async () => {
  const inventory = await makeInventory({ seed: { members: 1 } });
  inventory.simulator.workspace.add({ userName: "ada@example.com" });
  const { stderr } = await inventory.run("export", "--output", "members.csv", "--import", "import.json");
  expect(stderr).toContain('{ people: readRoster("members.csv"), limits: { minOwners: 1 } });\n');
  expect(stderr).toContain("There is one owner among them.");
  expect(stderr).toContain("Make a second owner");
  const { stdout } = await inventory.run("export", "--format", "ts");
  expect(stdout).toContain("  limits: { minOwners: 1 },\n});\n");

  const { people, limits } = JSON.parse(inventory.read("import.json")).resources[0].inputs;
  expect((await new Stack(inventory.simulator).up([workspace("acme", people, { limits })])).errors).toEqual(
    [],
  );
  const { errors } = await new Stack(inventory.simulator).up([workspace("acme", people)]);
  expect(errors.join()).toContain("minOwners asks for 2");
  expect(inventory.simulator.requests.entries.filter(({ method }) => method !== "GET")).toEqual([]);
});

test("with two owners nothing is said of limits", async () => {
  const inventory = await makeInventory({ seed: { members: 2 } });
  const { stdout, stderr } = await inventory.run("export", "--format", "ts");
  expect(stdout + stderr).not.toContain("minOwners");
});

test("the format is a roster unless the file's ending or --format says otherwise", async () => {
  const inventory = await makeInventory({ seed: { members: 2 } });
  const text = async (...args: string[]) => (await inventory.run("export", ...args)).stdout;
  expect(await text()).toBe("userName,role\nmember.001@example.com,owner\nmember.002@example.com,owner\n");
  await text("--output", "members.yml");
  expect(inventory.read("members.yml")).toContain("- userName: member.001@example.com\n  role: owner\n");
  await text("--output", "index.ts");
  expect(inventory.read("index.ts")).toContain('new NotionWorkspace("workspace", {\n  people: [\n');
  await text("--output", "roster.txt", "--format", "yaml");
  expect(inventory.read("roster.txt")).toContain("- userName: ");
});

test("a file that is there already is not replaced without --force, nor is anything asked of Notion", async () => {
  const inventory = await makeInventory({ seed: { members: 1 } });
  const edited = "userName,role,reason\nmember.001@example.com,owner,INC-42\n";
  inventory.write("members.csv", edited);
  const refused = await inventory.run("export", "--output", "members.csv");
  expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 1, stdout: "" });
  expect(refused.stderr).toContain("members.csv exists");
  expect(refused.stderr).toContain("--force");
  expect(inventory.read("members.csv")).toBe(edited);
  expect(inventory.simulator.requests.count()).toBe(0);
  expect((await inventory.run("export", "--output", "members.csv", "--force")).code).toBe(0);
  expect(inventory.read("members.csv")).toBe("userName,role\nmember.001@example.com,owner\n");
  inventory.write("import.json", "{}");
  const both = await inventory.run("export", "--output", "other.csv", "--import", "import.json");
  expect([both.code, both.stderr]).toEqual([1, expect.stringContaining("import.json exists")]);
  expect((await inventory.run("export", "--output", "members.csv/x.csv")).stderr).toContain(
    "Could not write",
  );
  inventory.write("empty.csv", "");
  expect((await inventory.run("export", "--output", "empty.csv")).code).toBe(0);
});

test("after a roster it is said which program reads it, and what comes next", async () => {
  const inventory = await makeInventory({ seed: { members: 2 } });
  const { stderr } = await inventory.run("export", "--output", "m.csv", "--name", "acme");
  expect(stderr).toContain('  import { NotionWorkspace, readRoster } from "pulumi-notion";\n');
  expect(stderr).toContain('  new NotionWorkspace("acme", { people: readRoster("m.csv") });\n');
  expect(stderr).toContain("Next: `pulumi preview`, then `pulumi up`");
  const imported = await inventory.run("export", "--output", "more.csv", "--import", "i.json");
  expect(imported.stderr).toContain("Next: pulumi import --file i.json --generate-code=false\n");
});

test("--protect protects everyone, in a roster by a column", async () => {
  const inventory = await makeInventory({ seed: { members: 1 } });
  const text = async (format: string) =>
    (await inventory.run("export", "--protect", "--format", format)).stdout;
  expect(await text("csv")).toBe("userName,role,protect\nmember.001@example.com,owner,true\n");
  expect(parseRoster("a.yaml", await text("yaml")).people).toEqual([
    { userName: "member.001@example.com", role: "owner", protect: true },
  ]);
  expect(await text("ts")).toContain('{ userName: "member.001@example.com", role: "owner", protect: true },');
});

test("--times brings the columns that an elevation needs, so that it changes one line", async () => {
  const inventory = await makeInventory();
  inventory.simulator.workspace.add({ userName: "olivia@example.com", role: "owner" });
  inventory.simulator.workspace.add({ userName: "kestrel@example.com", role: "member" });
  await inventory.run("export", "--output", "members.csv", "--times");
  expect(inventory.read("members.csv").split("\n")[0]).toBe(
    "userName,role,until,roleUntil,roleThen,reason,approvedBy",
  );
  const wish = "--role owner --for 4h --reason INC-1 --approved-by olivia@example.com".split(" ");
  const elevate = ["elevate", "--roster", "members.csv", "--who", "kestrel@example.com", ...wish];
  const { stdout } = await inventory.run(...elevate);
  expect(stdout.split("\n").filter((line) => /^[+-](?![+-])/.test(line))).toHaveLength(2);
  expect((await inventory.run("export", "--output", "members.yaml", "--times")).code).toBe(64);
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

test("--ids writes Notion's id of everyone, in every format and in the import file, and readRoster reads it back", async () => {
  const inventory = await makeInventory({ seed: { members: 1 } });
  const [userName, role, id] = ["member.001@example.com", "owner", inventory.id("member.001@example.com")];
  const text = async (format: string, ...args: string[]) =>
    (await inventory.run("export", "--ids", "--format", format, ...args)).stdout;
  expect(await text("csv", "--protect")).toBe(`userName,role,id,protect\n${userName},${role},${id},true\n`);
  expect(await text("ts")).toContain(`{ userName: "${userName}", role: "${role}", id: "${id}" },`);
  for (const format of ["csv", "yaml"])
    expect(parseRoster(`a.${format}`, await text(format))).toMatchObject({
      people: [{ userName, role, id }],
      problems: [],
    });
  await text("csv", "--output", "members.csv", "--import", "import.json");
  const [{ inputs, outputs }] = JSON.parse(inventory.read("import.json")).resources;
  expect(inputs.people).toEqual({ [userName]: { role, id } });
  // The state has an account's id among `ids` alone.
  expect(outputs).toMatchObject({ people: { [userName]: { role } }, ids: { [userName]: id } });
  expect(outputs.people[userName]).not.toHaveProperty("id");
});

test("--ids leaves out an id that no roster takes, and says whose", async () => {
  const inventory = await makeInventory({ seed: { members: 1 } });
  const [person] = inventory.simulator.workspace.people;
  if (person !== undefined) person.id = "007";
  const { code, stdout, stderr } = await inventory.run("export", "--ids", "--format", "csv");
  expect([code, stdout]).toEqual([0, "userName,role,id\nmember.001@example.com,owner,\n"]);
  expect(stderr).toContain(
    'The id of member.001@example.com is not declared: "007" does not have the form of Notion\'s ids.',
  );
});
