import { cpSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { findPostgres, NO_POSTGRES, startPostgres } from "../../tools/postgres.mts";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import { family, isEngine, isProvider, kill, signal } from "./processes";
import { type Home, makeHome, makeProject, Project, type Run, succeed } from "./project";

// Where several people run Pulumi on one stack: its state is in PostgreSQL, or in a folder where there is none.

const PEOPLE = 40;
/** Many times what it takes: only a run that hangs may meet it. */
const LONG = 300_000;
const NEWCOMERS = Array.from({ length: PEOPLE }, (_, index) => ({
  userName: `new.${String(index + 1).padStart(2, "0")}@example.com`,
  role: "member",
}));
const PROGRAM = `
  const { NotionWorkspace } = require("pulumi-notion");
  new NotionWorkspace("acme", { people: ${JSON.stringify(NEWCOMERS)}, limits: { maxAdditions: ${PEOPLE} } });
`;

let homes: [Home, Home];
beforeAll(async () => {
  const ours = await makeHome("shared");
  homes = [ours, await makeHome("shared-too")];
  const programs = findPostgres();
  if (programs === undefined) console.log(`${NO_POSTGRES} The test of two clients runs on a folder instead.`);
  const server = programs === undefined ? undefined : await startPostgres(programs);
  for (const { env } of homes) env.PULUMI_BACKEND_URL = server?.url ?? ours.env.PULUMI_BACKEND_URL;
  return async () => {
    for (const home of homes) home.dispose();
    await server?.close();
  };
}, LONG);

test("of two clients who run up at once the second is refused; when the first is killed, the second brings it to its end and adds nobody twice", {
  timeout: LONG,
}, async () => {
  const simulator = await startSimulator({ seed: { members: 2 }, latencyMs: 40 });
  const joined: string[] = [];
  let onJoin = () => {};
  const joins = simulator.workspace.join.bind(simulator.workspace);
  simulator.workspace.join = (person, role) => {
    joined.push(person.userName);
    joins(person, role);
    onJoin();
  };
  try {
    const [first, second] = await clients(simulator);
    const some = new Promise<void>((resolve) => {
      onJoin = () => {
        if (joined.length === 5) resolve();
      };
    });
    const run = first.start(["up", "--yes", "--skip-preview"]);
    await Promise.race([some, endOf(run)]);
    // Whoever is stopped is not done, however long the other one takes.
    for (const provider of family(run.process).filter(isProvider)) signal(provider, "SIGSTOP");
    const before = simulator.requests.count();
    const refused = await second.up("--stack", "dev");
    expect(refused.everything).toMatch(/the stack is currently locked by 1 lock/);
    expect(refused.exitCode).not.toBe(0);
    // Those of the first that were under way may still arrive.
    expect(simulator.requests.count() - before).toBeLessThanOrEqual(16);
    await kill(run.process, (each) => isEngine(each) || isProvider(each));
    expect(joined.length).toBeLessThan(PEOPLE);

    await succeed(second.pulumi("cancel", "--yes", "--stack", "dev"));
    await succeed(second.up("--stack", "dev"));
    expect([...joined].sort()).toEqual(NEWCOMERS.map(({ userName }) => userName));
    expect(simulator.workspace.members).toHaveLength(PEOPLE + 2);
    // The first one's computer is on again, and the state is whole.
    const preview = ["--refresh", "--expect-no-changes", "--stack", "dev"];
    expect((await succeed(first.preview(...preview))).everything).toContain(
      `${PEOPLE} people declared: nothing to change. 2 others are in the workspace and not declared.`,
    );
  } finally {
    await simulator.close();
  }
});

/** Two checkouts of one program, on one stack. */
async function clients(simulator: Simulator): Promise<[Project, Project]> {
  const [ours, theirs] = homes;
  const first = await makeProject("shared", { simulator, below: ours });
  first.declare(PROGRAM);
  cpSync(first.folder, join(theirs.folder, "shared"), { recursive: true });
  const reach = { NOTION_SCIM_BASE_URL: simulator.baseUrl, NOTION_SCIM_TOKEN: simulator.token };
  return [first, new Project(theirs, "shared", reach)];
}

async function endOf(run: Run): Promise<never> {
  const { everything } = await run.done;
  throw new Error(`The run was over too early:\n${everything}`);
}
