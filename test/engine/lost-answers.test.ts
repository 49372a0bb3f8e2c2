import { beforeAll, describe, expect, test, vi } from "vitest";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import { isProvider, kill } from "./processes";
import { type Home, makeHome, makeProject, type Outcome, type Project } from "./project";

/** Many times what it takes: only a run that hangs may meet it. */
const LONG = 600_000;

let simulator: Simulator;
let home: Home;

beforeAll(async () => {
  simulator = await startSimulator({ seed: { members: 2 } });
  home = await makeHome("lost-answers", { programs: "kept" });
  return async () => {
    home.dispose();
    await simulator.close();
  };
});

/** A stack for one new member with a role; what follows is about the answer to the POST. */
async function stackFor(name: string): Promise<Project> {
  const project = await makeProject(name, { simulator, below: home });
  project.declare(`
    const user = new NotionUser("new", { userName: "${name}@example.com", title: "Engineer", initialRole: "member" });
    new NotionRoleAssignment("new", { userId: user.id, role: "membership_admin" });
  `);
  simulator.faults.clear();
  simulator.requests.clear();
  return project;
}

function expectOnceAsDeclared(project: Project, name: string): void {
  const found = simulator.workspace.members.filter(({ userName }) => userName === `${name}@example.com`);
  expect(found).toMatchObject([{ title: "Engineer", role: "membership_admin" }]);
  expect([...project.resources.keys()].sort()).toEqual(["NotionRoleAssignment new", "NotionUser new"]);
  expect(project.resources.get("NotionUser new")?.id).toBe(found[0]?.id);
}

test(
  "a creation whose answer is lost ends with the person there once, in the same run",
  async () => {
    const project = await stackFor("dropped");
    simulator.faults.add({ name: "drop_after", method: "POST" });
    const { exitCode } = await project.up();
    expect(simulator.faults.fired()).toBe(1);
    expect(exitCode).toBe(0);
    expectOnceAsDeclared(project, "dropped");
    expect(project.resources.get("NotionUser new")?.outputs.adopted).toBe(false);
    expect(simulator.requests.count("POST /Users")).toBe(1);
  },
  LONG,
);

describe.each([
  ["provider", "killed-provider"],
  ["engine, with all that it started,", "killed-engine"],
])("when the %s is killed while Notion adds a person", (what, name) => {
  let project: Project;
  let again: Outcome;
  let last: Outcome;

  beforeAll(async () => {
    project = await stackFor(name);
    simulator.faults.add({ name: "hang_after", method: "POST" });
    const run = project.start(["up", "--yes", "--skip-preview"]);
    await vi.waitFor(() => expect(simulator.faults.fired()).toBe(1), { timeout: LONG, interval: 20 });
    await kill(run.process, what === "provider" ? isProvider : () => true);
    await run.done;
    // Notion has acted, and the state knows nothing of it.
    expect(simulator.workspace.member(`${name}@example.com`)).toBeDefined();
    expect(project.resources.size).toBe(0);
    expect(project.pendingOperations.length).toBe(what === "provider" ? 0 : 1);
    // What the CLI itself asks for after a kill: the lock of the state is still there.
    if (what !== "provider") await project.pulumi("cancel", "--yes");
    again = await project.up();
    last = await project.preview("--refresh", "--expect-no-changes");
  }, LONG);

  test("up again adopts the person, without an error", () => {
    expect(again.exitCode).toBe(0);
    expect(again.everything).not.toMatch(/\berror\b/);
    expectOnceAsDeclared(project, name);
  });

  test("nothing is left to be done", () => {
    expect(last.exitCode).toBe(0);
  });
});
