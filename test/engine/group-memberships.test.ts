import { beforeAll, describe, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import { type Home, makeHome, makeProject, type Outcome, type Project } from "./project";

let simulator: Simulator;
let home: Home;
const outcomes: Record<string, Outcome> = {};
const members: Record<string, Record<string, string[] | undefined>> = {};

/** Who is in each group in Notion, by e-mail. */
const everyGroup = () =>
  Object.fromEntries(
    simulator.workspace.groups.map(({ displayName, members: ids }) => [
      displayName,
      ids.map((id) => simulator.workspace.member(id)?.userName ?? id).sort(),
    ]),
  );
const [ada, bea, kim, max] = ["ada", "bea", "kim", "max"].map((name) => `${name}@example.com`) as [
  string,
  string,
  string,
  string,
];

/** Carries a command out and notes who is in which group then. */
async function step(name: string, outcome: Promise<Outcome>): Promise<void> {
  outcomes[name] = await outcome;
  members[name] = everyGroup();
}
const outcome = (name: string) => {
  const { exitCode = -1, everything = "" } = outcomes[name] ?? {};
  return { exitCode, everything };
};
const expectDone = (...names: string[]) => {
  for (const name of names) expect(outcome(name).exitCode, outcome(name).everything).toBe(0);
};

beforeAll(async () => {
  simulator = await startSimulator({ seed: { members: 2 } });
  home = await makeHome("groups-one-by-one", { programs: "kept" });
  return async () => {
    home.dispose();
    await simulator.close();
  };
}, 300_000);

describe("groups one by one", () => {
  let project: Project;
  const program = ({ name = "Platform", joins = ["ada", "kim"] } = {}) => `
const { NotionGroup, NotionGroupMembership, NotionUser } = require("pulumi-notion");
const platform = new NotionGroup("platform", { displayName: "${name}" });
const everyone = NotionGroup.get("everyone", "Everyone");
const people = Object.fromEntries(["ada", "kim"].map((name) => [
  name, new NotionUser(name, { userName: name + "@example.com", onRemove: "retain" }),
]));
for (const name of ${JSON.stringify(joins)})
  new NotionGroupMembership(name + "-platform", { groupId: platform.id, userId: people[name].id });
new NotionGroupMembership("ada-everyone", { groupId: everyone.id, userId: people.ada.id });
`;

  beforeAll(async () => {
    const [bea_, max_] = [bea, max].map((userName) => simulator.workspace.add({ userName }).id);
    simulator.workspace.addGroup("Everyone", [bea_ ?? "", max_ ?? ""]);
    project = await makeProject("one-by-one", { simulator, below: home });
    project.write("index.js", program());
    await step("up", project.up());
    await step("same", project.preview("--refresh", "--expect-no-changes"));

    // Ada is taken out in Notion, the group is renamed in the program, and Kim is no longer declared in it.
    simulator.workspace.editGroup("Platform", {
      members: [bea_ ?? "", simulator.workspace.member(kim)?.id ?? ""],
    });
    project.write("index.js", program({ name: "Infra", joins: ["ada"] }));
    await step("preview", project.preview("--refresh"));
    await step("changed", project.up("--refresh"));
    await step("settled", project.preview("--refresh", "--expect-no-changes"));
    await step("destroyed", project.destroy());
  }, 300_000);

  test("people are put into a group of the program and into one that it only reads, beside those who are there", () => {
    expectDone("up", "same");
    expect(members.up).toEqual({ Platform: [ada, kim], Everyone: [ada, bea, max] });
  });

  test("a rename is told, who was taken out comes back, who is not declared any more leaves, and nobody else does", () => {
    expectDone("preview", "changed", "settled");
    expect(outcome("preview").everything).toContain("~ group Platform is renamed Infra");
    expect(members.changed).toEqual({ Infra: [ada, bea], Everyone: [ada, bea, max] });
  });

  test("pulumi destroy takes out just the people of memberships, and retains the groups", () => {
    expectDone("destroyed");
    expect(members.destroyed).toEqual({ Infra: [bea], Everyone: [bea, max] });
    expect(outcome("destroyed").everything).toContain("- group Infra is no longer managed and stays");
  });
});

describe("a workspace with groups that ends", () => {
  let project: Project;
  const program = `
const { NotionWorkspace } = require("pulumi-notion");
new NotionWorkspace("acme", { roster: "members.csv", groupsFile: "groups.yaml", onRemove: "retain", limits: { minOwners: 1 } });
`;

  beforeAll(async () => {
    project = await makeProject("ending", { simulator, below: home });
    project.write("members.csv", `userName,role,groups\n${ada},owner,Kept; Gone\n${bea},member,Gone\n`);
    project.write("groups.yaml", "Kept: { members: exact }\nGone: { members: add, onRemove: delete }\n");
    project.write("index.js", program);
    await step("begun", project.up());
    await step("gone", project.destroy());
    await step("again", project.up());
    project.write("index.js", "");
    await step("taken out", project.up());
  }, 300_000);

  test("by pulumi destroy, and by being taken out, leaves each group as its onRemove says, with its people", () => {
    expectDone("begun", "gone", "again", "taken out");
    expect(members.begun).toMatchObject({ Kept: [ada], Gone: [ada, bea] });
    for (const name of ["gone", "taken out"]) {
      expect(members[name], name).toMatchObject({ Kept: [ada] });
      expect(members[name], name).not.toHaveProperty("Gone");
      expect(simulator.workspace.member(bea), name).toBeDefined();
      expect(outcome(name).everything, name).toContain("- group Kept is no longer managed and stays");
    }
    expect(project.resources.size).toBe(0);
  });
});

test("a program that declares a group exact and puts somebody into it is refused before anything is asked", async () => {
  const project = await makeProject("both", { simulator, below: home });
  project.write(
    "index.js",
    `
const { NotionGroup, NotionGroupMembership, NotionWorkspace } = require("pulumi-notion");
new NotionWorkspace("acme", { people: [{ userName: "${ada}" }], groups: { Kept: { members: "exact" } } });
new NotionGroupMembership("bea", { groupId: NotionGroup.get("kept", "Kept").id, userId: "someone" });
`,
  );
  const before = everyGroup();
  const { exitCode, everything } = await project.up();
  expect(exitCode).not.toBe(0);
  expect(everything).toContain('declares the group Kept with members: "exact"');
  expect(everyGroup()).toEqual(before);
}, 120_000);
