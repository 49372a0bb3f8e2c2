import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import { type Home, makeHome, makeProject, type Outcome, type Project } from "./project";

let simulator: Simulator;
let home: Home;

beforeAll(async () => {
  simulator = await startSimulator({ seed: { members: 2 } });
  home = await makeHome("lost-answers");
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

test("a creation whose answer is lost ends with the person there once, in the same run", async () => {
  const project = await stackFor("dropped");
  simulator.faults.add({ name: "drop_after", method: "POST" });
  const { exitCode } = await project.up();
  expect(simulator.faults.fired()).toBe(1);
  expect(exitCode).toBe(0);
  expectOnceAsDeclared(project, "dropped");
  expect(project.resources.get("NotionUser new")?.outputs.adopted).toBe(false);
  expect(simulator.requests.count("POST /Users")).toBe(1);
}, 120_000);

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
    await vi.waitFor(() => expect(simulator.faults.fired()).toBe(1), { timeout: 60_000, interval: 20 });
    const family = descendants(run.process.pid ?? 0);
    const provider = family.filter(({ command }) => command.includes("dynamic-provider"));
    expect(provider.length).toBeGreaterThan(0);
    // The engine first: it must not take note of the others' end.
    for (const { pid } of what === "provider" ? provider : family) kill(pid);
    await run.done;
    // Notion has acted, and the state knows nothing of it.
    expect(simulator.workspace.member(`${name}@example.com`)).toBeDefined();
    expect(project.resources.size).toBe(0);
    expect(project.pendingOperations.length).toBe(what === "provider" ? 0 : 1);
    // What the CLI itself asks for after a kill: the lock of the state is still there.
    if (what !== "provider") await project.pulumi("cancel", "--yes");
    again = await project.up();
    last = await project.preview("--refresh", "--expect-no-changes");
  }, 180_000);

  test("up again adopts the person, without an error", () => {
    expect(again.exitCode).toBe(0);
    expect(again.everything).not.toMatch(/\berror\b/);
    expectOnceAsDeclared(project, name);
  });

  test("nothing is left to be done", () => {
    expect(last.exitCode).toBe(0);
  });
});

interface Process {
  pid: number;
  command: string;
}

/** A process and all that it started, itself first. */
function descendants(root: number): Process[] {
  const all = processes();
  const family: Process[] = [];
  const visit = (pid: number) => {
    family.push(...all.filter((each) => each.pid === pid));
    for (const child of all.filter(({ parent }) => parent === pid)) visit(child.pid);
  };
  visit(root);
  return family;
}

/** From /proc rather than from `ps`, which slim images do not have. */
function processes(): (Process & { parent: number })[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
        return [{ pid: Number(name), parent, command }];
      } catch {
        // It ended meanwhile.
        return [];
      }
    });
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
