import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";
import { makeInventory, makeUntidyInventory } from "../inventory";

for (const [format, ending] of [
  ["table", "txt"],
  ["json", "json"],
  ["csv", "csv"],
  ["markdown", "md"],
] as const) {
  test(`an untidy workspace as ${format}`, async () => {
    const inventory = await makeUntidyInventory();
    const { code, stdout, stderr } = await inventory.run("report", "--format", format);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    await expect(stdout).toMatchFileSnapshot(`../golden/report.${ending}`);
  });
}

test("P pages of members and Q pages of groups cost P + Q requests, all of them GET", async () => {
  const inventory = await makeInventory({ seed: { members: 250, groups: 130 } });
  expect((await inventory.run("report")).code).toBe(0);
  expect(inventory.simulator.requests.counts).toEqual({ "GET /Users": 3, "GET /Groups": 2 });
});

test("the list of groups is not read for roles", async () => {
  const inventory = await makeInventory({ seed: "workspace" });
  const { stdout } = await inventory.run("report", "--only", "roles");
  expect(inventory.simulator.requests.counts).toEqual({ "GET /Users": 2 });
  const { roles } = JSON.parse(stdout);
  expect(roles.map((each: { role: string; count: number }) => [each.role, each.count])).toEqual([
    ["owner", 5],
    ["membership_admin", 4],
    ["member", expect.any(Number)],
    ["restricted_member", expect.any(Number)],
    ["temporary_member", 1],
    [null, 3],
  ]);
});

test("the same workspace gives the same bytes, in whatever order the pages come", async () => {
  const inventory = await makeInventory({ seed: { members: 60, groups: 7 } });
  const first = await inventory.run("report", "--format", "csv");
  inventory.simulator.configure({ order: "moving" });
  expect(await inventory.run("report", "--format", "csv")).toEqual(first);
});

test("filters choose members; roles and groups count those alone", async () => {
  const inventory = await makeUntidyInventory();
  const report = async (...args: string[]) => JSON.parse((await inventory.run("report", ...args)).stdout);
  const partner = await report("--domain", "Partner.Example");
  expect(partner.users.map(({ userName }: { userName: string }) => userName)).toEqual([
    "+plus@partner.example",
  ]);
  expect(partner.roles).toEqual([{ role: "member", count: 1, users: ["+plus@partner.example"] }]);
  expect(partner.groups.map(({ displayName }: { displayName: string }) => displayName)).toEqual(["Everyone"]);
  const privileged = await report("--role", "owner", "--role", "membership_admin", "--only", "users");
  expect(privileged.users).toHaveLength(3);
  const tier2 = await report("--group", 'Support "Tier 2"');
  expect(tier2.users.map(({ userName }: { userName: string }) => userName)).toEqual(["olivia@example.com"]);
  expect(tier2.groups).toHaveLength(1);
  expect((await report("--role", "none", "--only", "users")).users).toHaveLength(1);
});

test("a filter that matches nothing is most likely a slip, and what there is is named", async () => {
  const inventory = await makeUntidyInventory();
  const { code, stderr } = await inventory.run("report", "--group", "Archvie", "--role", "admin");
  expect(code).toBe(0);
  expect(stderr).toContain('Nothing here matches --group "Archvie". There is: Archive, ');
  expect(stderr).toContain('Nothing here matches --role "admin". There is: member, membership_admin, none, ');
});

test("a spreadsheet gets every name back, and no formula", async () => {
  const inventory = await makeUntidyInventory();
  const { stdout } = await inventory.run("report", "--format", "csv");
  const rows: string[][] = parse(stdout);
  expect(new Set(rows.map((row) => row.length))).toEqual(new Set([7]));
  expect(rows.flat().filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
  const names = new Map(rows.map(([email = "", name]) => [email, name]));
  expect(names.get("quote@example.com")).toBe('Bob "the Builder", Jr.');
  expect(names.get("newline@example.com")).toBe("Two\nLines");
  expect(names.get("arabic@example.com")).toBe("سلمى الأحمد");
  expect(names.get("emoji@example.com")).toBe("Zoë 👩‍💻 大阪");
  expect(names.get("formula@example.com")).toBe('\'=HYPERLINK("http://evil.example","x")');
  expect(names.get("'+plus@partner.example")).toBe("Plus Partner");
});

test("no name acts on a terminal or turns a line around", async () => {
  const inventory = await makeUntidyInventory();
  for (const format of ["table", "csv", "markdown", "json"]) {
    const { stdout } = await inventory.run("report", "--format", format);
    expect(stdout, format).not.toMatch(/[^\P{Cc}\n]/u);
    expect(stdout, format).not.toContain("\u202e");
  }
});

test("markdown shows names as they are, notifies nobody, and fits a comment however many there are", async () => {
  const untidy = await makeUntidyInventory();
  const { stdout } = await untidy.run("report", "--format", "markdown");
  expect(stdout).toContain("&lt;b&gt;\\|\\`\\_\\*@\u2060octocat\\*\\`\\|&lt;/b&gt;");
  const large = await makeInventory({ seed: { members: 900, groups: 40 } });
  const comment = (await large.run("report", "--format", "markdown")).stdout;
  expect(comment.length).toBeLessThan(65_536);
  expect(comment).toMatch(/\d+ more rows do not fit in a comment; `--format csv` has them all\./);
});

test("--mask leaves no whole address in any format", async () => {
  const inventory = await makeUntidyInventory();
  for (const format of ["table", "csv", "markdown", "json"]) {
    const { stdout } = await inventory.run("report", "--mask", "--format", format);
    expect(stdout, format).not.toMatch(/olivia@|otto@|plus@/);
    expect(stdout, format).toContain("example.com");
  }
});

test("two members whose e-mails differ in case alone are two members", async () => {
  const inventory = await makeInventory({ seed: { members: 3 } });
  const [, second, third] = inventory.simulator.workspace.people;
  if (second === undefined || third === undefined) throw new Error("three were seeded");
  third.userName = second.userName.toUpperCase();
  const { stdout } = await inventory.run("report", "--only", "users");
  expect(JSON.parse(stdout).users.map(({ userName }: { userName: string }) => userName)).toEqual([
    "member.001@example.com",
    "member.002@example.com",
    "member.002@example.com",
  ]);
});

test("a listing that moves is said to be incomplete at the top of every format, and exits with 3", async () => {
  const inventory = await makeInventory({ seed: { members: 250 }, order: "moving" });
  for (const [format, top] of [
    [
      "table",
      /^INCOMPLETE: The list of members could not be proven complete: \d+ of 250 entries came twice\./,
    ],
    ["csv", /^# INCOMPLETE: The list of members/],
    ["markdown", /^## Notion workspace\n\n> \*\*Incomplete:\*\* The list of members/],
    [
      "json",
      /^\{\n {2}"kind": "notion-inventory report",\n {2}"version": 1,\n {2}"complete": false,\n {2}"incomplete": \[\n {4}"The list/,
    ],
  ] as const) {
    const { code, stdout, stderr } = await inventory.run("report", "--format", format);
    expect(code, format).toBe(3);
    expect(stdout, format).toMatch(top);
    expect(stderr).toContain("INCOMPLETE");
  }
});

test("an empty list is an answer that went wrong, not an empty workspace", async () => {
  const inventory = await makeInventory({ seed: { members: 3 } });
  inventory.simulator.faults.add({ name: "empty_list", path: "/Users", times: "always" });
  const { code, stdout } = await inventory.run("report");
  expect(code).toBe(3);
  expect(JSON.parse(stdout).incomplete).toEqual([
    expect.stringContaining("no members, although the token's owner is one"),
  ]);
});

test("the format is a table on a terminal, JSON in a pipe, and goes by the ending of a file", async () => {
  const inventory = await makeInventory({ seed: { members: 2 } });
  expect((await inventory.run("report")).stdout).toMatch(/^\{/);
  await inventory.run("report", "--output", "r.csv");
  expect(inventory.read("r.csv")).toMatch(/^e-mail,name,role/);
  await inventory.run("report", "--output", "r.md");
  expect(inventory.read("r.md")).toMatch(/^## Notion workspace/);
  inventory.terminal = true;
  const shown = await inventory.run("report");
  expect(shown.stdout).toContain("\u001b[1mMembers (2)\u001b[22m\n");
  inventory.env = { NO_COLOR: "1" };
  expect((await inventory.run("report")).stdout).toMatch(/^Members \(2\)\n/);
});

test("a group whose list of members may be cut says so in every format, and the report is not complete", async () => {
  const inventory = await makeInventory({ seed: { members: 4, groups: 2 } });
  inventory.simulator.workspace.editGroup("Group 02", { members: [inventory.id("member.001@example.com")] });
  inventory.simulator.configure({ shownMembers: 1, memberCount: true });
  const report = (format: string) => inventory.run("report", "--only", "groups", "--format", format);
  const { code, stdout } = await report("json");
  expect(code).toBe(3);
  expect(JSON.parse(stdout).groups).toMatchObject([{ complete: false }, { complete: true }]);
  expect((await report("table")).stdout).toMatch(
    /^Group 01 +1 or more +member\.001@example\.com\nGroup 02 +1 +/m,
  );
  expect((await report("csv")).stdout).toMatch(/^Group 01,,,[^,]+,the list of members may be cut$/m);
  const filtered = await inventory.run("report", "--group", "Group 02");
  expect([filtered.code, JSON.parse(filtered.stdout).incomplete]).toEqual([0, []]);
});
