import { expect, test } from "vitest";
import { everybody, type Inventory, makeInventory, stackState, workspaceResource } from "../inventory";

const member = (number: number) => `member.${String(number).padStart(3, "0")}@example.com`;

/** Four members and their roster without ids, which says what Notion does not know. */
async function makeScene(): Promise<Inventory> {
  const inventory = await makeInventory({ seed: { members: 4 } });
  inventory.write("state.json", stackState([workspaceResource("acme", everybody(inventory))]));
  inventory.write(
    "members.csv",
    `\uFEFF# ours\r\nuserName,role,reason\r\n${[1, 2, 3].map((each) => `${member(each)},"member","INC, ${each}"`).join("\r\n# hired\r\n")}\r\n${member(4).toUpperCase()},,`,
  );
  return inventory;
}

const addIds = (inventory: Inventory, ...args: string[]) =>
  inventory.run("add-ids", "--roster", "members.csv", ...args);

test("a trial shows the column as a diff and writes nothing; --write adds a cell to each line, and nothing else changes", async () => {
  const inventory = await makeScene();
  const before = inventory.read("members.csv");
  const trial = await addIds(inventory);
  expect(trial.code).toBe(0);
  expect(trial.stdout).toMatch(/^--- a\/members.csv\n\+\+\+ b\/members.csv\n@@/);
  expect(trial.stderr).toContain("members.csv would get 4 ids; --write makes it so.");
  expect(trial.stderr).toContain("The rows were found by e-mail. With --stack or --state");
  expect(inventory.read("members.csv")).toBe(before);

  const { code, stdout, stderr } = await addIds(inventory, "--write");
  expect([code, stdout]).toEqual([0, ""]);
  expect(stderr).toContain("members.csv: 4 ids added. Next: `pulumi preview`.");
  const after = inventory.read("members.csv");
  const ids = [1, 2, 3, 4].map((each) => inventory.id(member(each)));
  expect(after.split(/,(?:id|[0-9a-f-]{36})(?=\r\n|$)/).join("")).toBe(before);
  expect(after.match(/[0-9a-f-]{36}/g)).toEqual(ids);
  expect(inventory.simulator.requests.counts).toEqual({ "GET /Users": 2 });

  const again = await addIds(inventory, "--write");
  expect([again.code, inventory.read("members.csv")]).toEqual([0, after]);
  expect(again.stderr).toContain("members.csv stays as it is: every row that was found has its id.");
});

test("in YAML each person gets a field, and comments and order stay", async () => {
  const inventory = await makeScene();
  const text = (...ids: string[]) =>
    [1, 2]
      .map((each) => `- userName: ${member(each)} # hired\n  role: member\n${ids[each - 1] ?? ""}`)
      .join("");
  inventory.write("members.yaml", text());
  await inventory.run("add-ids", "--roster", "members.yaml", "--write");
  expect(inventory.read("members.yaml")).toBe(
    text(...[1, 2].map((each) => `  id: ${inventory.id(member(each))}\n`)),
  );
});

test("members that are not found are listed with their lines, exit code 2, and the others get theirs", async () => {
  const inventory = await makeScene();
  const { workspace } = inventory.simulator;
  workspace.remove(member(2));
  const gone = "3b0d7e52-91c4-4f6a-8e2b-5d1c7a9f0e34";
  inventory.write(
    "members.csv",
    `userName,id\n${member(1)},\n${member(2)},\n${member(3)},${gone}\n${member(4)},${inventory.id(member(4))}\n`,
  );
  const { code, stderr } = await addIds(inventory, "--write");
  expect(code).toBe(2);
  expect(stderr).toContain(`No id for ${member(2)} (line 3): no member has this e-mail.`);
  expect(stderr).toContain(`The id of ${member(3)} (line 4) is that of no member: ${gone}.`);
  expect(stderr).toContain("members.csv: 1 id added.");
  expect(inventory.read("members.csv")).toBe(
    `userName,id\n${member(1)},${inventory.id(member(1))}\n${member(2)},\n${member(3)},${gone}\n${member(4)},${inventory.id(member(4))}\n`,
  );
});

test("an e-mail that two members have, and an account that two rows would get, are for a person to settle", async () => {
  const inventory = await makeScene();
  const [, second] = inventory.simulator.workspace.people;
  if (second !== undefined) second.userName = member(1);
  inventory.write(
    "members.csv",
    `userName,id\n${member(1)},\n${member(3)},${inventory.id(member(4))}\n${member(4)},\n`,
  );
  const { code, stdout, stderr } = await addIds(inventory);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(`No id for ${member(1)} (line 2): two members have this e-mail.`);
  expect(stderr).toContain(
    `No id for ${member(4)} (line 4): line 3 has the id ${inventory.id(member(4))} already.`,
  );
});

test("with a state a row gets the account that the last run knew, never another one that has its e-mail by now", async () => {
  const inventory = await makeScene();
  const { workspace } = inventory.simulator;
  const [moved, gone] = [2, 3].map((each) => inventory.id(member(each)));
  workspace.edit(member(2), { userName: "moved@example.com" });
  workspace.add({ userName: member(2), role: "owner" });
  workspace.forget(member(3));
  const { id: back } = workspace.add({ userName: member(3), role: "owner" });
  workspace.add({ userName: "new@example.com" });
  inventory.write(
    "members.csv",
    `userName,formerUserName\n${member(2)},\n${member(3)},\nking@example.com,${member(4)}\nnew@example.com,\n`,
  );
  const { code, stderr } = await addIds(inventory, "--state", "state.json", "--write");
  expect(code).toBe(2);
  expect(inventory.read("members.csv")).toBe(
    `userName,formerUserName,id\n${member(2)},,${moved}\n${member(3)},,\nking@example.com,${member(4)},\nnew@example.com,,${inventory.id("new@example.com")}\n`,
  );
  expect(stderr).toContain(
    `No id for ${member(3)} (line 3): the account ${gone} of the last run is gone, and the account ${back} has the e-mail. If it is the same person, write the new id into the row.`,
  );
  expect(stderr).toContain(
    "No id for king@example.com (line 4): the state has them under their formerUserName. Run `pulumi up` first.",
  );
  expect(stderr).toContain(`${member(2)} (line 2) has the e-mail moved@example.com in Notion.`);
  expect(stderr).not.toContain("found by e-mail");
});

test("somebody whom a refresh has found gone gets no id of another account, though it has the e-mail", async () => {
  const inventory = await makeScene();
  const { people, ids } = everybody(inventory);
  const { [member(3)]: id, ...others } = ids;
  delete people[member(3)];
  inventory.write(
    "state.json",
    stackState([workspaceResource("acme", { people, ids: others, gone: { [member(3)]: "id-3" } })]),
  );
  const { code, stderr } = await addIds(inventory, "--state", "state.json");
  expect(code).toBe(2);
  expect(stderr).toContain(
    `No id for ${member(3)} (line 7): the account of the last run is gone, and the account ${id} has the e-mail.`,
  );
});

test("an incomplete listing is said: exit code 3, and whom it has gets their id", async () => {
  const inventory = await makeInventory({ seed: { members: 150 } });
  inventory.write("members.csv", `userName\n${member(1)}\n`);
  inventory.simulator.faults.add({ name: "duplicate_entry", path: "/Users", times: "always" });
  const { code, stdout, stderr } = await addIds(inventory);
  expect(code).toBe(3);
  expect(stdout).toContain(`+${member(1)},${inventory.id(member(1))}`);
  expect(stderr).toContain("INCOMPLETE");
});
