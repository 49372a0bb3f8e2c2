import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { repositoryRoot } from "../../tools/repository.mts";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import { type Home, makeHome, makeProject, type Outcome, type Project, run, succeed } from "./project";

const MEMBERS = 120;
/** Members of the seed whose role can be written; the others hold none, or one that nobody documented. */
const ROLES = 116;

let simulator: Simulator;
let home: Home;

beforeAll(async () => {
  simulator = await startSimulator({ seed: "workspace" });
  home = await makeHome("inventory");
  return async () => {
    home.dispose();
    await simulator.close();
  };
});

function inventory(project: Project, ...args: string[]): Promise<Outcome> {
  const program = join(repositoryRoot, "dist/provider/inventory/main.js");
  return run(process.execPath, [program, ...args], { cwd: project.folder, env: project.env });
}

test("a whole workspace is taken over with GET requests alone, and drift made behind the code's back is found", async () => {
  const project = await makeProject("takeover", {
    simulator,
    below: home,
    main: "index.ts",
    runtimeOptions: {},
  });
  copyFileSync(
    join(repositoryRoot, "examples/workspace/tsconfig.json"),
    join(project.folder, "tsconfig.json"),
  );
  const exported = await succeed(
    inventory(project, "export", "--output", "index.ts", "--import", "import.json"),
  );
  expect(exported.stderr).toContain(`Exported ${MEMBERS} members and ${ROLES} roles`);
  expect(simulator.requests.counts).toEqual({ "GET /Users": 2 });

  await succeed(project.pulumi("import", "--file", "import.json", "--generate-code=false", "--yes"));
  expect(project.resources.size).toBe(MEMBERS + ROLES);
  await succeed(project.preview("--expect-no-changes"));
  // Neither of the two has asked Notion for anything.
  expect(simulator.requests.count()).toBe(2);
  await succeed(project.preview("--refresh", "--expect-no-changes"));

  simulator.requests.clear();
  const inSync = await inventory(project, "drift", "--stack", "dev");
  expect([inSync.exitCode, JSON.parse(inSync.stdout).inSync]).toEqual([0, true]);
  expect(simulator.requests.counts).toEqual({ "GET /Users": 2 });

  const { workspace } = simulator;
  workspace.remove("corin.ashgrove107@example.com");
  workspace.add({ userName: "stranger@partner.example" });
  workspace.edit("bertil.coldwater@example.com", { role: "owner" });
  const drifted = await inventory(project, "drift", "--stack", "dev");
  expect(drifted.exitCode).toBe(2);
  expect(
    JSON.parse(drifted.stdout).findings.map(
      (each: { kind: string; who: string }) => `${each.kind} ${each.who}`,
    ),
  ).toEqual([
    "missing corin.ashgrove107@example.com",
    "unmanaged stranger@partner.example",
    "role bertil.coldwater@example.com",
  ]);
  expect(simulator.requests.entries.filter(({ method }) => method !== "GET")).toEqual([]);
});

test("a roster and its import file: only the component's guard is new", async () => {
  const project = await makeProject("roster", { simulator, below: home });
  project.declare(
    'const { NotionWorkspace, readRoster } = require("pulumi-notion");\n' +
      'new NotionWorkspace("workspace", { people: readRoster("members.csv"), protect: true });\n',
  );
  simulator.requests.clear();
  const args = [
    "--format",
    "csv",
    "--attributes",
    "name,title",
    "--output",
    "members.csv",
    "--import",
    "import.json",
  ];
  await succeed(inventory(project, "export", ...args));
  await succeed(project.pulumi("import", "--file", "import.json", "--generate-code=false", "--yes"));
  const { byName } = await project.steps();
  expect([...byName].map(([name, { op }]) => `${op} ${name}`)).toEqual(["create NotionGuard workspace"]);
  expect(simulator.requests.counts).toEqual({ "GET /Users": 2 });
});

test("token and address come from the stack, which stays unselected; a token in plain text is found out", async () => {
  const project = await makeProject("settings", { simulator, below: home, token: "configuration" });
  delete project.env.NOTION_SCIM_BASE_URL;
  await succeed(project.pulumi("config", "set", "notion:baseUrl", simulator.baseUrl));
  await succeed(project.pulumi("stack", "init", "other"));
  const report = await succeed(inventory(project, "report", "--stack", "dev", "--only", "users"));
  expect(JSON.parse(report.stdout).users.length).toBeGreaterThan(100);
  expect((await succeed(project.pulumi("stack", "--show-name"))).stdout.trim()).toBe("other");
  expect((await inventory(project, "doctor", "--stack", "dev")).exitCode).toBe(0);

  await succeed(
    project.pulumi("config", "set", "--plaintext", "--stack", "dev", "notion:scimToken", simulator.token),
  );
  const doctor = await inventory(project, "doctor", "--stack", "dev");
  expect(doctor.exitCode).toBe(1);
  expect(doctor.stdout).toContain("in plain text in the configuration of dev");
  expect(doctor.everything).not.toContain(simulator.token);

  const nowhere = await inventory(project, "drift", "--stack", "nope");
  expect([nowhere.exitCode, nowhere.stderr]).toEqual([
    1,
    expect.stringContaining("no stack named 'nope' found"),
  ]);
});
