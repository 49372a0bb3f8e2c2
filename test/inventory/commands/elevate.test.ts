import { expect, test } from "vitest";
import { makeInventory } from "../inventory";

const ROSTER = `# Who is here.
userName,role,roleUntil,roleThen,reason,approvedBy
olivia@example.com,owner,,,,
kestrel@example.com,member,,,,
`;
const WISH = ["--role", "owner", "--for", "4h", "--reason", 'INC-42: "SSO", down'];
const asked = (who = "kestrel@example.com", approver = "olivia@example.com") => [
  ...["elevate", "--roster", "members.csv", "--who", who],
  ...[...WISH, "--approved-by", approver],
];

async function scene(roster = ROSTER) {
  const inventory = await makeInventory();
  inventory.write("members.csv", roster);
  return inventory;
}

test("an elevation is a row with role, end, the role of before, reason and approver; nothing else changes, nobody is asked", async () => {
  const inventory = await scene();
  const shown = await inventory.run(...asked());
  expect(shown.code).toBe(0);
  expect(shown.stdout).toContain("+kestrel@example.com,owner,2026-11-20T16:00:00Z,member,");
  expect(inventory.read("members.csv"), "without --write").toBe(ROSTER);

  const written = await inventory.run(...asked("Kestrel@Example.com"), "--write");
  expect(written).toMatchObject({ code: 0, stdout: "" });
  expect(written.stderr).toContain("is to be owner until 2026-11-20 16:00 UTC, then member");
  expect(inventory.read("members.csv")).toBe(
    ROSTER.replace(
      "kestrel@example.com,member,,,,",
      'kestrel@example.com,owner,2026-11-20T16:00:00Z,member,"INC-42: ""SSO"", down",olivia@example.com',
    ),
  );
  expect(inventory.simulator.requests.count()).toBe(0);
});

test("a second elevation goes back to the role from before the first, running or over", async () => {
  const inventory = await scene();
  await inventory.run(...asked(), "--write");
  for (const now of ["2026-11-20T13:00:00Z", "2026-11-23T13:00:00Z"]) {
    inventory.now = Date.parse(now);
    expect((await inventory.run(...asked())).stdout).toMatch(/^\+kestrel\S+,owner,[\dT:-]+Z,member,/m);
  }
});

test("a roster without the columns gets them", async () => {
  const inventory = await scene("userName,role\nolivia@example.com,owner\nkestrel@example.com,member\n");
  expect((await inventory.run(...asked(), "--write")).stderr).toContain("The column roleUntil is new");
  expect(inventory.read("members.csv")).toMatch(/^kestrel@example\.com,owner,/m);
});

test.each([
  ["somebody who is not declared", asked("eve@example.com"), "does not stand in the roster"],
  ["somebody who is no less anyway", asked("olivia@example.com", "otto@example.com"), "is owner anyway"],
  ["approval by oneself", asked("kestrel@example.com", "KESTREL@example.com"), "may not approve it themself"],
  ["an approver who is no address", asked("kestrel@example.com", "Olivia"), "must be an e-mail address"],
  ["a length without an end", [...asked(), "--for", "8d"], "7d at most"],
  ["a length of nothing", [...asked(), "--for", "0h"], "7d at most"],
  ["no reason", [...asked(), "--reason", " "], "one line of up to 300"],
  ["a reason of two lines", [...asked(), "--reason", "a\nb"], "one line of up to 300"],
])("%s is refused, and nothing is written", async (_what, args, words) => {
  const inventory = await scene();
  const { code, stderr } = await inventory.run(...args, "--write");
  expect(code).toBe(1);
  expect(stderr).toContain(words);
  expect(inventory.read("members.csv")).toBe(ROSTER);
});

test("whose role nobody declares is refused: there is none to go back to", async () => {
  const inventory = await scene("userName,role\nkestrel@example.com,\n");
  expect((await inventory.run(...asked())).stderr).toContain("no role is declared for kestrel@example.com");
});
