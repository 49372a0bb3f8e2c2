import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";
import { type Inventory, makeInventory, makeUntidyInventory } from "../inventory";
import { decide, sha256 } from "../review/decide";

const FOLDER = "reviews/2026-Q4";
const bytesOf = (inventory: Inventory, file: string) => readFileSync(join(inventory.folder, FOLDER, file));
const manifestOf = (inventory: Inventory) => JSON.parse(inventory.read(`${FOLDER}/manifest.json`));

/** Five people: two owners, one who left the company, one whom nobody declares. */
async function makeReviewed(): Promise<Inventory> {
  const inventory = await makeInventory({ seed: { members: 5, groups: 2 } });
  inventory.write(
    "members.csv",
    "# who is in Notion\nuserName,role,reason\nmember.001@example.com,owner,\nmember.002@example.com,owner,INC-42\nmember.003@example.com,member,\nmember.004@example.com,member,\n",
  );
  inventory.write(
    "okta-2026-11-19.csv",
    "login,email,status\nmember.001@example.com,member.001@example.com,ACTIVE\nmember.004@example.com,member.004@example.com,DEPROVISIONED\n",
  );
  return inventory;
}

test("open freezes everybody with what is known of them, and every digest is the file's own", async () => {
  const inventory = await makeReviewed();
  const git = (...args: string[]) =>
    execFileSync("git", args, {
      cwd: inventory.folder,
      env: {
        ...process.env,
        GIT_CONFIG_GLOBAL: "/dev/null",
        GIT_COMMITTER_DATE: "2026-05-03T10:00:00+02:00",
        GIT_AUTHOR_DATE: "2026-05-03T10:00:00+02:00",
        GIT_AUTHOR_NAME: "a",
        GIT_AUTHOR_EMAIL: "a@example.com",
        GIT_COMMITTER_NAME: "a",
        GIT_COMMITTER_EMAIL: "a@example.com",
      },
    });
  git("init", "-q");
  git("add", "members.csv");
  git("commit", "-q", "-m", "Everybody");
  await inventory.run("report", "--format", "json", "--output", "report-2026-03-01.json");
  inventory.simulator.requests.clear();
  const { code, stdout, stderr } = await inventory.run(
    ..."review open --roster members.csv --with okta-2026-11-19.csv --baseline report-2026-03-01.json".split(
      " ",
    ),
    ...[
      "--output",
      FOLDER,
      "--reviewer",
      "role:owner=member.001@example.com",
      "--reviewer",
      "auditor@example.com",
    ],
  );
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  expect(stderr).toContain("5 people to review; nothing was changed in Notion.");
  expect(inventory.simulator.requests.counts).toEqual({ "GET /Users": 1, "GET /Groups": 1 });
  expect(readdirSync(join(inventory.folder, FOLDER)).sort()).toEqual(
    ["manifest.json", "population.csv", "review.html", "roster-opened.csv", "SHA256SUMS"].sort(),
  );

  const rows: Record<string, string>[] = parse(inventory.read(`${FOLDER}/population.csv`), { columns: true });
  expect(
    rows.map((row) => [row.person, row.role, row.groups, row.declared, row.marks, row.reviewer]),
  ).toEqual([
    ["member.001@example.com", "owner", "Group 01", "members.csv", "", "auditor@example.com"],
    ["member.002@example.com", "owner", "Group 02", "members.csv", "", "member.001@example.com"],
    ["member.003@example.com", "member", "Group 01", "members.csv", "", "auditor@example.com"],
    [
      "member.004@example.com",
      "member",
      "Group 02",
      "members.csv",
      "left the company",
      "auditor@example.com",
    ],
    ["member.005@example.com", "member", "Group 01", "", "undeclared\nin no list", "auditor@example.com"],
  ]);
  expect(rows[0]?.since).toBe("2026-05-03T10:00:00+02:00");
  expect(rows[0]?.["since is known by"]).toMatch(
    /^members\.csv says so since commit [0-9a-f]{12}, where its known history begins: it may be longer; at least since then: report-2026-03-01\.json \(its date by the file's name\) has them so$/,
  );
  expect(rows[4]?.since).toBe("2026-03-01");

  const manifest = manifestOf(inventory);
  expect(manifest).toMatchObject({
    kind: "notion-inventory review",
    name: "2026-Q4",
    workspace: inventory.simulator.baseUrl,
    openedAt: "2026-11-20T12:00:00.000Z",
    complete: true,
    requests: { "GET /Users": 1, "GET /Groups": 1 },
    counts: { people: 5, byRole: { owner: 2, member: 3 }, groups: 2, withoutReviewer: 0 },
    roster: { file: "members.csv", commits: 1, sha256: sha256(Buffer.from(inventory.read("members.csv"))) },
    baselines: [
      { date: "2026-03-01", sha256: sha256(Buffer.from(inventory.read("report-2026-03-01.json"))) },
    ],
    sources: [
      {
        layout: "okta",
        date: "2026-11-19",
        sha256: sha256(Buffer.from(inventory.read("okta-2026-11-19.csv"))),
      },
    ],
  });
  for (const file of ["population.csv", "roster-opened.csv"]) {
    expect(manifest.files[file]).toEqual({
      sha256: sha256(bytesOf(inventory, file)),
      bytes: bytesOf(inventory, file).length,
    });
  }
  // As `sha256sum --check` reads it.
  const sums = inventory.read(`${FOLDER}/SHA256SUMS`).trimEnd().split("\n");
  expect(sums.sort()).toEqual(
    ["manifest.json", "population.csv", "review.html", "roster-opened.csv"]
      .map((file) => `${sha256(bytesOf(inventory, file))}  ${file}`)
      .sort(),
  );
  expect(inventory.read(`${FOLDER}/manifest.json`)).not.toContain(inventory.folder);
});

test("an incomplete listing opens no review", async () => {
  const inventory = await makeInventory({ seed: { members: 250 }, order: "moving" });
  const { code, stderr } = await inventory.run("review", "open", "--output", FOLDER);
  expect(code).toBe(3);
  expect(stderr).toContain("No review was opened: a population must be whole.");
  expect(readdirSync(inventory.folder)).toEqual([]);
});

test("a folder that holds something is left as it is", async () => {
  const inventory = await makeReviewed();
  mkdirSync(join(inventory.folder, FOLDER), { recursive: true });
  inventory.write(`${FOLDER}/notes.txt`, "mine");
  const { code, stderr } = await inventory.run("review", "open", "--output", FOLDER);
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("is not empty") });
  expect(readdirSync(join(inventory.folder, FOLDER))).toEqual(["notes.txt"]);
});

test("people whom no table likes are frozen, and the page has them as text", async () => {
  const inventory = await makeUntidyInventory();
  expect((await inventory.run("review", "open", "--output", FOLDER)).code).toBe(0);
  const rows: string[][] = parse(inventory.read(`${FOLDER}/population.csv`));
  expect(rows.flat().filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
  expect(inventory.read(`${FOLDER}/review.html`)).not.toContain("<b>|");
});

test("close writes the evidence and an edit of the roster that changes nothing else", async () => {
  const inventory = await makeReviewed();
  await inventory.run(
    ..."review open --roster members.csv --with okta-2026-11-19.csv --output".split(" "),
    FOLDER,
  );
  decide(inventory, FOLDER, {
    "member.002@example.com": { decision: "lower", "to role": "member", reason: "INC-42 is over" },
    "member.003@example.com": { decision: "end", until: "2026-12-31", reason: "contract ends" },
    "member.004@example.com": { decision: "remove", reason: "left in October" },
    "member.005@example.com": { decision: "remove", reason: "nobody knows them | <b>" },
  });
  const before = inventory.read("members.csv");
  const { code, stdout, stderr } = await inventory.run("review", "close", FOLDER, "--write");
  expect({ code, stderr }).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("5 decisions, 4 of them other than keep."),
  });
  expect(stderr).toContain(
    "By hand: member.005@example.com: not in the roster: an owner does it in Notion's settings, under People.",
  );
  const after = inventory.read("members.csv");
  expect(after).toBe(
    "# who is in Notion\nuserName,role,reason,until\nmember.001@example.com,owner,,\n" +
      'member.002@example.com,member,"INC-42 [review 2026-Q4, auditor@example.com: INC-42 is over]",\n' +
      'member.003@example.com,member,"[review 2026-Q4, auditor@example.com: contract ends]",2026-12-31\n',
  );
  inventory.write("members.csv", before);
  execFileSync("git", ["apply", `${FOLDER}/roster.patch`], { cwd: inventory.folder });
  expect(inventory.read("members.csv")).toBe(after);
  expect(stdout).toBe(inventory.read(`${FOLDER}/roster.patch`));
  const evidence = inventory.read(`${FOLDER}/evidence.md`);
  expect(evidence).toContain(
    "5 people reviewed, 4 decisions other than keep. Whether it is gone has not been verified yet.",
  );
  expect(evidence).toContain(
    "| member.004@example.com | member | remove | left in October | auditor@example.com |",
  );
  expect(evidence).toContain("nobody knows them \\| &lt;b&gt;");
  for (const file of [
    "population.csv",
    "review.html",
    "manifest.json",
    "decisions.csv",
    "roster.patch",
    "roster-opened.csv",
    "SHA256SUMS",
    "closed.json",
  ]) {
    expect(evidence, file).toContain(sha256(bytesOf(inventory, file)));
  }
  expect((await inventory.run("review", "close", FOLDER)).stderr).toContain("is closed already");
});

test("close --write writes the roster; who is kept in spite of something is in the evidence", async () => {
  const inventory = await makeReviewed();
  await inventory.run(
    ..."review open --roster members.csv --with okta-2026-11-19.csv --output".split(" "),
    FOLDER,
  );
  decide(inventory, FOLDER, { "member.003@example.com": { decision: "remove", reason: "moved on" } });
  expect((await inventory.run("review", "close", FOLDER, "--write")).code).toBe(0);
  expect(inventory.read("members.csv")).not.toContain("member.003@example.com");
  const evidence = inventory.read(`${FOLDER}/evidence.md`);
  expect(evidence).toContain("## Kept in spite of something");
  expect(evidence).toContain(
    "| member.004@example.com | member | left the company | looked into | auditor@example.com |",
  );
});

test("gaps, self-review and a changed population refuse the closing, and nothing is written", async () => {
  const inventory = await makeReviewed();
  await inventory.run("review", "open", "--output", FOLDER);
  const close = () => inventory.run("review", "close", FOLDER, "--write");
  expect((await close()).stderr).toContain("holds no decisions");
  decide(inventory, FOLDER, {}, { reviewer: "member.003@example.com" });
  expect((await close()).stderr).toContain(
    "member.003@example.com: decided by member.003@example.com, but nobody reviews themself",
  );
  decide(inventory, FOLDER, {});
  const whole = inventory.read(`${FOLDER}/decisions.csv`).split("\n");
  inventory.write(`${FOLDER}/decisions.csv`, whole.toSpliced(3, 1).join("\n"));
  const gap = await close();
  expect(gap).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("nothing is decided about 1 of 5 people: member.003@example.com"),
  });
  decide(inventory, FOLDER, {});
  const population = inventory.read(`${FOLDER}/population.csv`);
  inventory.write(`${FOLDER}/population.csv`, population.replace("owner", "member"));
  expect((await close()).stderr).toMatch(
    /population\.csv is not what it was: its SHA-256 is [0-9a-f]{64}, and [0-9a-f]{64} was written down/,
  );
  expect(readdirSync(join(inventory.folder, FOLDER)).sort()).toEqual([
    "SHA256SUMS",
    "decisions.csv",
    "manifest.json",
    "population.csv",
    "review.html",
  ]);
});

test("verify says of every revoked access whether it is gone and since which reading, and exits with 2 until it is", async () => {
  const inventory = await makeReviewed();
  const { workspace } = inventory.simulator;
  await inventory.run("review", "open", "--output", FOLDER);
  decide(inventory, FOLDER, {
    "member.002@example.com": { decision: "lower", "to role": "member", reason: "no owner any more" },
    "member.004@example.com": { decision: "remove", reason: "left" },
    "member.005@example.com": { decision: "end", until: "2026-12-31", reason: "contract" },
  });
  await inventory.run("review", "close", FOLDER, "--write");
  const verify = async (now: string) => {
    inventory.now = Date.parse(now);
    return inventory.run("review", "verify", FOLDER);
  };
  expect(await verify("2026-11-21T08:00:00Z")).toMatchObject({
    code: 2,
    stdout: [
      "STILL THERE  member.002@example.com: in the workspace as owner (since the reading of 2026-11-21T08:00:00.000Z)",
      "STILL THERE  member.004@example.com: in the workspace as member (since the reading of 2026-11-21T08:00:00.000Z)",
      "not due      member.005@example.com: in the workspace as member; ends 2026-12-31 (since the reading of 2026-11-21T08:00:00.000Z)\n",
    ].join("\n"),
  });
  workspace.remove("member.004@example.com");
  workspace.edit("member.002@example.com", { role: "member" });
  inventory.simulator.requests.clear();
  expect((await verify("2026-11-22T08:00:00Z")).code).toBe(0);
  expect(inventory.simulator.requests.counts).toEqual({ "GET /Users": 1, "GET /Users/{id}": 1 });
  const { code, stdout } = await verify("2026-11-23T08:00:00Z");
  expect(code).toBe(0);
  expect(stdout).toContain(
    "gone         member.004@example.com: not in the workspace (404) (since the reading of 2026-11-22T08:00:00.000Z)",
  );
  expect((await verify("2027-01-01T00:00:00Z")).stdout).toContain("STILL THERE  member.005@example.com");
  const evidence = inventory.read(`${FOLDER}/evidence.md`);
  expect(evidence).toContain("Read 4 times, last 2027-01-01 00:00 UTC");
  expect(evidence).toContain(
    "| member.004@example.com | gone | not in the workspace (404) | 2026-11-22 08:00 UTC |",
  );
});

test("verify proves nothing with an incomplete listing, another workspace or a file that was changed", async () => {
  const inventory = await makeReviewed();
  await inventory.run("review", "open", "--output", FOLDER);
  const verify = () => inventory.run("review", "verify", FOLDER);
  expect((await verify()).stderr).toContain("Close the review first");
  decide(inventory, FOLDER, { "member.004@example.com": { decision: "remove", reason: "left" } });
  await inventory.run("review", "close", FOLDER, "--write");

  inventory.simulator.faults.add({ name: "empty_list", path: "/Users", times: "always" });
  const incomplete = await verify();
  expect(incomplete.code).not.toBe(0);
  expect(readdirSync(join(inventory.folder, FOLDER))).not.toContain("readings.json");
  inventory.simulator.faults.clear();

  const other = await makeInventory({ seed: { members: 3 } });
  inventory.env = { NOTION_SCIM_BASE_URL: other.simulator.baseUrl, NOTION_SCIM_TOKEN: other.simulator.token };
  expect((await verify()).stderr).toContain("nothing was read");
  expect(other.simulator.requests.counts).toEqual({});
  inventory.env = {};

  const decisions = inventory.read(`${FOLDER}/decisions.csv`);
  writeFileSync(join(inventory.folder, FOLDER, "decisions.csv"), decisions.replace("left", "liked"));
  expect((await verify()).stderr).toContain("decisions.csv is not what it was");
});
