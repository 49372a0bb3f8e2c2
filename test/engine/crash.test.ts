import { readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import { family, type Process, signal } from "./processes";
import { type Home, makeHome, makeProject, type Outcome, type Project, type Run, succeed } from "./project";

// A run of a whole workspace that ends in the middle, at a random point, and the run after it. For more:
// PULUMI_NOTION_CRASH_PEOPLE=100 and PULUMI_NOTION_CRASH_KILLS=5, the kills one after another before the last run.

const PEOPLE = Number(process.env.PULUMI_NOTION_CRASH_PEOPLE ?? 40);
const KILLS = Number(process.env.PULUMI_NOTION_CRASH_KILLS ?? 1);
const LONG = 120_000 + KILLS * PEOPLE * 1000;

const UP = ["up", "--yes", "--skip-preview"];
const ROLES = ["owner", "membership_admin", "member", "restricted_member"];
const NEWCOMERS = Array.from({ length: PEOPLE }, (_, index) => ({
  userName: `new.${String(index + 1).padStart(3, "0")}@example.com`,
  role: ROLES[index % 4],
  title: `Title ${index}`,
}));

interface Scene {
  simulator: Simulator;
  project: Project;
  joined: string[];
  left: string[];
}

let home: Home;
beforeAll(async () => {
  home = await makeHome("crash");
  return () => home.dispose();
});

/** A stack for people none of whom is there yet, over a connection that is as slow as a real one. */
async function begin(name: string): Promise<Scene> {
  const simulator = await startSimulator({ seed: { members: 4 }, latencyMs: 40 });
  onTestFinished(() => simulator.close());
  const project = await makeProject(name, { simulator, below: home });
  project.declare(`
    const { NotionWorkspace } = require("pulumi-notion");
    new NotionWorkspace("acme", { people: ${JSON.stringify(NEWCOMERS)} });
  `);
  simulator.requests.clear();
  return { simulator, project, ...watch(simulator) };
}

/** Who joins and leaves, as the workspace itself sees it. */
function watch({ workspace }: Simulator): { joined: string[]; left: string[] } {
  const seen = { joined: [] as string[], left: [] as string[] };
  const join = workspace.join.bind(workspace);
  const leave = workspace.leave.bind(workspace);
  workspace.join = (person, role) => {
    seen.joined.push(person.userName);
    join(person, role);
  };
  workspace.leave = (person) => {
    seen.left.push(person.userName);
    leave(person);
  };
  return seen;
}

/** Waits for a random number of creations, at most `share` of them all. */
async function randomPoint({ joined }: Scene, run: Run, share = 0.9): Promise<string> {
  const from = joined.length;
  const point = from + 1 + Math.floor(Math.random() * Math.max(1, share * (PEOPLE - from) - 1));
  let over = false;
  void run.done.then(() => {
    over = true;
  });
  await vi.waitFor(() => expect(over || joined.length >= point).toBe(true), { timeout: LONG, interval: 2 });
  expect(over, "the run is over before it is ended").toBe(false);
  return `ended after creation ${point} of ${PEOPLE}`;
}

const isProvider = ({ command }: Process) => command.includes("cmd/dynamic-provider");
const isProgram = ({ command }: Process) => /cmd\/run(\s|\.js|\/)/.test(command);

/** Ends the processes in this order. What is left of the run a moment after the engine's end is ended, too. */
async function kill(run: Run, wanted: (member: Process, engine: number) => boolean): Promise<Outcome> {
  const engine = run.process.pid ?? 0;
  const all = family(engine);
  const victims = all.filter((member) => wanted(member, engine));
  expect(
    victims.length,
    `nobody to kill among ${all.map(({ command }) => command).join("\n")}`,
  ).toBeGreaterThan(0);
  const ended = new Promise((resolve) => run.process.once("exit", resolve));
  for (const victim of victims) signal(victim, "SIGKILL");
  await ended;
  for (const member of all) if (member.pid !== engine) signal(member, "SIGKILL");
  return run.done;
}

function expectConverged({ simulator, project, joined, left }: Scene, how: string): void {
  const { members } = simulator.workspace;
  for (const { userName, role, title } of NEWCOMERS) {
    const found = members.filter((member) => member.userName === userName);
    expect(found, `${userName}, ${how}`).toMatchObject([{ role, title }]);
    const id = found[0]?.id;
    const user = project.resources.get(`NotionUser ${userName}`);
    expect(user, `${userName} in the state, ${how}`).toMatchObject({ id, outputs: { userName, title } });
    expect(project.resources.get(`NotionRoleAssignment ${userName}`), how).toMatchObject({
      id,
      outputs: { role },
    });
  }
  expect(project.resources.size, how).toBe(2 * PEOPLE + 1);
  expect([...joined].sort(), `nobody is added twice, ${how}`).toEqual(
    NEWCOMERS.map(({ userName }) => userName),
  );
  expect(left, `nobody leaves, ${how}`).toEqual([]);
  const conflicts = simulator.requests.entries.filter(({ status }) => status === 409);
  expect(conflicts, `nobody is sent twice, ${how}`).toEqual([]);
}

const TORN = "failed to load checkpoint: EOF";

/** What Pulumi itself asks for after a kill, and nothing else. */
async function unlock(project: Project): Promise<void> {
  const refused = await project.up();
  const torn = refused.everything.includes(TORN);
  if (torn) {
    // A file backend's note beside the state, written in place, was hit in the middle. The state itself is whole.
    const note = join(home.folder, "state", ".pulumi", "stacks", basename(project.folder), "dev.json.attrs");
    expect(readFileSync(note, "utf8")).toBe("");
    JSON.parse(project.stateText);
    rmSync(note);
  }
  expect((torn ? await project.up() : refused).everything).toContain("pulumi cancel");
  await succeed(project.pulumi("cancel", "--yes"));
}

function expectNoToken({ simulator, project }: Scene, ...outcomes: Outcome[]): void {
  for (const { everything } of outcomes) expect(everything).not.toContain(simulator.token);
  expect(project.filesWith(simulator.token)).toEqual([]);
}

describe("an up of a whole workspace that is killed with -9 at a random point, and then run again, converges", () => {
  test.each([
    ["the provider", isProvider, false],
    ["the program", isProgram, false],
    ["the engine", ({ pid }: Process, engine: number) => pid === engine, true],
    ["everything at once", () => true, true],
  ])("%s", { timeout: LONG }, async (what, wanted, locked) => {
    const scene = await begin(`killed-${what.split(" ").at(-1)}`);
    const { project } = scene;
    const points: string[] = [];
    for (let killed = 0; killed < KILLS; killed += 1) {
      const run = project.start(UP);
      points.push(await randomPoint(scene, run, 0.9 / (KILLS - killed)));
      const outcome = await kill(run, wanted);
      expect(outcome.exitCode, outcome.everything).not.toBe(0);
      expectNoToken(scene, outcome);
      if (locked) {
        await unlock(project);
      }
    }
    const again = await succeed(project.up());
    expectConverged(scene, points.join());
    expectNoToken(scene, again);
  });
});

test("an up that is ended by Ctrl-C at a random point leaves no lock, and the next one converges", {
  timeout: LONG,
}, async () => {
  const scene = await begin("interrupted");
  const { project } = scene;
  const run = project.start(UP);
  const point = await randomPoint(scene, run, 0.7);
  const [engine, ...others] = family(run.process.pid ?? 0);
  if (engine === undefined) throw new Error("the engine is not there");
  // A terminal sends it to the whole group.
  for (const member of [engine, ...others.filter(({ group }) => group === engine.group)])
    signal(member, "SIGINT");
  const outcome = await run.done;
  expect(outcome.exitCode, outcome.everything).not.toBe(0);
  expect(project.pendingOperations).toEqual([]);
  const again = await succeed(project.up());
  expectConverged(scene, point);
  expectNoToken(scene, outcome, again);
});

test("of two ups at once the second is refused by Pulumi's lock, and the first is not harmed", {
  timeout: LONG,
}, async () => {
  const scene = await begin("two-at-once");
  const { project, joined } = scene;
  const first = project.start(UP);
  await vi.waitFor(() => expect(joined.length).toBeGreaterThan(0), { timeout: LONG, interval: 5 });
  let second = await project.up();
  // It may come upon a note beside the state that is being written; the lock it meets the next time.
  while (second.everything.includes(TORN)) second = await project.up();
  expect(second.exitCode).not.toBe(0);
  expect(second.everything).toContain("the stack is currently locked");
  const outcome = await succeed(first.done);
  expectConverged(scene, "with a second up at once");
  expectNoToken(scene, outcome, second);
});

test("with PULUMI_SKIP_CHECKPOINTS=true a kill loses the state of the run; the next one finds everyone by adoption", {
  timeout: LONG,
}, async () => {
  const scene = await begin("skipping");
  const { simulator, project, joined } = scene;
  const env = { ...project.env, PULUMI_SKIP_CHECKPOINTS: "true" };
  const run = project.start(UP, { env });
  const point = await randomPoint(scene, run);
  await kill(run, () => true);
  expect(project.resources.size, "what the state knows").toBe(0);
  await unlock(project);
  // Taken late: what was under way at the kill has arrived by now.
  const there = joined.length;
  expect(there).toBeGreaterThan(0);
  simulator.requests.clear();
  const again = await succeed(project.start(UP, { env }).done);
  expectConverged(scene, point);
  expect(simulator.requests.count("POST /Users"), "only who was not there yet is added").toBe(PEOPLE - there);
  expect(again.everything).toContain("is a member already: taken over, not added");
  expectNoToken(scene, again);
});
