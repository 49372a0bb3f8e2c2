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

const TIMES = `userName,role,from,until,roleFrom,roleUntil,roleThen,reason,approvedBy
olivia@example.com,owner,,,,,,,
kestrel@example.com,member,,,,,,,
kes+2@example.com,member,,,,,,,
gone@example.com,member,,2026-11-01,,,,,
soon@example.com,member,2026-12-01,,,,,,
later@example.com,membership_admin,,,2026-12-01,,member,,
sami@example.com,member,,2027-01-31,,,,Project X,olivia@example.com
begun@example.com,membership_admin,,,2026-11-01,,member,,
`;

test("the reason and the approver of a membership stay behind those of the elevation, however often there is one", async () => {
  const inventory = await scene(TIMES);
  await inventory.run(...asked("sami@example.com", "otto@example.com"), "--write");
  const row = (reason: string) =>
    `sami@example.com,member,,2027-01-31,,,,Project X,olivia@example.com`
      .replace(",member,,", ",owner,,")
      .replace(",,,,Project X,olivia", `,,2026-11-20T16:00:00Z,member,"${reason}",otto`);
  const kept = "[membership: Project X, approved by olivia@example.com]";
  expect(inventory.read("members.csv")).toContain(row(`INC-42: ""SSO"", down ${kept}`));
  await inventory.run(...asked("sami@example.com", "otto@example.com"), "--reason", "INC-43, too", "--write");
  expect(inventory.read("members.csv")).toContain(row(`INC-43, too ${kept}`));
});

test("who holds a role that began goes back to it, not to the one of before", async () => {
  const inventory = await scene(TIMES);
  const { stdout } = await inventory.run(...asked("begun@example.com"));
  expect(stdout).toMatch(/^\+begun@example\.com,owner,,,,2026-11-20T16:00:00Z,membership_admin,/m);
});

test.each([
  ["somebody who is not declared", asked("eve@example.com"), "is not in the roster"],
  [
    "somebody who is no less anyway",
    asked("olivia@example.com", "otto@example.com"),
    "is owner already, which is no less than owner",
  ],
  ["approval by oneself", asked("kestrel@example.com", "KESTREL@example.com"), "may not approve it themself"],
  ["an approver who is no address", asked("kestrel@example.com", "Olivia"), "must be an e-mail address"],
  ["a length without an end", [...asked(), "--for", "8d"], "7d at most"],
  ["a length of nothing", [...asked(), "--for", "0h"], "7d at most"],
  ["no reason", [...asked(), "--reason", " "], "one line of up to 300"],
  ["a reason of two lines", [...asked(), "--reason", "a\nb"], "visible characters"],
  ["a reason that turns text around", [...asked(), "--reason", "INC-1 \u202eno"], "visible characters"],
  ["a reason with letters that nobody sees", [...asked(), "--reason", "INC\u200b-1"], "visible characters"],
  ["a reason that speaks for the membership", [...asked(), "--reason", "x [membership: y]"], "must not hold"],
  ["approval under a plus-address", asked(undefined, "Kestrel+oncall@example.com"), "is another address of"],
  [
    "a plus-address approved by its own mailbox",
    asked("kes+2@example.com", "kes@example.com"),
    "another address of",
  ],
  ["a membership that is over", asked("gone@example.com"), "is over (it ended at the end of 2026-11-01 UTC)"],
  ["a membership that has not begun", asked("soon@example.com"), "has not begun (it begins 2026-12-01)"],
  [
    "a role that is to begin later",
    asked("later@example.com"),
    "begins 2026-12-01, and this edit would lose it",
  ],
  ["an approver who has left", asked(undefined, "gone@example.com"), "they cannot approve it"],
])("%s is refused, and nothing is written", async (_what, args, words) => {
  const inventory = await scene(TIMES);
  const { code, stderr } = await inventory.run(...args, "--write");
  expect(code).toBe(1);
  expect(stderr).toContain(words);
  expect(inventory.read("members.csv")).toBe(TIMES);
});

test("whose role nobody declares is refused: there is none to go back to", async () => {
  const inventory = await scene("userName,role\nkestrel@example.com,\n");
  expect((await inventory.run(...asked())).stderr).toContain(
    "the roster declares no role for kestrel@example.com to return to",
  );
});
