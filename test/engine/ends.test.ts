import { beforeAll, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import { makeProject, type Outcome, type Project, succeed } from "./project";

// One stack with a role for a time, of both kinds. The clock is moved by NOTION_AS_OF where nothing is written, and by
// declaring an end that is long past where something is.
let simulator: Simulator;
let project: Project;

const people = `
const { NotionGuard, NotionWorkspace } = require("pulumi-notion");
const time = require("./time.json");
new NotionGuard("limits", { maxDemotions: time.maxDemotions });
const kestrel = new NotionUser("kestrel", { userName: "kestrel@example.com" });
new NotionRoleAssignment("kestrel", { userId: kestrel.id, role: "owner", then: "member", reason: "INC-42", until: time.until, approvedBy: time.approvedBy });
new NotionWorkspace("acme", {
  people: [
    { userName: "olivia@example.com", role: "owner" },
    { userName: "bertil@example.com", role: "owner" },
    { userName: "petra@example.com", role: "owner", roleUntil: time.until, roleThen: "member", reason: "INC-43" },
  ],
  limits: { maxAdditions: 9, maxPromotions: 9, maxDemotions: 1 },
});
`;
const END = "2999-12-04T18:00:00Z";

beforeAll(async () => {
  simulator = await startSimulator({ seed: { members: 3 } });
  project = await makeProject("ends", { simulator, programs: "kept" });
  project.declare(people);
  declareUntil(END);
  await succeed(project.up());
  return async () => {
    project.dispose();
    await simulator.close();
  };
}, 300_000);

/** An end that is declared for the first time is judged then; at its moment no limit counts it. */
function declareUntil(until: string, maxDemotions = 1): void {
  project.write("time.json", JSON.stringify({ until, maxDemotions, approvedBy: "olivia@example.com" }));
}

/** What a command says as of another moment. */
async function asOf(moment: string, command: () => Promise<Outcome>): Promise<Outcome> {
  project.env.NOTION_AS_OF = moment;
  try {
    return await command();
  } finally {
    delete project.env.NOTION_AS_OF;
  }
}

const rolesOf = (...names: string[]) =>
  names.map((name) => simulator.workspace.member(`${name}@example.com`)?.role);

test("before the end both are owners, and a preview within the notice says who ends when", async () => {
  expect(rolesOf("kestrel", "petra")).toEqual(["owner", "owner"]);
  expect(project.resources.get("NotionRoleAssignment kestrel")?.outputs).toMatchObject({
    role: "owner",
    timedRole: "owner",
    until: END,
    then: "member",
    reason: "INC-42",
    approvedBy: "olivia@example.com",
    userName: "kestrel@example.com",
  });
  const soon = await asOf("2999-12-01T18:00:00Z", () => project.preview("--expect-no-changes"));
  expect(soon.exitCode, soon.everything).toBe(0);
  for (const [name, reason] of [
    ["kestrel", "INC-42"],
    ["petra", "INC-43"],
  ]) {
    expect(soon.stdout).toContain(
      `! ${name}@example.com: owner ends 2999-12-04 18:00 UTC, in 3 days, then member (reason: ${reason})`,
    );
  }
});

test("at the end a plain preview shows it without a request, and is no preview without changes", async () => {
  simulator.requests.clear();
  const after = await asOf(END, () => project.preview("--expect-no-changes"));
  expect(after.exitCode, after.everything).toBe(7);
  for (const line of [
    "~ kestrel@example.com: owner → member (ended 2999-12-04 18:00 UTC; reason: INC-42)",
    "~ petra@example.com: owner → member (ended 2999-12-04 18:00 UTC; reason: INC-43)",
  ])
    expect(after.stdout).toContain(line);
  expect(simulator.requests.count()).toBe(0);
});

test("with NOTION_AS_OF nothing is written", async () => {
  const up = await asOf(END, () => project.up("--continue-on-error"));
  expect(up.exitCode, up.everything).not.toBe(0);
  expect(up.everything).toContain(`NOTION_AS_OF is ${END}`);
  const destroy = await asOf(END, () => project.destroy("--continue-on-error"));
  expect(destroy.exitCode, destroy.everything).not.toBe(0);
  expect(rolesOf("kestrel", "petra", "olivia")).toEqual(["owner", "owner", "owner"]);
});

test("extending says by how much", async () => {
  declareUntil("2999-12-18T18:00:00Z");
  const { stdout } = await succeed(project.preview());
  for (const line of [
    `~ kestrel@example.com: until ${END} → 2999-12-18T18:00:00Z (extended by 14 days)`,
    `~ petra@example.com: roleUntil ${END} → 2999-12-18T18:00:00Z (extended by 14 days)`,
  ])
    expect(stdout).toContain(line);
});

test("an end that the same edit brings, already over, is counted by the limits", async () => {
  declareUntil("2020-12-04T18:00:00Z", 0);
  const { exitCode, everything } = await project.preview();
  expect(exitCode, everything).not.toBe(0);
  // The guard's or the workspace's: the engine stops at the first that it hears.
  expect(everything).toMatch(/(kestrel|petra)@example.com \(owner to member\)/);
});

test("up ends what is over, and then nothing differs", async () => {
  const past = "2020-12-04T18:00:00Z";
  // As after a year in which nothing ran: the state knows of an end that is over.
  const text = project.stateText.replaceAll(END, past);
  project.write("../state/.pulumi/stacks/ends/dev.json", text);
  declareUntil(past, 0);
  const up = await succeed(project.up());
  expect(up.stdout).toContain(
    "kestrel@example.com: owner → member (ended 2020-12-04 18:00 UTC; reason: INC-42)",
  );
  expect(rolesOf("kestrel", "petra", "olivia", "bertil")).toEqual(["member", "member", "owner", "owner"]);
  await succeed(project.preview("--refresh", "--expect-no-changes"));
});
