import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import { makeProject, type Outcome, type Project, succeed, WITH_PLUGIN } from "./project";

// Groups of a large workspace through their life, on the real engine and over both hosts. What needs no engine is in
// test/lifecycle/workspace/groups.test.ts.

const LONG = 240_000;
const PEOPLE = 1_000;
const DEPARTMENTS = 20;
const email = (index: number) => `p${String(index).padStart(4, "0")}@example.com`;

interface Row {
  role: string;
  department: string;
  division: string;
  groups: string;
}
/** 50 in each department, ten of each in the laboratory. */
const ROWS = Array.from(
  { length: PEOPLE },
  (_, index): Row => ({
    role: index < 2 ? "owner" : "member",
    department: `D${index % DEPARTMENTS}`,
    division: Math.floor(index / DEPARTMENTS) % 5 === 0 ? "Lab" : "Office",
    groups: `G${index % DEPARTMENTS}`,
  }),
);
/** An exact group for each department, by a rule, and another one that rows name. */
const GROUPS: Record<string, string> = Object.fromEntries(
  Array.from({ length: DEPARTMENTS }, (_, index) => [
    [`D${index}`, `{ members: exact, where: { department: D${index} } }`],
    [`G${index}`, "{ members: add }"],
  ]).flat() as [string, string][],
);

/** A program in JavaScript over the dynamic host, and one over the plugin: both read the two files. */
const HOSTS = {
  dynamic: {
    program: `const { NotionWorkspace, readGroups, readRoster } = require("pulumi-notion");
      const groups = readGroups("groups.yaml");
      new NotionWorkspace("acme", { people: readRoster("members.csv", { groups }), groups });`,
    settings: {},
  },
  plugin: {
    program: `const { NotionWorkspace } = require("pulumi-notion/native");
      const { readGroups } = require("pulumi-notion");
      new NotionWorkspace("acme", { roster: "members.csv", groups: readGroups("groups.yaml") });`,
    settings: WITH_PLUGIN,
  },
} as const;

const WORDS_OF_THREE_ROWS = [
  `~ ${email(100)}: department "D0" → "D1"`,
  `- ${email(100)} leaves D0 (D0 rule: department is "D1" now)`,
  `- ${email(102)} leaves G2 (their row and the group no longer name them)`,
  `+ ${email(100)} joins D1`,
  `+ ${email(101)} joins G2`,
  "1,000 people declared: 1 profile changes. 40 groups declared: 2 memberships begin, 2 memberships end.",
];
/** The laboratory of a department: ten people. */
const LAB = Array.from({ length: 10 }, (_, index) => email(index * 100 + 4));

describe.each(Object.keys(HOSTS) as (keyof typeof HOSTS)[])(
  "groups of 1,000 people over the %s host",
  (host) => {
    let simulator: Simulator;
    let project: Project;

    const declare = (rows: Record<number, Partial<Row>> = {}, groups: Record<string, string> = {}) => {
      const line = (row: Row, index: number) =>
        [email(index), ...Object.values({ ...row, ...rows[index] })].join();
      project.write(
        "members.csv",
        ["userName,role,department,division,groups", ...ROWS.map(line)].join("\n"),
      );
      const all = Object.entries({ ...GROUPS, ...groups }).map(([name, group]) => `${name}: ${group}`);
      project.write("groups.yaml", all.join("\n"));
    };
    const THREE_ROWS = { 100: { department: "D1" }, 101: { groups: "G1; G2" }, 102: { groups: "" } };
    const idsOf = (name: string) =>
      simulator.workspace.groups.find(({ displayName }) => displayName === name)?.members ?? [];
    const membersOf = (name: string) => {
      const ids = new Set(idsOf(name));
      return simulator.workspace.members
        .flatMap(({ id, userName }) => (ids.has(id) ? [userName] : []))
        .sort();
    };
    const writes = () => simulator.requests.entries.filter(({ method }) => method !== "GET");
    /** Lines that a run says, without Pulumi's own. The CLI shows each as it comes, and once more at the end. */
    const wordsOf = ({ everything }: Outcome) => {
      const lines = everything.slice(everything.lastIndexOf("Diagnostics:")).split("\n");
      return lines.flatMap((line) => (/^ {4}[-+~?!\w]/.test(line) ? [line.trim()] : []));
    };

    beforeAll(async () => {
      simulator = await startSimulator({ seed: "empty" });
      const { workspace } = simulator;
      const ids = ROWS.map(
        ({ groups: _, ...row }, index) => workspace.add({ userName: email(index), ...row }).id,
      );
      for (const name of Object.keys(GROUPS)) {
        const department = Number(name.slice(1));
        workspace.addGroup(
          name,
          ids.filter((_, index) => index % DEPARTMENTS === department),
        );
      }
      project = await makeProject(`groups-${host}`, { simulator, programs: "kept" });
      project.settings(HOSTS[host].settings);
      project.write("index.js", HOSTS[host].program);
      return async () => {
        project.dispose();
        await simulator.close();
      };
    }, LONG);
    beforeEach(() => simulator.requests.clear());

    test("are adopted with 40 groups in at most 11 requests, without a write", {
      timeout: LONG,
    }, async () => {
      declare();
      const adopted = wordsOf(await succeed(project.up()));
      expect(adopted).toContain(
        "1,000 people declared (0 before): 1,000 join or are adopted. 40 groups declared: 40 are created or adopted, 2,000 memberships begin.",
      );
      expect(adopted).toContain("Done: 1,000 adopted, 40 groups adopted.");
      expect(writes()).toEqual([]);
      expect(simulator.requests.count()).toBeLessThanOrEqual(11);
    });

    test("of which three rows change: each is told, and only they are written", {
      timeout: LONG,
    }, async () => {
      declare(THREE_ROWS);
      const preview = await succeed(project.preview());
      expect(wordsOf(preview).slice(0, WORDS_OF_THREE_ROWS.length)).toEqual(WORDS_OF_THREE_ROWS);
      expect(simulator.requests.count()).toBe(0);
      const up = await succeed(project.up());
      expect(wordsOf(up)).toContain("Done: 1 profile changed, 2 memberships added, 2 memberships ended.");
      expect(simulator.requests.counts).toMatchObject({ "PATCH /Users/{id}": 1, "PATCH /Groups/{id}": 4 });
      expect([membersOf("D0"), membersOf("G2")].flat()).not.toContain(email(102));
      expect(membersOf("D1")).toContain(email(100));
      expect(membersOf("G2")).toContain(email(101));
    });

    test("are repaired by `up --refresh` where Notion has them otherwise", { timeout: LONG }, async () => {
      const strange = simulator.workspace.member(email(3))?.id ?? "";
      simulator.workspace.editGroup("G7", { members: [] });
      simulator.workspace.editGroup("D7", { displayName: "Seven", members: [...idsOf("D7"), strange] });
      const words = wordsOf(await succeed(project.up("--refresh")));
      expect(words).toContain(`- ${email(3)} leaves D7 (added in Notion)`);
      expect(words).toContain("~ group Seven is renamed D7 (renamed in Notion)");
      expect(
        words.find((line) => line.startsWith("+ 50 people join G7 (taken out in Notion): ")),
      ).toBeDefined();
      expect(words).toContain("Done: 1 group renamed, 50 memberships added, 1 membership ended.");
      expect([membersOf("G7").length, membersOf("D7").length]).toEqual([50, 50]);
      expect(membersOf("D7")).not.toContain(email(3));
    });

    test("are moved ten at a time by another rule, each named", { timeout: LONG }, async () => {
      declare(THREE_ROWS, {
        D4: "{ members: exact, where: { department: D4, division: Office } }",
        G5: "{ members: add, where: { department: D4, division: Lab } }",
      });
      const words = wordsOf(await succeed(project.up()));
      for (const each of LAB) expect(words).toContain(`- ${each} leaves D4 (the rule of the group changed)`);
      expect(words).toContain(`+ 10 people join G5: ${LAB.join(", ")}`);
      expect(membersOf("D4").filter((each) => LAB.includes(each))).toEqual([]);
      expect(membersOf("D4")).toHaveLength(40);
      expect(membersOf("G5").filter((each) => LAB.includes(each))).toEqual(LAB);
    });

    test("are not all put out of an exact group: that is refused with their names", {
      timeout: LONG,
    }, async () => {
      declare(THREE_ROWS, { D8: "{ members: exact, where: { department: D88 } }" });
      const refused = await project.preview();
      expect(refused.exitCode).not.toBe(0);
      const names = membersOf("D8").join(", ");
      expect(refused.everything).toContain(
        `Nobody would be left in group D8, which is exact: ${names} would leave it. If this is meant, set maxRemovals of the group to "100%".`,
      );
      expect(refused.everything).toContain(
        'its rule (department is "D88") chooses nobody; did you mean "D8"?',
      );
      expect(simulator.requests.count()).toBe(0);
    });
  },
);
