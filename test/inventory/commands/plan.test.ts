import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { PlanReport } from "../../../inventory/plan/plan-report";
import { type Inventory, makeInventory } from "../inventory";
import { suiteOf } from "../junit";
import { placesOf, resultsIn } from "../sarif";

// The previews are what `pulumi preview --json` of the real engine printed of programs against the simulator, without
// the engine's traces, which name folders of a machine.
const captured = (name: string) => readFileSync(join(__dirname, "..", "previews", `${name}.json`), "utf8");

const member = (number: number) => `member.${String(number).padStart(3, "0")}@example.com`;
/** The roster of the preview `change`; member.007 has no row any more. */
const ROSTER = [
  "userName,role,title,roleUntil,roleThen,reason",
  `${member(1)},owner,Head of IT,,,`,
  `${member(2)},owner,,,,`,
  `${member(3)},member,,,,`,
  `${member(4)},member,,,,`,
  `${member(5)},owner,,2099-12-31,member,INC-1234 database down`,
  `${member(6)},restricted_member,,,,`,
  "# nobody",
  ...[8, 9, 10, 11, 12].map((number) => `${member(number)},member,,,,`),
  "zoe@example.com,member,,,,",
  "max@example.com,membership_admin,,,,CHG-7",
  "",
].join("\n");

let inventory: Inventory;

beforeEach(async () => {
  inventory = await makeInventory();
  inventory.env = { NOTION_SCIM_TOKEN: undefined, NOTION_AS_OF: "2026-11-21T16:00:00Z" };
  inventory.write("members.csv", ROSTER);
});

async function plan(name: string, ...args: string[]) {
  const file = inventory.write("preview.json", captured(name));
  return inventory.run("plan", "--preview", file, ...args);
}

async function report(name: string, ...args: string[]): Promise<PlanReport> {
  const { stdout, stderr } = await plan(name, ...args);
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as PlanReport;
}

const texts = ({ changes }: PlanReport) => changes.map(({ text }) => text);
const told = (name: string) =>
  (JSON.parse(captured(name)) as { diagnostics: { message: string; severity: string }[] }).diagnostics
    .filter(({ severity }) => severity === "info")
    .map(({ message }) => message.trim());

describe("plan of a workspace", () => {
  it.each(["create", "change", "unknown", "refresh", "refresh-undeclared", "policy"])(
    "has the words of the preview %s, and no others",
    async (name) => {
      const { changes, ends, remarks, summary, incomplete } = await report(name);
      const ours = [...changes, ...ends, ...remarks].map(({ text }) => text);
      expect(incomplete).toEqual([]);
      // Of those beside the workspace the engine tells nothing.
      const said = [...ours, summary[0]].filter((line) => !line?.startsWith("+ one@"));
      expect(said.sort()).toEqual(told(name).sort());
    },
  );

  it("names privileged roles first, with reason, end and the line of the roster", async () => {
    const { code, stdout } = await plan("change", "--roster", "members.csv", "--format", "markdown");
    expect(code).toBe(2);
    const [first, second] = stdout.split("\n").filter((line) => line.startsWith("| ") && line.includes("@"));
    expect(first).toBe("| + max@example.com joins as membership\\_admin | CHG-7 | – | – | 15 |");
    expect(second).toContain(
      "member → owner | INC-1234 database down | at the end of 2099-12-31 UTC | – | 6 |",
    );
    expect(stdout.indexOf("### Privileged roles (2)")).toBeLessThan(stdout.indexOf("### Leave (1)"));
    expect(stdout).toContain("| - member.007@example.com leaves (was member) | – | – | – | no row |");
  });

  it("tells drift that it repairs apart from what the roster changes", async () => {
    const { changes } = await report("refresh");
    expect(changes.filter(({ drift }) => drift).map(({ who }) => who)).toEqual([
      member(3),
      member(9),
      member(8),
      member(10),
    ]);
  });

  it("shows no secret value, and that one changes though the JSON blinds both sides", async () => {
    const secret = JSON.parse(captured("unknown")) as {
      steps: { oldState?: { outputs?: { people?: Record<string, object> } } }[];
    };
    for (const { oldState } of secret.steps) {
      const people = oldState?.outputs?.people;
      if (people !== undefined) people[member(2)] = { role: "owner", title: "[secret]" };
    }
    inventory.write("preview.json", secret);
    const { stdout } = await inventory.run("plan", "--preview", "preview.json");
    expect(texts(JSON.parse(stdout) as PlanReport)).toContain(`~ ${member(2)}: title [secret] → [secret]`);
    expect(stdout).not.toContain("[secret] before");
  });

  it("says whom a limit stops it for, in the preview's own words, and exits with 1", async () => {
    const { code, stdout } = await plan("limit", "--roster", "members.csv");
    const { stopped, stops, remarks, summary } = JSON.parse(stdout) as PlanReport;
    expect(code).toBe(1);
    expect(stopped).toBe(true);
    expect(stops.map(({ message }) => message)).toEqual([
      expect.stringContaining("9 of 12 people would be removed at once"),
    ]);
    expect(stops[0]?.message).toContain(`They are ${member(4)}, `);
    expect(remarks.map(({ text }) => text).join(), "named once").not.toContain(member(4));
    expect(summary).toEqual(["3 people declared (12 before): 9 leave."]);
  });

  it("says that a preview failed for a reason that its JSON does not hold, as a policy's is", async () => {
    const { stops } = await report("policy");
    expect(stops.map(({ message }) => message)).toEqual([
      expect.stringContaining("such as a violation of a mandatory policy"),
    ]);
  });

  it("is refused where the file that is named is no roster, before anything is printed", async () => {
    inventory.write("members.txt", ROSTER);
    const { code, stdout, stderr } = await plan("change", "--roster", "members.txt");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("members.txt, its ending must be one of .csv, .yaml, .yml");
  });

  it("points to the lines of a roster that cannot be used", async () => {
    inventory.write(
      "members.csv",
      ROSTER.replace("zoe@example.com", "nobody").replace(",membership_admin,", ",boss,"),
    );
    const { stops } = await report("broken-roster", "--roster", "members.csv");
    expect(stops.map(({ line }) => line)).toEqual([null, 14, 15]);
  });

  it("of a program without the workspace names everybody who leaves", async () => {
    const { changes, counts } = await report("destroyed");
    expect(changes).toHaveLength(12);
    expect(counts).toEqual(["12 leave"]);
  });

  it("exits with 0 where nothing changes, and with --exit-zero", async () => {
    expect((await plan("same")).code).toBe(0);
    expect((await report("same")).summary).toEqual(["12 people declared: nothing to change."]);
    expect((await plan("people-same")).code).toBe(0);
    expect((await plan("change", "--exit-zero")).code).toBe(0);
  });

  it("says so where the preview told something else than its states give", async () => {
    inventory.env.NOTION_AS_OF = "2100-02-01T00:00:00Z";
    const { code, stdout } = await plan("change");
    expect(code).toBe(3);
    expect((JSON.parse(stdout) as PlanReport).incomplete).toEqual([
      expect.stringContaining("do not match its states now"),
    ]);
  });

  it("is the same one some minutes later, when an end is nearer than the preview told", async () => {
    inventory.env.NOTION_AS_OF = "2099-12-31T22:20:00Z";
    const preview = JSON.parse(captured("change")) as {
      diagnostics: { message: string; severity: string }[];
    };
    const line = `! ${member(5)}: owner ends at the end of 2099-12-31 UTC, in 2 hours, then member (reason: INC-1234 database down)`;
    preview.diagnostics.push({ message: line, severity: "info" });
    inventory.write("preview.json", preview);
    const { code, stdout } = await inventory.run("plan", "--preview", "preview.json");
    const { ends, incomplete } = JSON.parse(stdout) as PlanReport;
    expect(ends.map(({ text }) => text)).toEqual([line.replace("2 hours", "100 minutes")]);
    expect({ code, incomplete }).toEqual({ code: 2, incomplete: [] });
  });

  it("sends no request and needs no token", async () => {
    await plan("change", "--roster", "members.csv");
    expect(inventory.simulator.requests.entries).toEqual([]);
  });

  it("masks addresses in every format", async () => {
    for (const format of ["markdown", "json", "table", "csv", "sarif", "junit"]) {
      const { stdout } = await plan("change", "--roster", "members.csv", "--mask", "--format", format);
      expect(stdout, format).toMatch(/m(\\?\*){3}@/);
      expect(stdout, format).not.toMatch(/max@|member\.00/);
    }
  });

  it("masks addresses in what it says of the roster and of errors, too", async () => {
    inventory.write(
      "members.csv",
      "userName,role\nsean.o'brien@example.com,boss\nsean.o'brien@example.com,owner\n",
    );
    const { stderr } = await plan("change", "--roster", "members.csv", "--mask");
    expect(stderr).toContain("s***@example.com");
    expect(stderr).not.toMatch(/sean|brien/);
    const missing = await inventory.run("plan", "--mask", "--preview", "of.ada@example.com.json");
    expect(missing.stderr).toContain("o***@example.com.json");
  });

  it("tells two people apart in SARIF although masked they have one address", async () => {
    const prints = async (...args: string[]) => {
      const { stdout } = await plan("create", "--format", "sarif", ...args);
      return resultsIn(stdout)
        .filter(({ message }) => message.text.includes("@"))
        .map(({ partialFingerprints }) => partialFingerprints?.["notionInventory/v1"]);
    };
    const masked = await prints("--mask");
    expect(masked.length).toBeGreaterThan(5);
    expect(new Set(masked).size).toBe(masked.length);
    expect(await prints("--mask"), "the same in the next run").toEqual(masked);
    const whole = await prints();
    expect(
      masked.filter((print) => whole.includes(print)),
      "no digest of a whole address",
    ).toEqual([]);
  });

  it("shows what a preview told as text: no heading, mention, image or end of a comment", async () => {
    const preview = JSON.parse(captured("limit")) as { diagnostics: { message: string; severity: string }[] };
    const evil = "3 people declared --> # Hi @octocat ![x](https://evil.example/x.png) closes #12";
    for (const each of preview.diagnostics)
      if (each.message.startsWith("3 people declared")) each.message = evil;
    inventory.write("preview.json", preview);
    const { stdout } = await inventory.run("plan", "--preview", "preview.json", "--format", "markdown");
    expect(stdout).toContain("3 people declared --&gt;");
    expect(stdout).not.toMatch(/-->|@octocat|(?<!\\)!\[|#12|:\/\//);
    const message = `~ ${member(1)}: title (empty) → "[click](https://evil.example)"`;
    preview.diagnostics.push({ message, severity: "info" });
    inventory.write("preview.json", preview);
    const sarif = await inventory.run("plan", "--preview", "preview.json", "--format", "sarif");
    expect(
      resultsIn(sarif.stdout)
        .map(({ message }) => message.text)
        .join("\n"),
    ).toContain("\\[click\\](");
    const table = await inventory.run("plan", "--preview", "preview.json", "--format", "table");
    expect(table.stdout).toContain("3 people declared");
  });
});

describe("plan of groups", () => {
  const ROWS = ["ada", "bea", "cy", "dee", "eli", "fay", "gus", "hal", "max"];
  const lineOf = (name: string) => ROWS.indexOf(name) + 2;

  beforeEach(() => {
    inventory.write("members.csv", ["userName", ...ROWS.map((name) => `${name}@example.com`), ""].join("\n"));
  });

  it.each(["groups-create", "groups-change", "groups-refresh"])(
    "has the words of the preview %s; many who join have a line each",
    async (name) => {
      const { changes, groups, ends, remarks, summary, incomplete } = await report(name);
      expect(incomplete).toEqual([]);
      const ours = [...changes, ...groups, ...ends, ...remarks].map(({ text }) => text);
      const many = /^\+ \d+ people join On-call: /;
      const [together] = told(name).filter((line) => many.test(line));
      const joins = ours.filter((line) => line.endsWith("joins On-call"));
      if (together !== undefined)
        for (const { who } of groups.filter(({ group, kind }) => group === "On-call" && kind === "addMember"))
          expect(together).toContain(who);
      expect(joins).toHaveLength(together === undefined ? 0 : 6);
      expect([...ours.filter((line) => !joins.includes(line)), ...summary].sort()).toEqual(
        told(name)
          .filter((line) => !many.test(line))
          .sort(),
      );
    },
  );

  it("tells deletions, what was changed in Notion, who leaves and who joins apart, with the lines of the people", async () => {
    const { code, stdout } = await plan("groups-refresh", "--roster", "members.csv", "--format", "markdown");
    expect(code).toBe(2);
    const shown = stdout
      .replaceAll("\\", "")
      .split("\n")
      .filter((line) => /^(### |\| [-+~] )/.test(line));
    expect(shown).toEqual([
      "### Profiles (1)",
      `| ~ cy@example.com: department "Sales" → "Ops" | – | – | – | ${lineOf("cy")} |`,
      "### Groups that are deleted (1)",
      "| - group Old is deleted (2 members) | – |",
      "### Groups: changed in Notion, and set back (3)",
      "| ~ group Oncall is renamed On-call (renamed in Notion) | – |",
      `| + ada@example.com joins Engineering (taken out in Notion) | ${lineOf("ada")} |`,
      `| - max@example.com leaves Sales (added in Notion) | ${lineOf("max")} |`,
      "### Leave a group (1)",
      `| - cy@example.com leaves Sales (Sales rule: department is "Ops" now) | ${lineOf("cy")} |`,
      "### Join a group (7)",
      `| + dee@example.com joins Engineering | ${lineOf("dee")} |`,
      ...["ada", "dee", "eli", "fay", "gus", "hal"].map(
        (name) => `| + ${name}@example.com joins On-call | ${lineOf(name)} |`,
      ),
      "### Groups (2)",
      "| ~ group Infra is renamed Platform | – |",
      "| + group Squad is created with 2 members | – |",
    ]);
    const { counts, groups } = await report("groups-refresh", "--roster", "members.csv");
    expect(counts).toEqual([
      "1 profile changes",
      "1 is created",
      "2 are renamed",
      "1 is deleted",
      "10 memberships begin",
      "2 memberships end",
    ]);
    expect(groups.find(({ kind }) => kind === "createGroup")).toEqual({
      kind: "createGroup",
      group: "Squad",
      who: null,
      text: "+ group Squad is created with 2 members",
      drift: false,
      members: ["dee@example.com", "eli@example.com"],
      line: null,
    });
  });

  it("in SARIF and JUnit stand at the lines of the people, and in CSV in a column of their own", async () => {
    const { stdout } = await plan("groups-change", "--roster", "members.csv", "--format", "sarif");
    expect(placesOf(resultsIn(stdout))).toEqual([
      ["profile", "members.csv", lineOf("cy")],
      ["group-deleted", "members.csv", 1],
      ["group-leaves", "members.csv", lineOf("cy")],
      ["group-joins", "members.csv", lineOf("dee")],
      ...["ada", "dee", "eli", "fay", "gus", "hal"].map((name) => [
        "group-joins",
        "members.csv",
        lineOf(name),
      ]),
      ["group", "members.csv", 1],
      ["group", "members.csv", 1],
    ]);
    expect(await suiteOf((await plan("groups-change", "--format", "junit")).stdout)).toMatchObject({
      tests: 12,
      failures: 0,
    });
    const csv = await plan("groups-change", "--format", "csv");
    expect(csv.stdout).toContain(
      'group-leaves,cy@example.com,"\'- cy@example.com leaves Sales (Sales rule: department is ""Ops"" now)",,,,,,Sales\n',
    );
  });

  it("one by one are told in the same words, by the names of their people and groups", async () => {
    const { code, stdout } = await plan("groups-one");
    const { groups, remarks, summary, incomplete } = JSON.parse(stdout) as PlanReport;
    expect(code).toBe(2);
    expect(groups.map(({ text, drift }) => `${text}${drift ? " *" : ""}`).sort()).toEqual([
      "+ ada@example.com joins Infra (taken out in Notion) *",
      "+ bea@example.com joins Squad",
      "+ group Squad is created or adopted",
      "- bea@example.com leaves Infra (not declared any more)",
      "- group Kept is no longer managed and stays",
      "- group Old is deleted",
      "~ group Platform is renamed Infra",
    ]);
    expect([remarks, incomplete]).toEqual([[], []]);
    expect(summary.at(-1)).toMatch(/^Groups one by one: 1 is created, 1 is renamed, 1 is deleted, /);
  });

  it("that is refused says why, with the names", async () => {
    const { code, stdout } = await plan("groups-limit", "--format", "json");
    const { stops, remarks } = JSON.parse(stdout) as PlanReport;
    expect(code).toBe(1);
    expect(stops.map(({ message }) => message)).toEqual([
      expect.stringContaining(
        "Nobody would be left in group Sales, which is exact: bea@example.com, cy@example.com",
      ),
    ]);
    expect(remarks.map(({ text }) => text)).toContain(
      '? group Sales: its rule (department is "Sales") chooses nobody',
    );
  });

  it("hidden in the preview's JSON are told by its messages alone", async () => {
    const preview = JSON.parse(captured("groups-change")) as {
      steps: { newState?: { inputs?: { groups?: unknown } } }[];
    };
    for (const { newState } of preview.steps)
      if (newState?.inputs?.groups !== undefined) newState.inputs.groups = "[secret]";
    inventory.write("preview.json", preview);
    const { code, stdout } = await inventory.run("plan", "--preview", "preview.json");
    const { remarks, incomplete } = JSON.parse(stdout) as PlanReport;
    expect([code, incomplete]).toEqual([3, [expect.stringContaining("people or groups")]]);
    expect(remarks.map(({ text }) => text)).toEqual(
      told("groups-change").filter((line) => !/people declared/.test(line)),
    );
  });
});

describe("plan of people one by one", () => {
  it("has the words of a workspace", async () => {
    expect(texts(await report("people-refresh"))).toEqual([
      // Neither the role that it gave nor the one that a refresh found: a change of the program's own.
      `~ ${member(4)}: owner → membership_admin`,
      `~ ${member(6)}: owner → member (changed in Notion)`,
      expect.stringMatching(/^~ the member [-0-9a-f]{36}: role \(not managed\) → owner$/),
      `- ${member(3)} leaves (was member)`,
      "+ gus@example.com joins as member",
      `+ ${member(8)} joins as member again (was removed in Notion)`,
      `~ ${member(2)}: deactivated → active`,
      `~ ${member(5)}: title "x" → "Boss"`,
      `~ ${member(6)}: title "Boss" → "Lead"`,
    ]);
  });

  it("names an assignment by its resource where the preview does not show whose it is", async () => {
    expect(texts(await report("people-change"))).toContain('~ NotionUser "dan": member → membership_admin');
  });

  it("refuses what the provider's check refused", async () => {
    const { stops } = await report("bad-input");
    expect(stops[0]?.message).toBe(
      'NotionUser "x": userName must be an e-mail address such as ada@example.com, not "nope"',
    );
  });
});

describe("plan of something else", () => {
  const events =
    '{"sequence":0,"timestamp":1795277192,"preludeEvent":{"config":{}}}\n{"sequence":1,"timestamp":1795277195}\n';
  const foreign = JSON.stringify({
    steps: [{ op: "create", urn: "urn:pulumi:dev::web::aws:s3/bucket:Bucket::site", newState: {} }],
    duration: 1,
    changeSummary: { create: 1 },
  });
  it.each([
    ["what is empty", "", "it is empty"],
    ["what is cut", '{"steps": [{"op": "upd', "is cut"],
    ["the text for people", "Previewing update (dev):\n", "the text that a preview prints for people"],
    ["a log of events", events, "a log of the engine's events"],
    ["a state", '{"version":3,"deployment":{}}', "the state of a stack"],
    ["an inventory's report", '{"kind":"notion-inventory drift"}', "written by this program"],
    ["a program with nothing of ours", foreign, "no NotionWorkspace, NotionUser or NotionRoleAssignment"],
  ])("is refused: %s", async (_name, text, why) => {
    inventory.write("preview.json", text);
    const { code, stdout, stderr } = await inventory.run("plan", "--preview", "preview.json");
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain(`notion-inventory: preview.json is`);
    expect(stderr).toContain(why);
  });

  it("is refused: UTF-16, as PowerShell writes it", async () => {
    inventory.write("preview.json", "\u0000{\u0000}");
    const { code, stderr } = await inventory.run("plan", "--preview", "preview.json");
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining("preview.json, line 1: it is UTF-16; save it as UTF-8"),
    ]);
  });
});

describe("results", () => {
  it.each(["change", "refresh", "limit", "people-refresh", "same"])(
    "in SARIF fit its schema: %s",
    async (name) => {
      for (const roster of [["--roster", "members.csv"], []]) {
        const { stdout } = await plan(name, ...roster, "--format", "sarif");
        const { changes, stops, remarks } = await report(name);
        expect(resultsIn(stdout)).toHaveLength(changes.length + stops.length + remarks.length);
      }
    },
  );

  it("in SARIF have rules as GitHub's code scanning wants them", async () => {
    const { stdout } = await plan("change", "--format", "sarif");
    const { runs } = JSON.parse(stdout) as { runs: { tool: { driver: { rules: object[] } } }[] };
    for (const rule of runs[0]?.tool.driver.rules ?? [])
      expect(Object.keys(rule)).toEqual(["id", "shortDescription", "fullDescription", "help"]);
  });

  it("in SARIF stand at the lines of the roster", async () => {
    const { stdout } = await plan("change", "--roster", "members.csv", "--format", "sarif");
    const results = resultsIn(stdout);
    expect(placesOf(results)).toEqual([
      ["privileged-role", "members.csv", 15],
      ["privileged-role", "members.csv", 6],
      ["leaves", "members.csv", 1],
      ["joins", "members.csv", 14],
      ["role", "members.csv", 7],
      ["profile", "members.csv", 2],
      ["setting", "members.csv", 6],
    ]);
    expect(results[2]?.message.text).toBe(`- ${member(7)} leaves (was member) (no row in members.csv)`);
  });

  it("in JUnit are tests that a reader understands: what stops a plan fails, and nothing else", async () => {
    expect(await suiteOf((await plan("limit", "--format", "junit")).stdout)).toMatchObject({
      tests: 1,
      failures: 1,
      errors: 0,
    });
    expect(await suiteOf((await plan("change", "--format", "junit")).stdout)).toMatchObject({
      tests: 7,
      failures: 0,
    });
    expect(await suiteOf((await plan("people-same", "--format", "junit")).stdout)).toMatchObject({
      tests: 1,
      failures: 0,
    });
  });
});
