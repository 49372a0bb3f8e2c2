import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { type Inventory, makeInventory, stackState, workspaceResource } from "../inventory";

const OKTA = `profile.login,profile.email,profile.secondEmail,profile.firstName,profile.lastName,profile.department,profile.employeeNumber,status,statusChanged
olivia@example.com,olivia@example.com,,Olivia,Owner,IT,1000,ACTIVE,2020-01-01T00:00:00.000Z
ada@example.com,ada@example.com,,Ada,Osei,Engineering,1001,ACTIVE,2021-03-01T08:05:00.000Z
bertil@example.com,bertil@example.com,,Bertil,Ashgrove,Sales,1002,DEPROVISIONED,2026-10-30T17:00:00.000Z
corin@example.com,corin@example.com,,Corin,Vale,Sales,1003,SUSPENDED,2026-11-01T09:00:00.000Z
dagny@example.com,dagny@example.com,dagny.old@example.com,Dagny,Holt,Engineering,1004,ACTIVE,2022-01-01T08:00:00.000Z
emeric@example.com,emeric@example.com,,Emeric,Lund,Engineering,1005,ACTIVE,2026-11-18T08:00:00.000Z
fenna@example.com,fenna@example.com,,Fenna,Marsh,Sales,1006,ACTIVE,2022-01-01T08:00:00.000Z
gus@example.com,gus@example.com,,Gus,Field,Sales,1007,ACTIVE,2022-01-01T08:00:00.000Z
`;
const HR = `Work Email;Status;Last day
fenna@example.com;Gone;15.11.2026
olivia@example.com;Here;
`;
const NOTION = `Name,Email,Role
Gus Field,gus@example.com,Guest
Client,client@partner.example,Guest
`;
const ROSTER = `# Who is in the workspace
userName,role,title
ada@example.com,member,
bertil@example.com,membership_admin,"Sales, west"
corin@example.com,owner,
dagny.old@example.com,member, # four spaces
fenna@example.com,member,
gone@example.com,member,
olivia@example.com,owner,
`.replace(", # four spaces", ",");
const WITH = ["--with", "okta-2026-11-20.csv", "--with", "hr=people.csv", "--with", "notion=export.csv"];
const HOW = [
  "--map",
  "hr:email=Work Email,status=Status,end=Last day",
  "--status",
  "Gone=left,Here=active",
  "--dated",
  "2026-11-20",
];
const ALL = ["compare", ...WITH, ...HOW, "--roster", "members.csv", "--expect", "department=Engineering"];
/** The same, with the privileged people whose rows an edit may change. */
const NAMED = [...ALL, "--privileged", "Bertil@example.com", "--privileged", "corin@example.com"];

/** A workspace in which everything is to be found. */
async function makeCompared(): Promise<Inventory> {
  const inventory = await makeInventory();
  const { workspace } = inventory.simulator;
  const add = (handle: string, role: string, more: object = {}) =>
    workspace.add({ userName: `${handle}@example.com`, role, ...more });
  add("olivia", "owner");
  add("ada", "member");
  add("bertil", "membership_admin");
  add("corin", "owner");
  add("dagny.old", "member");
  add("fenna", "member");
  add("stray", "member", { name: { formatted: "Stray Person" } });
  add("svc-backup", "restricted_member");
  inventory.write("okta-2026-11-20.csv", OKTA);
  inventory.write("people.csv", HR);
  inventory.write("export.csv", NOTION);
  inventory.write("members.csv", ROSTER);
  inventory.now = Date.parse("2026-11-20T12:00:00Z");
  return inventory;
}

for (const [format, ending] of [
  ["table", "txt"],
  ["json", "json"],
  ["csv", "csv"],
  ["markdown", "md"],
] as const) {
  test(`a comparison in which everything is found, as ${format}, exit code 2`, async () => {
    const inventory = await makeCompared();
    const { code, stdout } = await inventory.run(...ALL, "--format", format);
    expect(code).toBe(2);
    await expect(stdout.replace(/[0-9a-f]{8}-[0-9a-f]{4}-\S{27}/g, "ID")).toMatchFileSnapshot(
      `../golden/compare.${ending}`,
    );
    expect(inventory.simulator.requests.counts).toEqual({ "GET /Users": 1 });
  });
}

test("each finding says who, what they hold, where they stand, since when, and what to do", async () => {
  const inventory = await makeCompared();
  const { stdout } = await inventory.run(...ALL);
  const report = JSON.parse(stdout);
  const found = report.findings.map((each: Record<string, unknown>) =>
    [each.kind, each.who, each.held, each.rosterLine, each.days, (each.edit as { kind: string } | null)?.kind]
      .map((part) => part ?? "–")
      .join(" | "),
  );
  expect(found).toEqual([
    "left | bertil@example.com | membership_admin | 4 | 20 | –",
    "suspended | corin@example.com | owner | 5 | 19 | –",
    "disagree | fenna@example.com | member | 7 | 4 | –",
    "gone | gone@example.com | – | 8 | – | remove",
    "orphan | stray@example.com | member | – | – | –",
    "shared | svc-backup@example.com | restricted_member | – | – | –",
    "email | dagny.old@example.com | member | 6 | – | set",
    "guest | gus@example.com | guest | – | – | add",
    "expected | emeric@example.com | – | – | – | add",
  ]);
  expect(report.sources[0]).toEqual({
    name: "okta",
    file: "okta-2026-11-20.csv",
    layout: "okta",
    date: "2026-11-20",
    dateFrom: "--dated",
    sha256: createHash("sha256").update(OKTA).digest("hex"),
    people: 8,
    counts: { active: 6, pending: 0, suspended: 1, left: 1 },
  });
});

test("--edit is a patch that git applies, touches nobody else's line, and writes nothing by itself", async () => {
  const inventory = await makeCompared();
  const { code, stderr } = await inventory.run(...NAMED, "--edit", "--output", "leavers.patch");
  expect(code).toBe(2);
  expect(stderr).toContain(
    "6 changes of members.csv proposed; nothing was written. No edit covers 3 findings",
  );
  expect(inventory.read("members.csv")).toBe(ROSTER);
  execFileSync("git", ["apply", "leavers.patch"], { cwd: inventory.folder });
  expect(inventory.read("members.csv").split("\n")).toEqual([
    "# Who is in the workspace",
    "userName,role,title,formerUserName",
    "ada@example.com,member,,",
    "corin@example.com,restricted_member,,",
    "dagny@example.com,member,,dagny.old@example.com",
    "emeric@example.com,,,",
    "fenna@example.com,member,,",
    "gus@example.com,,,",
    "olivia@example.com,owner,,",
    "",
  ]);
});

test("--edit changes the rows of owners and membership admins only by name, and says so", async () => {
  const inventory = await makeCompared();
  const edit = await inventory.run(...ALL, "--edit");
  // The new column is in every line.
  expect(edit.stdout).toContain('+bertil@example.com,membership_admin,"Sales, west",\n');
  expect(edit.stdout).toContain("+corin@example.com,owner,,\n");
  expect(edit.stdout).not.toContain("+gone@example.com");
  expect(edit.stderr).toContain("4 changes of members.csv proposed");
  const { findings } = JSON.parse((await inventory.run(...ALL)).stdout);
  expect(findings[0].remediation.text).toContain("only with --privileged and their e-mail");
  const one = await inventory.run(...ALL, "--edit", "--privileged", "bertil@example.com");
  expect(one.stdout).not.toContain("+bertil@example.com");
  expect(one.stdout).toContain("+corin@example.com,owner,,\n");
  const typo = await inventory.run(...ALL, "--edit", "--privileged", "bertl@example.com");
  expect([typo.code, typo.stderr]).toEqual([64, expect.stringContaining("nobody here has that address")]);
});

test("a list that is cut, and still has most people, is doubted when an owner is in no source", async () => {
  const inventory = await makeCompared();
  const lines = OKTA.replace(/DEPROVISIONED|SUSPENDED/g, "ACTIVE").split("\n");
  // The first line of people, an owner's, and the last one are cut off.
  inventory.write("okta-2026-11-20.csv", `${[lines[0], ...lines.slice(2, -2)].join("\n")}\n`);
  const one = ["compare", "--with", "okta-2026-11-20.csv", "--roster", "members.csv"];
  const { doubts } = JSON.parse((await inventory.run(...one)).stdout);
  expect(doubts).toEqual([
    expect.stringMatching(
      /^olivia@example\.com is owner or membership admin and in no source\. Is a list cut short/,
    ),
  ]);
  const edit = await inventory.run(...one, "--edit");
  expect(edit.stdout).toContain("+gone@example.com,member,,\n");
  expect(edit.stderr).toContain("Is a list cut short?");
  const shared = await inventory.run(...one, "--edit", "--shared", "olivia@example.com");
  expect(shared.stdout).not.toContain("+gone@example.com");
  const named = await inventory.run(...one, "--edit", "--privileged", "olivia@example.com");
  expect(named.stdout).not.toContain("+olivia@example.com");
});

test("two members with one e-mail who left are one edit of their row", async () => {
  const inventory = await makeCompared();
  const { people } = inventory.simulator.workspace as unknown as { people: { userName: string }[] };
  const stray = people.find(({ userName }) => userName === "stray@example.com");
  if (stray !== undefined) stray.userName = "bertil@example.com";
  const { code, stdout, stderr } = await inventory.run(...NAMED, "--edit");
  expect(code, stderr).toBe(2);
  expect(stdout.split("\n").filter((line) => line.startsWith("-bertil"))).toHaveLength(1);
});

test("after its edit is in the roster, what it proposed is found no more", async () => {
  const inventory = await makeCompared();
  await inventory.run(...NAMED, "--edit", "--output", "leavers.patch");
  execFileSync("git", ["apply", "leavers.patch"], { cwd: inventory.folder });
  const { workspace } = inventory.simulator;
  workspace.remove("bertil@example.com");
  workspace.edit("corin@example.com", { role: "restricted_member" });
  workspace.edit("dagny.old@example.com", { userName: "dagny@example.com" });
  for (const handle of ["emeric", "gus"])
    workspace.add({ userName: `${handle}@example.com`, role: "member" });
  const { stdout } = await inventory.run(...ALL);
  const found = JSON.parse(stdout).findings.map(({ kind, who, edit }: Record<string, unknown>) => [
    kind,
    who,
    edit,
  ]);
  expect(found).toEqual([
    ["suspended", "corin@example.com", null],
    ["disagree", "fenna@example.com", null],
    ["orphan", "stray@example.com", null],
    ["shared", "svc-backup@example.com", null],
  ]);
});

test("declared is what a stack's state holds, too, and its people are known by their ids", async () => {
  const inventory = await makeCompared();
  const people = { "bertil@example.com": {}, "dagny@example.com": {}, "ghost@example.com": {} };
  const ids = {
    "bertil@example.com": inventory.id("bertil@example.com"),
    // Her e-mail was changed in Notion behind the code's back.
    "dagny@example.com": inventory.id("dagny.old@example.com"),
    "ghost@example.com": "00000000-0000-4000-8000-000000000000",
  };
  inventory.write("state.json", stackState([workspaceResource("acme", { people, ids })]));
  const { stdout } = await inventory.run(
    "compare",
    "--with",
    "okta=okta-2026-11-20.csv",
    "--state",
    "state.json",
  );
  const found = JSON.parse(stdout).findings.map(
    ({ kind, who, declared }: Record<string, unknown>) => `${kind} ${who} ${declared}`,
  );
  expect(found).toEqual([
    "left bertil@example.com true",
    "suspended corin@example.com false",
    "gone ghost@example.com true",
    "orphan stray@example.com false",
    "shared svc-backup@example.com false",
  ]);
});

test("an incomplete listing is said first and exits with 3: who is seen is told of, nobody is called absent", async () => {
  const inventory = await makeCompared();
  // Two pages: an entry of the first stands on the second again.
  for (let n = 0; n < 100; n += 1)
    inventory.simulator.workspace.add({ userName: `zz${n}@example.com`, role: "member" });
  inventory.simulator.faults.add({ name: "duplicate_entry", path: "/Users", times: "always" });
  const { code, stdout, stderr } = await inventory.run(...ALL);
  const report = JSON.parse(stdout);
  expect(code).toBe(3);
  expect(stderr).toContain("INCOMPLETE: The list of members could not be proven complete");
  expect(report.complete).toBe(false);
  expect(report.findings.filter(({ held }: { held: string | null }) => held === null)).toEqual([]);
  expect(report.unproven).toContain("emeric@example.com");
});

test("nobody is called absent while an entry of the listing cannot be read", async () => {
  const inventory = await makeCompared();
  const { people } = inventory.simulator.workspace;
  Object.assign(people.find(({ userName }) => userName === "ada@example.com") ?? {}, { title: 7 });
  const { stdout } = await inventory.run(...ALL);
  const { findings, unproven } = JSON.parse(stdout);
  expect(findings.some(({ who }: { who: string }) => who === "ada@example.com")).toBe(false);
  expect(unproven).toEqual(["ada@example.com", "emeric@example.com", "gone@example.com"]);
});

test("nothing differs: exit code 0, in words", async () => {
  const inventory = await makeInventory();
  inventory.simulator.workspace.add({ userName: "ada@example.com", role: "owner" });
  inventory.write("okta.csv", "login,status\nada@example.com,ACTIVE\n");
  const { code, stdout } = await inventory.run(
    "compare",
    "--with",
    "okta.csv",
    "--dated",
    "2026-11-20",
    "--format",
    "markdown",
  );
  expect([code, stdout]).toEqual([0, expect.stringContaining("Nothing differs from 1 source.")]);
});

test("lists that lack most of the workspace are doubted, and nobody is taken out for it", async () => {
  const inventory = await makeCompared();
  inventory.write("okta-2026-11-20.csv", "login,status\nolivia@example.com,ACTIVE\n");
  const one = ["compare", "--with", "okta-2026-11-20.csv", "--roster", "members.csv"];
  const { stdout } = await inventory.run(...one);
  expect(JSON.parse(stdout).doubts).toEqual([
    expect.stringMatching(
      /^By these lists 7 of 9 people are not there any more \(7 in no source\)\. Is every list whole/,
    ),
  ]);
  const edit = await inventory.run(...one, "--edit");
  expect(edit.stdout).toBe("");
  expect(edit.stderr).toContain("Is every list whole");
});

test("lists by which most of the workspace left are doubted, too, whatever --only shows, and nobody is taken out for it", async () => {
  const inventory = await makeCompared();
  // A column of hire dates, read as that of the last days.
  const people = ["ada", "bertil", "corin", "dagny.old", "fenna"];
  inventory.write(
    "hr.csv",
    `mail,hired\n${people.map((each) => `${each}@example.com,2020-01-01\n`).join("")}`,
  );
  const one = [
    "compare",
    "--with",
    "hr.csv",
    "--map",
    "email=mail,end=hired",
    "--dated",
    "2026-11-20",
    "--roster",
    "members.csv",
  ];
  const shown = await inventory.run(...one, "--only", "left");
  expect(JSON.parse(shown.stdout).doubts).toEqual([
    expect.stringMatching(
      /^By these lists 8 of 9 people .* \(5 left, 3 in no source\)\. .*read by the right columns\?/,
    ),
  ]);
  const edit = await inventory.run(...one, "--only", "left", "--edit");
  expect(edit.stdout).toBe("");
  expect(edit.stderr).toContain("0 changes of members.csv proposed");
});

test("a date that stands for none and a status against its end take nobody out: 0001-01-01, 1970-01-01, a forgotten end of somebody who came back", async () => {
  const inventory = await makeCompared();
  inventory.write(
    "hr.csv",
    `mail,state,last day
ada@example.com,Active,0001-01-01
bertil@example.com,Active,01.01.1970
corin@example.com,Active,9999-12-31
dagny.old@example.com,Active,1/0/1900
fenna@example.com,Active,2025-03-31
olivia@example.com,Active,
`,
  );
  const one = [
    "compare",
    "--with",
    "hr.csv",
    "--map",
    "email=mail,status=state,end=last day",
    "--dated",
    "2026-11-20",
  ];
  const { stdout } = await inventory.run(...one, "--roster", "members.csv", "--format", "table");
  expect(stdout).toMatch(/fenna@example\.com .* hr line 6: "Active" against end 2025-03-31/);
  const edit = await inventory.run(...one, "--roster", "members.csv", "--edit");
  expect(edit.stdout).not.toMatch(/^-(ada|bertil|corin|dagny|fenna)/m);
  expect(edit.stdout).toContain("-gone@example.com");
});

test("--mask, --only, --ignore and --exit-zero are as everywhere", async () => {
  const inventory = await makeCompared();
  inventory.write("ignore.yaml", "users:\n  - stray@example.com\n");
  const masked = await inventory.run(...ALL, "--mask");
  expect(masked.stdout).toContain("b***@example.com");
  expect(masked.stdout).not.toMatch(/bertil@|dagny|client@/);
  const only = await inventory.run(
    ...ALL,
    "--only",
    "left",
    "orphan",
    "--ignore",
    "ignore.yaml",
    "--exit-zero",
  );
  expect(only.code).toBe(0);
  expect(JSON.parse(only.stdout).findings.map(({ who }: { who: string }) => who)).toEqual([
    "bertil@example.com",
  ]);
});

test("NOTION_AS_OF shows who will have left by then; how old a list is counts from today", async () => {
  const inventory = await makeCompared();
  inventory.env = { NOTION_AS_OF: "2026-12-05" };
  inventory.write("people.csv", "Work Email,Last day\nada@example.com,2026-11-30\n");
  const then = await inventory.run(
    "compare",
    "--with",
    "people.csv",
    "--map",
    "email=Work Email,end=Last day",
    "--dated",
    "2026-11-20",
    "--max-age",
    "1d",
    "--only",
    "left",
  );
  expect(JSON.parse(then.stdout)).toMatchObject({
    asOf: "2026-12-05T00:00:00.000Z",
    findings: [{ who: "ada@example.com", days: 4 }],
  });
});

test("slips are named before anything is sent", async () => {
  const inventory = await makeCompared();
  for (const [args, code, said] of [
    [[], 64, "--with okta.csv"],
    [["--with", "okta-2026-11-20.csv", "--edit"], 64, "--roster members.csv"],
    [["--with", "export.csv"], 64, "add a list that does"],
    [["--with", "okta-2026-11-20.csv", "--expect", "team=A"], 64, 'names the column "team"'],
    [["--with", "okta-2026-11-20.csv", "--max-age", "soon"], 64, "such as 90m, 36h, 14d or 2w"],
    [
      ["--with", "okta-2026-11-20.csv", "--edit", "--roster", "members.csv", "--mask"],
      64,
      "cannot be used with",
    ],
    [["--with", "nowhere.csv"], 1, "Could not read nowhere.csv: ENOENT"],
    [["--with", "people.csv"], 1, 'Its columns are "Work Email", "Status", "Last day"'],
    [["--with", "okta-2026-11-20.csv", "--max-age", "1h"], 1, "older than --max-age"],
    [
      ["--with", "okta-2026-11-20.csv", "--roster", "okta-2026-11-20.csv"],
      1,
      "okta-2026-11-20.csv cannot be used",
    ],
  ] as const) {
    const outcome = await inventory.run("compare", "--dated", "2026-11-20", ...args);
    expect({ args, code: outcome.code, stdout: outcome.stdout }).toEqual({ args, code, stdout: "" });
    expect(outcome.stderr).toContain(said);
  }
  expect(inventory.simulator.requests.count()).toBe(0);
});
