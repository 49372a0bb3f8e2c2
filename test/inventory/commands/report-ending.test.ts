import { expect, test } from "vitest";
import { type Inventory, makeInventory, roleResource, stackState, workspaceResource } from "../inventory";

/** The present of these tests is 2026-11-20 12:00 UTC. */
const PEOPLE = {
  "olivia@example.com": { role: "owner" },
  "kestrel@example.com": {
    role: "owner",
    roleUntil: "2026-11-23T18:00:00Z",
    roleThen: "member",
    reason: "INC-42",
    approvedBy: "olivia@example.com",
  },
  "contractor@partner.example": { role: "member", until: "2026-12-04", reason: "Q4", onRemove: "restrict" },
  "late@example.com": { role: "owner", roleUntil: "2026-11-10", roleThen: "restricted_member" },
  "left@partner.example": { role: "member", until: "2026-11-18" },
  "both@example.com": { role: "owner", until: "2026-11-30", roleUntil: "2026-11-24", roleThen: "member" },
  "next-year@example.com": { role: "member", until: "2027-03-31" },
};

async function makeScene(people: Record<string, object> = PEOPLE, settings: object = {}): Promise<Inventory> {
  const inventory = await makeInventory();
  const ids = Object.fromEntries(Object.keys(people).map((email, index) => [email, `id-${index}`]));
  inventory.write("state.json", stackState([workspaceResource("acme", { people, ids, ...settings })]));
  // It is answered by the state alone: without a token, and without Notion.
  inventory.env = { NOTION_SCIM_TOKEN: undefined };
  await inventory.simulator.goDown();
  return inventory;
}

const ending = (inventory: Inventory, time: string, ...args: string[]) =>
  inventory.run("report", "--ending", time, "--state", "state.json", ...args);

for (const [format, ending_] of [
  ["table", "txt"],
  ["json", "json"],
  ["csv", "csv"],
  ["markdown", "md"],
] as const) {
  test(`who ends within 14 days, and what is overdue, as ${format}: nothing is asked of Notion`, async () => {
    const inventory = await makeScene();
    const { code, stdout, stderr } = await ending(inventory, "14d", "--format", format);
    expect([code, stderr]).toEqual([0, ""]);
    await expect(stdout).toMatchFileSnapshot(`../golden/ends.${ending_}`);
  });
}

interface Listed {
  who: string;
  what: string;
  overdue: boolean;
}

async function listed(inventory: Inventory, time: string): Promise<string[]> {
  const { ends } = JSON.parse((await ending(inventory, time)).stdout);
  return ends.map(({ who, what, overdue }: Listed) => `${who} ${what}${overdue ? " overdue" : ""}`);
}

test("the time is counted in hours, days or weeks, to the moment", async () => {
  const inventory = await makeScene();
  const overdue = ["late@example.com role overdue", "left@partner.example membership overdue"];
  expect(await listed(inventory, "77h")).toEqual(overdue);
  expect(await listed(inventory, "78h")).toEqual([...overdue, "kestrel@example.com role"]);
  expect((await listed(inventory, "2w")).length).toBe(5);
  expect((await listed(inventory, "200d")).at(-1)).toBe("next-year@example.com membership");
  for (const time of ["soon", "14", "1.5d", "-1d", ""]) {
    const { code, stderr } = await ending(inventory, time);
    expect([code, stderr]).toEqual([64, expect.stringContaining("such as 90m, 36h, 14d or 2w")]);
  }
});

test("a role that a run has ended is no end any more, and with the membership the role ends", async () => {
  const times = { roleUntil: "2026-11-10", roleThen: "member" };
  const inventory = await makeScene({
    "done@example.com": { role: "member", ...times },
    "gone@example.com": { role: "owner", ...times, until: "2026-11-12" },
  });
  expect(await listed(inventory, "14d")).toEqual(["gone@example.com membership overdue"]);
});

test("NOTION_AS_OF moves what is near", async () => {
  const inventory = await makeScene();
  inventory.env = { ...inventory.env, NOTION_AS_OF: "2027-03-30" };
  const { stdout } = await ending(inventory, "14d", "--format", "table");
  expect(stdout).toMatch(/^As of 2027-03-30 00:00 UTC/);
  expect(stdout).toMatch(/next-year@example.com +membership +at the end of 2027-03-31 UTC, in 2 days/);
});

test("the end of a role assignment is listed with the member's e-mail, what is secret is not told", async () => {
  const inventory = await makeScene(
    { "a@example.com": { role: "member", until: "2026-11-21", reason: "HR-7" } },
    {
      redacted: { "a@example.com": ["reason"] },
    },
  );
  const outputs = JSON.parse(
    '{"userId":"id-9","role":"owner","timedRole":"owner","userName":"b@example.com","until":"2026-11-22","then":"member"}',
  );
  const [workspace] = JSON.parse(inventory.read("state.json")).deployment.resources.slice(1);
  inventory.write(
    "state.json",
    stackState([workspace, roleResource("b", "id-9", { role: "owner" }, { outputs })]),
  );
  expect(await listed(inventory, "3d")).toEqual(["a@example.com membership", "b@example.com role"]);
  expect((await ending(inventory, "3d")).stdout).not.toContain("HR-7");
});

test("without a state it is said what is needed; --state alone is not for a plain report", async () => {
  const inventory = await makeInventory();
  expect(await inventory.run("report", "--ending", "14d")).toMatchObject({
    code: 64,
    stderr: expect.stringContaining("--stack NAME, or --state FILE"),
  });
  expect(await inventory.run("report", "--state", "state.json")).toMatchObject({
    code: 64,
    stderr: expect.stringContaining("--state goes with --ending"),
  });
  expect(inventory.simulator.requests.count()).toBe(0);
});
