import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Inventory, makeInventory } from "../inventory";
import { decide, sha256 } from "../review/decide";

const FOLDER = "reviews/2026-Q4";
const DAY = 86_400_000;

/** Two owners and two members, all of them declared, and a review of them. */
async function makeOpened(roster: string, ...args: string[]): Promise<Inventory> {
  const inventory = await makeInventory({ seed: { members: 4, groups: 1 } });
  inventory.write("members.csv", roster);
  const opened = await inventory.run(
    ...["review", "open", "--output", FOLDER, "--roster", "members.csv", ...args],
  );
  expect(opened.code, opened.stderr).toBe(0);
  inventory.now += DAY;
  return inventory;
}

const email = (number: number) => `member.00${number}@example.com`;
const ROSTER = `userName,role\n${email(1)},owner\n${email(2)},owner\n${email(3)},member\n${email(4)},member\n`;
const close = (inventory: Inventory, ...args: string[]) =>
  inventory.run("review", "close", FOLDER, "--write", ...args);

test("decisions of the last review do not close this one, although nobody changed in between", async () => {
  const inventory = await makeOpened(ROSTER);
  decide(inventory, FOLDER);
  inventory.now += 90 * DAY;
  await inventory.run("review", "open", "--output", "reviews/2027-Q1", "--roster", "members.csv");
  copyFileSync(
    join(inventory.folder, FOLDER, "decisions.csv"),
    join(inventory.folder, "reviews/2027-Q1/decisions.csv"),
  );
  inventory.now += DAY;
  const closed = await inventory.run("review", "close", "reviews/2027-Q1", "--write");
  expect(closed).toMatchObject({ code: 1, stderr: expect.stringContaining("another review") });
});

test.each([
  ["before the review was opened", "2026-11-20T11:59:59.000Z", /before the review was opened/],
  ["in the future", "2026-11-21T12:00:01.000Z", /in the future/],
  ["at no instant", "yesterday", /date-time with an offset/],
])("a decision that is dated %s is refused", async (_, at, why) => {
  const inventory = await makeOpened(ROSTER);
  decide(inventory, FOLDER, { [email(3)]: { "decided at": at } });
  const { code, stderr } = await close(inventory);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(why) });
});

test("lowering raises nobody whom the roster gives less by then, and an end never gives more time", async () => {
  const inventory = await makeOpened(ROSTER);
  decide(inventory, FOLDER, {
    [email(1)]: { decision: "lower", "to role": "member", reason: "no owner any more" },
    [email(3)]: { decision: "end", until: "2026-12-31", reason: "contract" },
    [email(4)]: { decision: "end", until: "2026-12-31", "to role": "restricted_member", reason: "project" },
  });
  const since = `userName,role,until\n${email(1)},restricted_member,\n${email(2)},owner,\n${email(3)},member,2026-12-01\n${email(4)},restricted_member,\n`;
  inventory.write("members.csv", since);
  const { code, stderr } = await close(inventory);
  expect(code, stderr).toBe(0);
  expect(inventory.read("members.csv")).toBe(since);
  expect(stderr).toContain(`${email(1)}: role was owner, is restricted_member`);
  expect(stderr).toContain(`${email(3)}: until was empty, is 2026-12-01`);
  expect(inventory.read(`${FOLDER}/evidence.md`)).toContain("role was owner, is restricted");
});

test("a row that got a new address meanwhile is found by its formerUserName: the old one is not invited", async () => {
  const inventory = await makeOpened(ROSTER);
  decide(inventory, FOLDER, {
    [email(1)]: { decision: "lower", "to role": "member", reason: "no owner any more" },
  });
  inventory.write(
    "members.csv",
    `userName,role,formerUserName\nada@example.com,owner,${email(1)}\n${email(2)},owner,\n${email(3)},member,\n${email(4)},member,\n`,
  );
  const { code, stderr } = await close(inventory);
  expect(code, stderr).toBe(0);
  expect(inventory.read("members.csv")).toBe(
    `userName,role,formerUserName\nada@example.com,member,${email(1)}\n${email(2)},owner,\n${email(3)},member,\n${email(4)},member,\n`,
  );
});

test("a row is known by its id whatever its address is by now, and who gets a row gets it with theirs", async () => {
  const inventory = await makeOpened(ROSTER.replace(`${email(4)},member\n`, ""));
  decide(inventory, FOLDER, {
    [email(1)]: { decision: "lower", "to role": "member", reason: "no owner any more" },
    [email(4)]: { decision: "lower", "to role": "restricted_member", reason: "reads only" },
  });
  const row = (role: string) => `${inventory.id(email(1))},ada@example.com,${role}\n`;
  const others = `,${email(2)},owner\n,${email(3)},member\n`;
  inventory.write("members.csv", `id,userName,role\n${row("owner")}${others}`);
  const { code, stderr } = await close(inventory);
  expect(code, stderr).toBe(0);
  expect(inventory.read("members.csv")).toBe(
    `id,userName,role\n${row("member")}${others}${inventory.id(email(4))},${email(4)},restricted_member\n`,
  );
});

test("somebody who was in the roster and is not found in it any more gets no new row", async () => {
  const inventory = await makeOpened(ROSTER);
  decide(inventory, FOLDER, {
    [email(1)]: { decision: "lower", "to role": "member", reason: "no owner any more" },
  });
  const since = ROSTER.replace(`${email(1)},`, "ada@example.com,");
  inventory.write("members.csv", since);
  const { code, stderr } = await close(inventory);
  expect(code, stderr).toBe(0);
  expect(inventory.read("members.csv")).toBe(since);
  expect(stderr).toMatch(new RegExp(`By hand: ${email(1)}: .* in the roster`));
});

test("whoever drifted in Notion is named with the command that carries the decision out", async () => {
  const inventory = await makeOpened(ROSTER.replace(`${email(2)},owner`, `${email(2)},member`));
  decide(inventory, FOLDER, {
    [email(2)]: { decision: "lower", "to role": "member", reason: "no owner any more" },
  });
  const { code, stderr } = await close(inventory);
  expect(code, stderr).toBe(0);
  expect(stderr).toContain(
    `${email(2)}: Notion gave them owner, the roster gives member. Only \`pulumi up --refresh\` sees that.`,
  );
  expect(inventory.read(`${FOLDER}/evidence.md`)).toContain("pulumi up --refresh");
});

test("without --write nothing is closed and nothing written; with it the review is closed and the roster edited", async () => {
  const inventory = await makeOpened(ROSTER);
  decide(inventory, FOLDER, { [email(4)]: { decision: "remove", reason: "left" } });
  const before = readdirSync(join(inventory.folder, FOLDER));
  const trial = await inventory.run("review", "close", FOLDER);
  expect(trial.code, trial.stderr).toBe(0);
  expect(trial.stdout).toContain(`-${email(4)},member`);
  expect(trial.stderr).toContain("Nothing was written");
  expect(readdirSync(join(inventory.folder, FOLDER))).toEqual(before);
  expect(inventory.read("members.csv")).toBe(ROSTER);
  expect((await close(inventory)).code).toBe(0);
  expect(inventory.read("members.csv")).not.toContain(email(4));
  expect(await close(inventory)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("closed already"),
  });
});

test.each([
  ["review.html", "</h1>", " </h1>"],
  ["manifest.json", "https://", "http://"],
  ["manifest.json", '"groups": 1', '"groups": 2'],
  ["population.csv", "owner", "member"],
  ["roster-opened.csv", "owner", "member"],
])("a changed %s is noticed before the review is closed, and after it", async (file, from, to) => {
  const inventory = await makeOpened(ROSTER);
  decide(inventory, FOLDER);
  const whole = inventory.read(`${FOLDER}/${file}`);
  const changed = whole.replace(from, to).replace("http://127", "http://128");
  expect(changed).not.toBe(whole);
  inventory.write(`${FOLDER}/${file}`, changed);
  expect(await close(inventory)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`${file} is not what it was`),
  });
  inventory.write(`${FOLDER}/${file}`, whole);
  expect((await close(inventory)).code).toBe(0);
  inventory.write(`${FOLDER}/${file}`, changed);
  expect(await inventory.run("review", "verify", FOLDER)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`${file} is not what it was`),
  });
});

test("a manifest that was changed with its digest is noticed by the decisions, which name what they were made of", async () => {
  const inventory = await makeOpened(ROSTER);
  decide(inventory, FOLDER);
  const [manifest, sums] = ["manifest.json", "SHA256SUMS"].map((file) => inventory.read(`${FOLDER}/${file}`));
  const changed = (manifest ?? "").replace('"groups": 1', '"groups": 2');
  inventory.write(`${FOLDER}/manifest.json`, changed);
  inventory.write(`${FOLDER}/SHA256SUMS`, (sums ?? "").replace(sha256(manifest ?? ""), sha256(changed)));
  expect((await close(inventory)).stderr).toContain("another review");
});

test("decisions that are not UTF-8 are refused, and digests are of bytes", async () => {
  const inventory = await makeOpened(ROSTER);
  const path = join(inventory.folder, FOLDER, "decisions.csv");
  decide(inventory, FOLDER, { [email(4)]: { decision: "remove", reason: "Zoë left" } });
  const text = inventory.read(`${FOLDER}/decisions.csv`);
  writeFileSync(path, Buffer.from(text, "latin1"));
  expect((await close(inventory)).stderr).toMatch(/decisions\.csv, line \d+: it is not UTF-8/);
  writeFileSync(path, Buffer.from(`\uFEFF${text}`, "utf16le"));
  expect((await close(inventory)).stderr).toContain("it is UTF-16");
  writeFileSync(path, `\uFEFF${text}`);
  expect((await close(inventory)).code).toBe(0);
  expect(inventory.read(`${FOLDER}/evidence.md`)).toContain(sha256(`\uFEFF${text}`));
});

test("nobody reviews themself under a plus-address, or under an alias that a source lists", async () => {
  const inventory = await makeInventory({ seed: { members: 4, groups: 1 } });
  inventory.write(
    "okta-2026-11-19.csv",
    `login,email,secondEmail,status\nada.l@corp.example,${email(3)},ada.private@mail.example,ACTIVE\n`,
  );
  await inventory.run("review", "open", "--output", FOLDER, "--with", "okta-2026-11-19.csv");
  inventory.now += DAY;
  for (const reviewer of [
    "member.003+audit@example.com",
    "ada.private@mail.example",
    "ADA.L+x@corp.example",
  ]) {
    decide(inventory, FOLDER, { [email(3)]: { reviewer } }, { reason: "looked into" });
    expect((await close(inventory)).stderr, reviewer).toContain("nobody reviews themself");
  }
});

test("an edit is one that the engine takes, and keeps the grant's own reason and approver", async () => {
  const inventory = await makeOpened(
    `userName,role,roleFrom,roleUntil,roleThen,reason,approvedBy\n${email(1)},owner,,2026-12-20,member,INC-42,${email(2)}\n` +
      `${email(2)},owner,,,,,\n${email(3)},owner,2026-12-10,2027-01-31,member,freeze,${email(1)}\n${email(4)},member,,,,,\n`,
  );
  decide(inventory, FOLDER, {
    [email(1)]: { decision: "end", "to role": "member", until: "2026-12-01", reason: "over sooner" },
    [email(3)]: {
      decision: "end",
      "to role": "restricted_member",
      until: "2026-12-05",
      reason: "leaves the team",
    },
  });
  const { code, stderr } = await close(inventory);
  expect(code, stderr).toBe(0);
  const rows = inventory.read("members.csv").split("\n");
  expect(rows[1]).toBe(
    `${email(1)},owner,,2026-12-01,member,"INC-42 [review 2026-Q4, auditor@example.com: over sooner]",${email(2)}`,
  );
  expect(rows[3]).toContain(`${email(3)},member,,2026-12-05,restricted_member,`);
});

test("two members with one e-mail are decided by id", async () => {
  const inventory = await makeInventory({ seed: { members: 4, groups: 1 } });
  const { people } = inventory.simulator.workspace as unknown as {
    people: { userName: string; id: string }[];
  };
  const twins = people.filter(({ userName }) => [email(3), email(4)].includes(userName));
  for (const twin of twins) twin.userName = "twin@example.com";
  inventory.write(
    "members.csv",
    `userName,role\n${email(1)},owner\n${email(2)},owner\ntwin@example.com,member\n`,
  );
  const opened = await inventory.run("review", "open", "--output", FOLDER, "--roster", "members.csv");
  expect(opened.code, opened.stderr).toBe(0);
  inventory.now += DAY;
  const [one, other] = twins.map(({ id }) => id);
  decide(inventory, FOLDER, { [one ?? ""]: { decision: "remove", reason: "the old account" } });
  const { code, stderr } = await close(inventory);
  expect(code, stderr).toBe(0);
  expect(inventory.read("members.csv")).toContain("twin@example.com");
  expect(stderr).toMatch(
    new RegExp(`By hand: twin@example.com \\(id ${one}\\): .*two members have this e-mail`),
  );
  inventory.now += DAY;
  const verified = await inventory.run("review", "verify", FOLDER);
  expect(verified.stdout).toContain(`STILL THERE  twin@example.com (id ${one})`);
  expect(verified.stdout).not.toContain(`(id ${other})`);
});

test("no text of a file reaches the evidence raw", async () => {
  const inventory = await makeInventory({ seed: { members: 4, groups: 1 } });
  mkdirSync(join(inventory.folder, "lists"));
  await inventory.run("report", "--format", "json", "--output", "lists/report.json");
  copyFileSync(
    join(inventory.folder, "lists/report.json"),
    join(inventory.folder, "lists/<img src=x>@octocat [a](b) 2026-03-01.json"),
  );
  inventory.write("okta <b>#1 2026-11-19.csv", `login,email,status\n${email(3)},${email(3)},ACTIVE\n`);
  await inventory.run(
    ...["review", "open", "--output", "reviews/<i>Q4", "--with", "okta <b>#1 2026-11-19.csv"],
    ...["--baseline", "lists/<img src=x>@octocat [a](b) 2026-03-01.json"],
  );
  inventory.now += DAY;
  decide(
    inventory,
    "reviews/<i>Q4",
    {},
    { reason: "<u>x</u> ![](http://evil.example)", reviewer: "a`b@example.com" },
    "decisions<s>.csv",
  );
  const closed = await inventory.run("review", "close", "reviews/<i>Q4", "--write");
  expect(closed.code, closed.stderr).toBe(0);
  const evidence = inventory.read("reviews/<i>Q4/evidence.md");
  expect(evidence).not.toMatch(/<[a-z]|@octocat|!\[\]|\[a\]\(|(?<!\\)#1/);
});

test("another workspace with one person of the review in it proves nobody gone", async () => {
  const inventory = await makeOpened(ROSTER);
  decide(inventory, FOLDER, { [email(4)]: { decision: "remove", reason: "left" } });
  await close(inventory);
  const { workspace } = inventory.simulator;
  for (const number of [2, 3, 4]) workspace.remove(inventory.id(email(number)));
  const { code, stderr } = await inventory.run("review", "verify", FOLDER);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringContaining("Only 1 of the 3 people who keep their access is in this workspace"),
  });
  expect(readdirSync(join(inventory.folder, FOLDER))).not.toContain("readings.json");
});

test("a review that was closed is not closed again with other decisions when closed.json is gone", async () => {
  const inventory = await makeOpened(ROSTER);
  decide(inventory, FOLDER, { [email(4)]: { decision: "remove", reason: "left" } });
  await close(inventory);
  rmSync(join(inventory.folder, FOLDER, "closed.json"));
  decide(inventory, FOLDER);
  const { code, stderr } = await close(inventory);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringContaining("was closed before: roster.patch and evidence.md are there"),
  });
});

test("on a terminal the edit shows a cell's escapes as text, and to a program it is the bytes", async () => {
  const roster = ROSTER.replace("userName,role", "userName,role,reason").replaceAll(
    /(owner|member)\n/g,
    "$1,\n",
  );
  const inventory = await makeOpened(roster.replace("member,\n", "member,\u001b[31mred\n"));
  decide(inventory, FOLDER, { [email(4)]: { decision: "remove", reason: "left" } });
  const run = () => inventory.run("review", "close", FOLDER);
  expect((await run()).stdout).toContain("\u001b[31mred");
  inventory.terminal = true;
  const { stdout } = await run();
  expect(stdout).not.toContain("\u001b");
  expect(stdout).toContain("\\u001b[31mred");
});
