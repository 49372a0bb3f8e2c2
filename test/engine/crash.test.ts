import { readFileSync, rmSync, truncateSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { LONG_RUN } from "../long-run";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import {
  family,
  isEngine,
  isProgram,
  isProvider,
  kill,
  type Member,
  processesWith,
  signal,
} from "./processes";
import {
  type Home,
  IS_NATIVE,
  makeHome,
  makeProject,
  type Outcome,
  type Project,
  type Run,
  succeed,
} from "./project";

// A run of a whole workspace that ends in the middle, at a random point, and the run after it. For more kills one
// after another before the last run: PULUMI_NOTION_CRASH_KILLS=3, with PULUMI_NOTION_CRASH_PEOPLE=300.

const PEOPLE = Number(process.env.PULUMI_NOTION_CRASH_PEOPLE ?? 100);
const KILLS = Number(process.env.PULUMI_NOTION_CRASH_KILLS ?? 1);
/** Many times what it takes: only a run that hangs may meet it. */
const LONG = 600_000 * KILLS;
const WITHOUT_END = { timeout: LONG, interval: 20 };
const LATENCY_MS = 40;
/** So many requests are under way at once. */
const AT_ONCE = 8;

const UP = ["up", "--yes", "--skip-preview"];
/** With a program of its own: whatever is killed, all of it is a user's. */
const OWN = { programs: "started" } as const;
const ROLES = ["owner", "membership_admin", "member", "restricted_member"];
/** Of every fifth one the role is over: a kill must not bring it back. */
const OVER = { roleUntil: "2020-12-04T18:00:00Z", roleThen: "restricted_member" };
const NEWCOMERS = Array.from({ length: PEOPLE }, (_, index) => ({
  userName: `new.${String(index + 1).padStart(3, "0")}@example.com`,
  role: ROLES[index % 4],
  title: `Title ${index}`,
  ...(index % 5 === 0 && OVER),
}));

interface Scene extends Seen {
  simulator: Simulator;
  project: Project;
}

/** Who joins and leaves, as the workspace itself sees it. */
interface Seen {
  joined: string[];
  left: string[];
  /** Called at each join. */
  onJoin: () => void;
}

let home: Home;
beforeAll(async () => {
  home = await makeHome("crash", { programs: "kept" });
  return () => home.dispose();
});

/** A stack for people none of whom is there yet, over a connection that is as slow as a real one. */
async function begin(name: string, latencyMs = LATENCY_MS): Promise<Scene> {
  const simulator = await startSimulator({ seed: { members: 4 }, latencyMs });
  onTestFinished(() => simulator.close());
  const project = await makeProject(name, { simulator, below: home });
  project.declare(`
    const { NotionWorkspace } = require("pulumi-notion");
    new NotionWorkspace("acme", {
      people: ${JSON.stringify(NEWCOMERS)},
      groups: { Members: { members: "exact", where: { role: "member" } } },
      limits: { maxAdditions: ${PEOPLE}, maxPromotions: ${PEOPLE} },
    });
  `);
  simulator.requests.clear();
  return Object.assign(watch(simulator), { simulator, project });
}

function watch({ workspace }: Simulator): Seen {
  const seen: Seen = { joined: [], left: [], onJoin: () => {} };
  const join = workspace.join.bind(workspace);
  const leave = workspace.leave.bind(workspace);
  workspace.join = (person, role) => {
    seen.joined.push(person.userName);
    join(person, role);
    seen.onJoin();
  };
  workspace.leave = (person) => {
    seen.left.push(person.userName);
    leave(person);
  };
  return seen;
}

/**
 * Waits for a random number of creations, at most `share` of those that can be waited for, and a moment more.
 *
 * The run is not over then, however slow the machine is: the simulator lives in this process, so before this goes on
 * only those join who are under way at the point, and those who are asked for while the process itself is kept waiting.
 */
async function randomPoint(scene: Scene, run: Run, share = 1): Promise<string> {
  const { joined } = scene;
  const room = PEOPLE - 2 * AT_ONCE - joined.length;
  if (room < 1) throw new Error("too few people for so many kills: see PULUMI_NOTION_CRASH_PEOPLE");
  const point = joined.length + 1 + Math.floor(Math.random() * share * room);
  const reached = new Promise<void>((resolve) => {
    scene.onJoin = () => {
      if (joined.length >= point) resolve();
    };
  });
  const over = run.done.then(({ everything }) => {
    throw new Error(`The run was over after ${joined.length} creations:\n${everything}`);
  });
  await Promise.race([reached, over]);
  const more = Math.floor(Math.random() * LATENCY_MS);
  await sleep(more);
  return `ended ${more} ms after creation ${point} of ${PEOPLE}`;
}

/** Stops the run's provider, so that the run cannot be over, until it is let go on. */
function hold(run: Run): { letGo(): void } {
  const providers = family(run.process).filter(isProvider);
  expect(providers).toHaveLength(1);
  for (const each of providers) signal(each, "SIGSTOP");
  return {
    letGo: () => {
      for (const each of providers) signal(each, "SIGCONT");
    },
  };
}

/** What the state holds of the workspace. */
function stateOf({ resources }: Project) {
  return resources.get("NotionWorkspace acme")?.outputs as {
    people: Record<string, { timedRole?: unknown }>;
    ids: Record<string, string>;
  };
}

function expectConverged({ simulator, project, joined, left }: Scene, how: string): void {
  const { members } = simulator.workspace;
  const state = stateOf(project);
  for (const { userName, ...declared } of NEWCOMERS) {
    const person = { ...declared, role: declared.roleThen ?? declared.role };
    const { role, title } = person;
    const found = members.filter((member) => member.userName === userName);
    expect(found, `${userName}, ${how}`).toMatchObject([{ role, title }]);
    const { timedRole: _, ...kept } = state.people[userName] ?? {};
    expect(kept, `${userName} in the state, ${how}`).toEqual(person);
    expect(state.ids[userName], how).toBe(found[0]?.id);
  }
  expect(Object.keys(state.ids), how).toHaveLength(PEOPLE);
  const inGroup = NEWCOMERS.filter(({ role, roleThen = role }) => roleThen === "member");
  const [group, ...others] = simulator.workspace.groups;
  expect([others, group?.displayName], how).toEqual([[], "Members"]);
  const ids = inGroup.map(({ userName }) => state.ids[userName]);
  expect(group?.members.toSorted(), `who is in the group, ${how}`).toEqual(ids.toSorted());
  expect([...joined].sort(), `nobody is added twice, ${how}`).toEqual(
    NEWCOMERS.map(({ userName }) => userName),
  );
  expect(left, `nobody leaves, ${how}`).toEqual([]);
  const conflicts = simulator.requests.entries.filter(({ status }) => status === 409);
  expect(conflicts, `nobody is sent twice, ${how}`).toEqual([]);
}

const TORN = "failed to load checkpoint: EOF";

/** The file backend's note beside the state. It is written in place: a kill may leave it empty, and the state whole. */
const noteOf = (project: Project) => `${project.stateFile}.attrs`;

/** What Pulumi itself asks for after a kill, and nothing else. */
async function unlock(project: Project): Promise<void> {
  let refused = await project.up();
  if (refused.everything.includes(TORN)) {
    expect(readFileSync(noteOf(project), "utf8")).toBe("");
    JSON.parse(project.stateText);
    rmSync(noteOf(project));
    refused = await project.up();
  }
  expect(refused.everything).toContain("pulumi cancel");
  await succeed(project.pulumi("cancel", "--yes"));
}

function expectNoToken({ simulator, project }: Scene, ...outcomes: Outcome[]): void {
  for (const { everything } of outcomes) expect(everything).not.toContain(simulator.token);
  expect(project.filesWith(simulator.token)).toEqual([]);
}

/** Waits until the run has printed this. */
async function said({ process: { stdout, stderr }, done }: Run, text: string): Promise<void> {
  let everything = "";
  const heard = new Promise<void>((resolve) => {
    for (const stream of [stdout, stderr])
      stream?.on("data", (piece: string) => {
        everything += piece;
        if (everything.includes(text)) resolve();
      });
  });
  const over = done.then((outcome) => {
    if (!outcome.everything.includes(text)) throw new Error(`never said ${text}:\n${outcome.everything}`);
  });
  await Promise.race([heard, over]);
}

/** What may be killed, by which process it is, and whether the state is locked then. */
const VICTIMS: [what: string, wanted: (member: Member) => boolean, locked: boolean][] = [
  ["the provider", isProvider, false],
  ["everything at once", () => true, true],
  ["the program", isProgram, false],
  ["the engine", isEngine, true],
];

describe("an up of a whole workspace that is killed with -9 at a random point, and then run again, converges", () => {
  // The two hosts differ in the provider alone.
  test.each(IS_NATIVE && !LONG_RUN ? VICTIMS.slice(0, 2) : VICTIMS)(
    "%s",
    { timeout: LONG },
    async (what, wanted, locked) => {
      const scene = await begin(`killed-${what.split(" ").at(-1)}`);
      const { project } = scene;
      const points: string[] = [];
      for (let killed = 0; killed < KILLS; killed += 1) {
        const run = project.start(UP, OWN);
        points.push(await randomPoint(scene, run, 1 / (KILLS - killed)));
        await kill(run.process, wanted);
        const outcome = await run.done;
        expect(outcome.exitCode, outcome.everything).not.toBe(0);
        expectNoToken(scene, outcome);
        if (locked) {
          await unlock(project);
        }
      }
      const before = scene.simulator.requests.count();
      const again = await succeed(project.up());
      expectConverged(scene, points.join());
      const reads = scene.simulator.requests.entries
        .slice(before)
        .filter(({ method, template }) => method === "GET" && template.startsWith("/Users"));
      expect(reads.length, "one listing tells who is there").toBeLessThanOrEqual(Math.ceil(PEOPLE / 100) + 2);
      expectNoToken(scene, again);
    },
  );
});

test("a provider that waits to repeat a write ends with its engine: it cannot undo what a later run writes", {
  timeout: LONG,
}, async () => {
  const simulator = await startSimulator({ seed: { members: 4 } });
  onTestFinished(() => simulator.close());
  const project = await makeProject("held-back", { simulator, below: home });
  const declare = (title: string) =>
    project.declare(`new NotionUser("ada", { userName: "ada@example.com", title: "${title}" });`);
  declare("Old");
  simulator.faults.add({ name: "rate_limited", method: "POST", retryAfter: 240, times: "always" });
  const run = project.start(UP, OWN);
  let over = false;
  void run.done.then(() => {
    over = true;
  });
  await vi.waitFor(() => expect(over || simulator.faults.fired() > 0).toBe(true), WITHOUT_END);
  const all = family(run.process);
  expect(all.filter(isProvider), "providers that wait").toHaveLength(1);
  run.process.kill("SIGKILL");
  const providers = () => processesWith(project.env, "PULUMI_HOME").filter(isProvider);
  await vi.waitFor(() => expect(providers()).toEqual([]), WITHOUT_END);
  // Pulumi's own language host stays.
  for (const member of all) signal(member, "SIGKILL");
  await run.done;

  simulator.faults.clear();
  declare("New");
  await unlock(project);
  await succeed(project.up());
  expect(simulator.workspace.member("ada@example.com")?.title).toBe("New");
  expect(simulator.requests.count("POST /Users")).toBe(2);
});

test("an up that is ended by one Ctrl-C ends soon, keeps whom it has added, and the next one adds exactly the rest", {
  timeout: LONG,
}, async () => {
  // Slow enough for hundreds of milliseconds until the engine has told the provider.
  const scene = await begin("interrupted", 4 * LATENCY_MS);
  const { simulator, project, joined } = scene;
  const run = project.start(UP, OWN);
  const point = await randomPoint(scene, run, 0.2);
  const held = hold(run);
  const [engine, ...others] = family(run.process);
  if (engine === undefined) throw new Error("the engine is not there");
  // A terminal sends it to the whole group.
  for (const member of [engine, ...others.filter(({ group }) => group === engine.group)])
    signal(member, "SIGINT");
  await said(run, "^C received; cancelling");
  held.letGo();
  const outcome = await run.done;
  expect(outcome.exitCode, outcome.everything).not.toBe(0);
  expect(outcome.everything).toContain("Not begun, since the run was asked to end");
  expect(project.pendingOperations).toEqual([]);
  expect(joined.length, point).toBeLessThan(PEOPLE);
  expect(Object.keys(stateOf(project).ids).sort(), "the state holds who was added").toEqual(
    [...joined].sort(),
  );

  const rest = PEOPLE - joined.length;
  simulator.requests.clear();
  simulator.configure({ latencyMs: 0 });
  const again = await succeed(project.up());
  expect(simulator.requests.count("POST /Users")).toBe(rest);
  expectConverged(scene, point);
  expectNoToken(scene, outcome, again);
});

if (!IS_NATIVE || LONG_RUN)
  test("a note beside the state that a kill left empty stops every command; without it the state is as it was", {
    timeout: LONG,
  }, async () => {
    const simulator = await startSimulator({ seed: { members: 4 } });
    onTestFinished(() => simulator.close());
    const project = await makeProject("empty-note", { simulator, below: home });
    project.declare('new NotionUser("ada", { userName: "ada@example.com", title: "Analyst" });');
    await succeed(project.up());
    const before = project.stateText;
    simulator.requests.clear();

    truncateSync(noteOf(project));
    for (const refused of [
      await project.up(),
      await project.preview(),
      await project.pulumi("cancel", "--yes"),
    ]) {
      expect(refused.exitCode).not.toBe(0);
      expect(refused.everything).toContain("EOF");
    }
    expect(project.stateText).toBe(before);

    rmSync(noteOf(project));
    await succeed(project.preview("--refresh", "--expect-no-changes"));
    expect(project.stateText).toBe(before);
    const again = await succeed(project.up("--expect-no-changes"));
    expect(again.everything).toContain("2 unchanged");
    expect(project.resources.get("NotionUser ada")?.id).toBe(
      simulator.workspace.member("ada@example.com")?.id,
    );
    expect(readFileSync(noteOf(project), "utf8"), "the note is written anew").not.toBe("");
    expect(simulator.requests.entries.filter(({ method }) => method !== "GET")).toEqual([]);
  });
