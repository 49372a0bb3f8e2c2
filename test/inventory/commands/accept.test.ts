import { chmodSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  everybody,
  type Inventory,
  makeInventory,
  stackState,
  userResource,
  workspaceResource,
} from "../inventory";

const member = (number: number) => `member.${String(number).padStart(3, "0")}@example.com`;
const STRANGER = "stranger@partner.example";

/** A workspace of nine with its roster, which has comments, quotes and an order that is nobody's business. */
async function makeScene(settings: object = {}, members = 9): Promise<Inventory> {
  const inventory = await makeInventory({ seed: { members } });
  const { people, ids } = everybody(inventory);
  Object.assign(people[member(6)] ?? {}, { title: "Engineer", department: "R&D" });
  inventory.simulator.workspace.edit(member(6), { title: "Engineer", department: "R&D" });
  inventory.write("state.json", stackState([workspaceResource("acme", { people, ids, ...settings })]));
  const rows = Object.entries(people).map(([email, person]) => {
    const { role, title = "", department = "" } = person as Record<string, string>;
    return `${email},"${role}",${title},${department}`;
  });
  const [first, ...others] = rows;
  inventory.write(
    "members.csv",
    ["# ours", "userName,role,title,department", first, "# the rest", ...others, ""].join("\r\n"),
  );
  return inventory;
}

/** Edits it behind the code's back in every way that there is. */
function driftAway({ simulator: { workspace } }: Inventory): void {
  workspace.remove(member(3));
  workspace.add({ userName: STRANGER, role: "owner", title: "Guest" });
  workspace.edit(member(4), { role: "membership_admin" });
  workspace.edit(member(6), { title: "Chief, R&D", department: null });
  workspace.edit(member(7), { userName: "married@example.com" });
}

const accept = (inventory: Inventory, ...args: string[]) =>
  inventory.run("accept", "--state", "state.json", "--roster", "members.csv", ...args);

/** The rows of the roster that are not as they were. */
function changedLines(before: string, after: string): string[] {
  const lines = (text: string) => text.split("\r\n");
  return [
    ...lines(before)
      .filter((line) => !lines(after).includes(line))
      .map((line) => `- ${line}`),
    ...lines(after)
      .filter((line) => !lines(before).includes(line))
      .map((line) => `+ ${line}`),
  ];
}

const role = (inventory: Inventory, number: number) =>
  inventory.simulator.workspace.member(member(number))?.role;

test("roles, attributes, an e-mail, a stranger and somebody who is gone: the diff has just these rows, and nothing is written", async () => {
  const inventory = await makeScene();
  const was = [3, 4, 7].map((number) => role(inventory, number));
  driftAway(inventory);
  const before = inventory.read("members.csv");
  const { code, stdout, stderr } = await accept(inventory);
  expect(code).toBe(0);
  expect(inventory.read("members.csv")).toBe(before);
  expect(stdout).toMatch(/^--- a\/members.csv\n\+\+\+ b\/members.csv\n@@/);
  // The new column is a cell of every row.
  expect(stderr).toContain("The column formerUserName is new");
  expect(stderr).toContain(`department of ${member(6)}: empty in Notion`);
  expect(stderr).toContain(
    "members.csv would have 3 rows changed, 1 row added, 1 row taken out; --write makes it so.",
  );

  expect((await accept(inventory, "--write")).code).toBe(0);
  const after = inventory.read("members.csv").replaceAll(/,\r\n/g, "\r\n").replace(",formerUserName", "");
  expect(changedLines(before, after)).toEqual([
    `- ${member(3)},"${was[0]}",,`,
    `- ${member(4)},"${was[1]}",,`,
    `- ${member(6)},"member",Engineer,R&D`,
    `- ${member(7)},"${was[2]}",,`,
    `+ ${member(4)},"membership_admin",,`,
    `+ ${member(6)},"member","Chief, R&D",`,
    `+ married@example.com,"${was[2]}",,,${member(7)}`,
    `+ ${STRANGER},"owner",,`,
  ]);
});

test("what is written is written whole, into the file behind a link, with the mode that it has; a second time there is nothing to say but what is pending", async () => {
  const inventory = await makeScene();
  driftAway(inventory);
  chmodSync(join(inventory.folder, "members.csv"), 0o640);
  const { code, stdout, stderr } = await accept(inventory, "--write");
  expect([code, stdout]).toEqual([0, ""]);
  expect(stderr).toContain("Next: `pulumi preview --refresh`");
  expect(statSync(join(inventory.folder, "members.csv")).mode & 0o777).toBe(0o640);
  const text = inventory.read("members.csv");
  const again = await accept(inventory, "--write");
  expect(inventory.read("members.csv")).toBe(text);
  expect(again.stderr).toContain("members.csv stays as it is");
});

test("--who takes just those, by the declared e-mail or the one that is there; also --attributes of who is added", async () => {
  const inventory = await makeScene();
  driftAway(inventory);
  const before = inventory.read("members.csv");
  const { code } = await accept(
    inventory,
    "--who",
    `${member(4).toUpperCase()}, ${STRANGER}`,
    "--attributes",
    "title",
    "--write",
  );
  expect(code).toBe(0);
  expect(changedLines(before, inventory.read("members.csv"))).toEqual([
    `- ${member(4)},"member",,`,
    `+ ${member(4)},"membership_admin",,`,
    `+ ${STRANGER},"owner",Guest,`,
  ]);
  const renamed = await accept(inventory, "--who", "married@example.com", "--who", member(3));
  expect(renamed.code).toBe(0);
  expect(renamed.stdout).toContain(`+married@example.com,"`);
  expect(renamed.stdout).not.toContain(`+${member(6)},"member","Chief`);
});

test("nobody who is named and has no drift is passed over in silence: an error, and nothing is written", async () => {
  const inventory = await makeScene();
  driftAway(inventory);
  const before = inventory.read("members.csv");
  const { code, stdout, stderr } = await accept(
    inventory,
    "--who",
    `${member(4)},${member(5)},nobody@example.com`,
    "--write",
  );
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain(`${member(5)} has no drift; nobody@example.com has no drift. Nothing was edited`);
  expect(inventory.read("members.csv")).toBe(before);
});

test("no drift: nothing is printed, exit code 0", async () => {
  const inventory = await makeScene();
  expect(await accept(inventory)).toMatchObject({
    code: 0,
    stdout: "",
    stderr: expect.stringContaining("members.csv stays as it is: no drift is to be declared in it."),
  });
});

/** What the program cannot put into the file, and what it says of it. */
const LEFT: [string, (inventory: Inventory) => void, string | RegExp][] = [
  [
    "somebody who was deactivated",
    ({ simulator }) => simulator.workspace.edit(member(5), { active: false }),
    `active of ${member(5)} (changed): To activate them again`,
  ],
  [
    "a role that this version does not know",
    ({ simulator }) => simulator.workspace.edit(member(5), { role: "space_pilot" }),
    `role of ${member(5)} (role): To write back`,
  ],
  [
    "a stranger who is deactivated",
    ({ simulator }) => simulator.workspace.add({ userName: STRANGER, role: "member", active: false }),
    `${STRANGER} (unmanaged): ${STRANGER}`,
  ],
  [
    "a title that no roster may hold",
    ({ simulator }) => simulator.workspace.edit(member(6), { title: " Chief\u001b[2J" }),
    `title of ${member(6)} (changed): what is there would not pass the provider's check`,
  ],
  [
    "a person whose row is not in this file",
    (inventory) => {
      inventory.simulator.workspace.edit(member(5), { role: "owner" });
      inventory.write("members.csv", inventory.read("members.csv").replace(/member\.005.*\r\n/, ""));
    },
    `role of ${member(5)} (role): no row of the roster is for ${member(5)}`,
  ],
  [
    "a cell that somebody has changed and no run has applied",
    (inventory) => {
      inventory.simulator.workspace.edit(member(5), { role: "owner" });
      const text = inventory.read("members.csv");
      inventory.write("members.csv", text.replace(/(member\.005[^"]*)"\w+"/, '$1"restricted_member"'));
    },
    /role of member\.005\S+ \(role\): line \d+ says "restricted_member" by now, which no run has applied/,
  ],
  [
    "a new e-mail that another row has",
    (inventory) => {
      inventory.simulator.workspace.edit(member(5), { userName: "new@example.com" });
      inventory.write("members.csv", `${inventory.read("members.csv")}new@example.com,member,,\r\n`);
    },
    /userName of member\.005\S+ \(changed\): line \d+ is for new@example.com already/,
  ],
];

test.each(LEFT)("%s is said, not lost: exit code 2, and the others are accepted", async (_, change, said) => {
  const inventory = await makeScene();
  change(inventory);
  inventory.simulator.workspace.edit(member(4), { role: "membership_admin" });
  const { code, stdout, stderr } = await accept(inventory);
  expect(stderr).toMatch(/^Not in the edit: /m);
  if (typeof said === "string") expect(stderr).toContain(said);
  else expect(stderr).toMatch(said);
  expect(code).toBe(2);
  const added = stdout.split("\n").filter((line) => /^\+[^+]/.test(line));
  expect(added).toEqual([`+${member(4)},"membership_admin",,\r`]);
});

test("what is over is not prolonged by accepting it; of a role for a time the cell of this moment is changed", async () => {
  const inventory = await makeInventory({ seed: { members: 4 } });
  const { people, ids } = everybody(inventory);
  const timed = (roleUntil: string) => ({ role: "owner", roleUntil, roleThen: "member" });
  people[member(3)] = timed("2026-11-10");
  people[member(4)] = { ...timed("2026-11-10"), role: "member" };
  const inputs = { people: { ...people, [member(4)]: timed("2026-11-10") } };
  inventory.write("state.json", stackState([workspaceResource("acme", { people, ids }, { inputs })]));
  inventory.simulator.workspace.edit(member(3), { role: "owner" });
  inventory.simulator.workspace.edit(member(4), { role: "restricted_member" });
  const cells = ",owner,2026-11-10,member\n";
  inventory.write(
    "members.csv",
    `userName,role,roleUntil,roleThen\n${member(3)}${cells}${member(4)}${cells}`,
  );
  const { code, stdout, stderr } = await accept(inventory);
  expect(code).toBe(2);
  expect(stderr).toContain(`role of ${member(3)} (expired): accepting gives nobody more time.`);
  expect(stdout.split("\n").filter((line) => /^\+[^+]/.test(line))).toEqual([
    `+${member(4)},owner,2026-11-10,restricted_member`,
  ]);
});

test("people declared one by one are the program's: said, not edited", async () => {
  const inventory = await makeScene();
  const { resources } = JSON.parse(inventory.read("state.json")).deployment;
  const { id } = inventory.simulator.workspace.add({ userName: "single@example.com", role: "member" });
  const single = userResource("single", id, { userName: "single@example.com", title: "Lead" });
  inventory.write("state.json", stackState([...resources.slice(1), single]));
  const { code, stdout, stderr } = await accept(inventory);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(
    "title of single@example.com (changed): a resource of its own declares this, not a roster.",
  );
});

test("whom the program excepts is added by name alone", async () => {
  const inventory = await makeScene({ undeclared: "remove", except: ["*@partner.example"] });
  inventory.simulator.workspace.add({ userName: STRANGER, role: "member" });
  const all = await accept(inventory);
  expect([all.code, all.stdout]).toEqual([2, ""]);
  expect(all.stderr).toContain("the program leaves them alone (`except`)");
  expect((await accept(inventory, "--who", STRANGER)).stdout).toContain(`+${STRANGER},"member",,`);
  inventory.write("ignore.yaml", "users: ['*@partner.example']\n");
  expect(await accept(inventory, "--ignore", "ignore.yaml")).toMatchObject({ code: 0, stdout: "" });
});

test("what the program made secret is not written into a file", async () => {
  const inventory = await makeScene({ redacted: { [member(6)]: ["title"] } });
  inventory.simulator.workspace.edit(member(6), { title: "Live-Secret" });
  const { code, stdout, stderr } = await accept(inventory);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(`title of ${member(6)} (changed): the program keeps it secret`);
  expect(stderr).not.toContain("Live-Secret");
});

test("an incomplete listing takes nobody out: exit code 3, and who is not listed is named", async () => {
  const inventory = await makeScene({}, 150);
  inventory.simulator.workspace.remove(member(3));
  inventory.simulator.workspace.edit(member(4), { role: "membership_admin" });
  inventory.simulator.faults.add({ name: "duplicate_entry", path: "/Users", times: "always" });
  const { code, stdout, stderr } = await accept(inventory);
  expect(code).toBe(3);
  expect(stdout).not.toContain(`-${member(3)}`);
  expect(stdout).toContain(`+${member(4)},"membership_admin"`);
  expect(stderr).toContain(`Not in the edit: ${member(3)}, who is not listed and not proven gone.`);
  const named = await accept(inventory, "--who", member(3));
  expect([named.code, named.stderr]).toEqual([
    1,
    expect.stringContaining("is not listed, and not proven gone"),
  ]);
});

test("a roster in YAML: comments and order stay, only what differs changes", async () => {
  const inventory = await makeScene();
  driftAway(inventory);
  inventory.write(
    "members.yaml",
    [member(3), member(4), member(6)]
      .map(
        (email) =>
          `- userName: ${email} # hired\n  role: member\n${email === member(6) ? "  title: Engineer\n" : ""}`,
      )
      .join(""),
  );
  const args = [
    "--state",
    "state.json",
    "--roster",
    "members.yaml",
    "--who",
    `${member(3)},${member(4)},${member(6)}`,
  ];
  expect((await inventory.run("accept", ...args, "--write")).code).toBe(0);
  expect(inventory.read("members.yaml")).toBe(
    `- userName: ${member(4)} # hired\n  role: membership_admin\n- userName: ${member(6)} # hired\n  role: member\n  title: Chief, R&D\n`,
  );
});

test("on a terminal nothing of the diff acts on it", async () => {
  const inventory = await makeScene();
  inventory.write("members.csv", inventory.read("members.csv").replace("# the rest", "# \u001b[2J"));
  inventory.simulator.workspace.edit(member(2), { role: "member" });
  inventory.terminal = true;
  const { stdout } = await accept(inventory);
  expect(stdout).toContain("\\u001b[2J");
  expect(stdout).not.toContain("\\u000d");
});

test("as of another moment a diff says so, and nothing is written", async () => {
  const inventory = await makeScene();
  driftAway(inventory);
  const before = inventory.read("members.csv");
  inventory.env = { NOTION_AS_OF: "2026-12-05" };
  expect((await accept(inventory)).stderr).toMatch(/^As of 2026-12-05 00:00 UTC \(NOTION_AS_OF\)/);
  const { code, stderr } = await accept(inventory, "--write");
  expect([code, stderr]).toEqual([64, expect.stringContaining("nothing is written. Unset it to write.")]);
  expect(inventory.read("members.csv")).toBe(before);
});

test("a roster that cannot be used, and a stack that is not named: said, and nothing is sent", async () => {
  const inventory = await makeScene();
  expect(await inventory.run("accept", "--roster", "members.csv")).toMatchObject({
    code: 64,
    stderr: expect.stringContaining("--stack NAME, or --state FILE"),
  });
  expect(await inventory.run("accept", "--state", "state.json")).toMatchObject({ code: 64 });
  inventory.write("members.csv", "userName,role\na@example.com,boss\n");
  expect(await accept(inventory)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("members.csv, line 2, column role: must be one of"),
  });
  expect(inventory.simulator.requests.count()).toBe(0);
});

/** Five people whose roster has their ids: all but the last one. */
async function makeSceneWithIds(): Promise<Inventory> {
  const inventory = await makeInventory({ seed: { members: 5 } });
  const { people, ids } = everybody(inventory);
  inventory.write("state.json", stackState([workspaceResource("acme", { people, ids })]));
  const rows = Object.entries(people).map(([email, person], index) =>
    [email, (person as { role: string }).role, index < 4 ? ids[email] : ""].join(","),
  );
  inventory.write("members.csv", ["userName,role,id", ...rows, ""].join("\r\n"));
  return inventory;
}

test("with ids another e-mail is one cell, a re-invited account another id, and whoever is added has theirs", async () => {
  const inventory = await makeSceneWithIds();
  const { workspace } = inventory.simulator;
  const [gone, kept] = [3, 4].map((number) => inventory.id(member(number)));
  const roles = [3, 4].map((number) => role(inventory, number));
  workspace.forget(member(3));
  const { id: back } = workspace.add({ userName: member(3), role: "restricted_member" });
  workspace.edit(member(4), { userName: "married@example.com" });
  const { id: added } = workspace.add({ userName: STRANGER, role: "member" });
  const before = inventory.read("members.csv");
  const { code, stderr } = await accept(inventory, "--write");
  expect(code).toBe(0);
  expect(changedLines(before, inventory.read("members.csv"))).toEqual([
    `- ${member(3)},${roles[0]},${gone}`,
    `- ${member(4)},${roles[1]},${kept}`,
    `+ ${member(3)},${roles[0]},${back}`,
    `+ married@example.com,${roles[1]},${kept}`,
    `+ ${STRANGER},member,${added}`,
  ]);
  expect(stderr).toContain(
    `${member(3)}: the account ${gone} is gone, and the new account ${back} has the e-mail. Check that it is the same person.`,
  );
  const again = await accept(inventory, "--write");
  expect(again.code).toBe(0);
  expect(again.stderr).toContain("members.csv stays as it is");
});

test("whoever was invited again and adopted by `up` gets the new id in the row, with what else is to be accepted", async () => {
  const inventory = await makeSceneWithIds();
  const { people, ids } = everybody(inventory);
  const old = "3b0d7e52-91c4-4f6a-8e2b-5d1c7a9f0e34";
  const id = ids[member(3)] ?? "";
  people[member(3)] = { role: "member", id: old };
  inventory.write("state.json", stackState([workspaceResource("acme", { people, ids })]));
  inventory.write(
    "members.csv",
    inventory.read("members.csv").replace(`owner,${id}`, `member,${old}`).replace(id, old),
  );
  inventory.simulator.workspace.edit(member(3), { role: "membership_admin" });
  const { code, stdout } = await accept(inventory);
  expect(stdout.split("\n").filter((line) => /^\+[^+]/.test(line))).toEqual([
    `+${member(3)},membership_admin,${id}\r`,
  ]);
  expect(code).toBe(0);
});

test("of a row without an id a re-invited account is left to `up`, and another e-mail needs formerUserName", async () => {
  const inventory = await makeSceneWithIds();
  inventory.simulator.workspace.forget(member(5));
  inventory.simulator.workspace.add({ userName: member(5), role: "member" });
  const { code, stdout, stderr } = await accept(inventory);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(`${member(5)} (missing): is a member again, with another id`);
  inventory.simulator.workspace.forget(member(5));
  const gone = await accept(inventory);
  expect([gone.code, gone.stdout]).toEqual([0, expect.stringContaining(`-${member(5)},member,`)]);
});

test("the row is found by its id, also where somebody has edited its address since the last run", async () => {
  const inventory = await makeSceneWithIds();
  const { workspace } = inventory.simulator;
  workspace.edit(member(3), { userName: "married@example.com", role: "membership_admin" });
  const id = inventory.id("married@example.com");
  const text = inventory.read("members.csv");
  inventory.write("members.csv", text.replace(member(3), "married@example.com"));
  const { code, stdout, stderr } = await accept(inventory);
  expect(code).toBe(0);
  expect(stdout.split("\n").filter((line) => /^\+[^+]/.test(line))).toEqual([
    `+married@example.com,membership_admin,${id}\r`,
  ]);
  expect(stderr).toContain(`userName of ${member(3)}: line 4 says so already.`);
});

/** Where an id and an address do not belong together any more, and what is said of it; the roster stays as it is. */
const UNSETTLED: [string, (inventory: Inventory) => void, string | RegExp][] = [
  [
    "a row that names another account by now than the state",
    (inventory) => {
      inventory.simulator.workspace.edit(member(3), { role: "membership_admin" });
      const { id } = inventory.simulator.workspace.add({ userName: STRANGER, role: "member", active: false });
      const text = inventory.read("members.csv");
      inventory.write("members.csv", text.replace(inventory.id(member(3)), id));
    },
    /role of member\.003\S+ \(role\): line 4 means the account \S+, and this is the account \S+: settle there which of the two it is/,
  ],
  [
    "an address that a newcomer has got from somebody who moved",
    ({ simulator: { workspace } }) => {
      workspace.edit(member(3), { userName: "moved@example.com" });
      workspace.add({ userName: member(3), role: "owner" });
    },
    `${member(3)} (unmanaged): The e-mail belonged to an account that the program declares`,
  ],
  [
    "the address of somebody who is gone that another declared person has by now",
    ({ simulator: { workspace } }) => {
      workspace.forget(member(3));
      workspace.edit(member(4), { userName: member(3) });
    },
    `${member(3)} (missing): Settle in Notion whose e-mail it is`,
  ],
  [
    "an id that the program declares and that is there, beside another one that the state has",
    (inventory) => {
      const { people, ids } = everybody(inventory);
      const { id } = inventory.simulator.workspace.add({ userName: STRANGER, role: "member", active: false });
      const text = inventory.read("members.csv");
      inventory.write("members.csv", text.replace(ids[member(3)] ?? "", id));
      people[member(3)] = { role: "member", id };
      inventory.write("state.json", stackState([workspaceResource("acme", { people, ids })]));
    },
    /id of member\.003\S+ \(changed\): the account \S+ of line 4 is there, too: settle which of the two it is/,
  ],
  [
    "two people who have exchanged their addresses",
    ({ simulator: { workspace } }) => {
      workspace.edit(member(3), { userName: "between@example.com" });
      workspace.edit(member(4), { userName: member(3) });
      workspace.edit("between@example.com", { userName: member(4) });
    },
    `line 5 is for ${member(4)} already`,
  ],
];

test.each(UNSETTLED)("%s: said, exit code 2, and nobody gets the row of another", async (_, change, said) => {
  const inventory = await makeSceneWithIds();
  change(inventory);
  const { code, stdout, stderr } = await accept(inventory);
  if (typeof said === "string") expect(stderr).toContain(said);
  else expect(stderr).toMatch(said);
  expect(code).toBe(2);
  const rows = stdout.split("\n").filter((line) => /^[-+][^-+]/.test(line));
  expect(
    rows.filter((line) => !line.includes("moved@example.com") && !line.startsWith(`-${member(3)}`)),
  ).toEqual([]);
});

test("a row whose id is that of a member whom no run has seen is that member: the address is put right, nobody is added", async () => {
  const inventory = await makeSceneWithIds();
  const { id } = inventory.simulator.workspace.add({ userName: STRANGER, role: "member" });
  inventory.write("members.csv", `${inventory.read("members.csv")}guest@example.com,member,${id}\r\n`);
  const { code, stdout } = await accept(inventory);
  expect(code).toBe(0);
  expect(stdout.split("\n").filter((line) => /^[-+][^-+]/.test(line))).toEqual([
    `-guest@example.com,member,${id}\r`,
    `+${STRANGER},member,${id}\r`,
  ]);
});
