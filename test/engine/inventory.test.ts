import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { repositoryRoot } from "../../tools/repository.mts";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import {
  type Home,
  makeHome,
  makeProject,
  type Outcome,
  type Project,
  type ProjectOptions,
  run,
  succeed,
} from "./project";

const MEMBERS = 120;
/** Members of the seed whose role can be written; the others hold none, or one that nobody documented. */
const ROLES = 116;
/** Several runs of the engine: on a busy machine each takes a while. What counts is what they send and say. */
const LONG = 300_000;

let home: Home;
beforeAll(async () => {
  home = await makeHome("inventory", { programs: "kept" });
  return () => home.dispose();
});

/** A workspace of its own, and a project whose stack is empty. */
async function makeScene(
  name: string,
  options: Partial<ProjectOptions> = {},
): Promise<{ simulator: Simulator; project: Project }> {
  const simulator = await startSimulator({ seed: "workspace" });
  onTestFinished(() => simulator.close());
  const project = await makeProject(name, { simulator, below: home, ...options });
  return { simulator, project };
}

/** A program in TypeScript, as `export` writes it. */
async function makeTypeScriptScene(name: string) {
  const scene = await makeScene(name, { main: "index.ts", runtimeOptions: {} });
  copyFileSync(
    join(repositoryRoot, "examples/workspace/tsconfig.json"),
    join(scene.project.folder, "tsconfig.json"),
  );
  return scene;
}

const readsRoster = (name = "workspace") => `
  const { NotionWorkspace, readRoster } = require("pulumi-notion");
  new NotionWorkspace("${name}", { people: readRoster("members.csv") });
`;

const others = ({ requests }: Simulator) => requests.entries.filter(({ method }) => method !== "GET");

function inventory(project: Project, ...args: string[]): Promise<Outcome> {
  const program = join(repositoryRoot, "dist/bin/notion-inventory.js");
  return run(process.execPath, [program, ...args], { cwd: project.folder, env: project.env });
}

test(
  "a whole workspace is imported from a file: neither that nor the preview after it asks Notion for anything",
  async () => {
    const { simulator, project } = await makeTypeScriptScene("takeover");
    const exported = await succeed(
      inventory(project, "export", "--output", "index.ts", "--import", "import.json"),
    );
    expect(exported.stderr).toContain(`Exported ${MEMBERS} members and ${ROLES} roles`);
    expect(simulator.requests.counts).toEqual({ "GET /Users": 2 });

    await succeed(project.pulumi("import", "--file", "import.json", "--generate-code=false", "--yes"));
    expect([...project.resources.keys()]).toEqual(["NotionWorkspace workspace"]);
    await succeed(project.preview("--expect-no-changes"));
    expect(simulator.requests.count()).toBe(2);
  },
  LONG,
);

test(
  "a roster and its import file: the preview after it has nothing to change, also where it reads; --protect holds",
  async () => {
    const { simulator, project } = await makeScene("roster");
    project.declare(readsRoster("acme"));
    const args = ["--attributes", "name,title", "--protect", "--name", "acme"];
    await succeed(
      inventory(project, "export", ...args, "--output", "members.csv", "--import", "import.json"),
    );
    await succeed(project.pulumi("import", "--file", "import.json", "--generate-code=false", "--yes"));
    const unchanged = await succeed(project.preview("--refresh", "--expect-no-changes"));
    expect(unchanged.everything).toContain(`${MEMBERS} people declared: nothing to change.`);
    expect(others(simulator)).toEqual([]);

    const text = readFileSync(join(project.folder, "members.csv"), "utf8");
    project.write("members.csv", text.replace(/^corin.*\n/m, ""));
    const refused = await project.preview();
    expect(refused.exitCode).not.toBe(0);
    expect(refused.everything).toMatch(/corin\.\S+ is protected \(protect: true\)/);
  },
  LONG,
);

test(
  "a roster is adopted by an up that only reads; drift made behind the code's back is found, before a refresh and after it alike, also access that is over; accepted into the roster it is what is declared",
  async () => {
    const { simulator, project } = await makeScene("drift");
    project.declare(readsRoster());
    await succeed(inventory(project, "export", "--output", "members.csv"));
    const roster = () => readFileSync(join(project.folder, "members.csv"), "utf8");
    const withTimes = roster()
      .replace(/$/gm, ",,,")
      .replace(/^,,,$/m, "")
      .replace("userName,role,,,", "userName,role,roleUntil,roleThen,reason")
      .replace(/^(bertil\.ashgrove@\S+,owner),,,$/m, "$1,2999-12-01,member,INC-42");
    project.write("members.csv", withTimes);
    await succeed(project.up());
    expect(others(simulator)).toEqual([]);

    simulator.requests.clear();
    const inSync = await inventory(project, "drift", "--stack", "dev");
    expect([inSync.exitCode, JSON.parse(inSync.stdout).inSync]).toEqual([0, true]);
    expect(simulator.requests.counts).toEqual({ "GET /Users": 2 });

    project.env.NOTION_AS_OF = "2999-12-31";
    const { workspace } = simulator;
    workspace.remove("corin.ashgrove107@example.com");
    workspace.add({ userName: "stranger@partner.example" });
    workspace.edit("bertil.coldwater@example.com", { role: "owner" });
    const found = async () => {
      const { exitCode, stdout } = await inventory(project, "drift", "--stack", "dev");
      const { findings } = JSON.parse(stdout);
      return { exitCode, findings: findings.map(({ kind, who, person }: Found) => [kind, who, person]) };
    };
    const drifted = {
      exitCode: 2,
      findings: [
        ["expired", "bertil.ashgrove@example.com", "bertil.ashgrove@example.com"],
        ["missing", "corin.ashgrove107@example.com", "corin.ashgrove107@example.com"],
        ["unmanaged", "stranger@partner.example", null],
        ["role", "bertil.coldwater@example.com", "bertil.coldwater@example.com"],
      ],
    };
    expect(await found()).toEqual(drifted);
    const doctor = await inventory(project, "doctor", "--stack", "dev");
    expect(doctor.stdout).toContain("1 person still has expired access");
    await succeed(project.refresh());
    expect(await found()).toEqual(drifted);
    delete project.env.NOTION_AS_OF;

    await succeed(inventory(project, "accept", "--stack", "dev", "--roster", "members.csv", "--write"));
    expect(roster()).toContain("\nbertil.coldwater@example.com,owner,,,\n");
    const applied = await succeed(project.up("--refresh"));
    expect(applied.everything).not.toContain("changed in Notion");
    expect(others(simulator)).toEqual([]);
  },
  2 * LONG,
);

interface Found {
  kind: string;
  who: string;
  person: string | null;
}

test(
  "token and address come from the stack, which stays unselected; a token in plain text is found out",
  async () => {
    const { simulator, project } = await makeScene("settings", { token: "configuration" });
    delete project.env.NOTION_SCIM_BASE_URL;
    await succeed(project.pulumi("config", "set", "notion:baseUrl", simulator.baseUrl));
    await succeed(project.pulumi("stack", "init", "other"));
    const report = await succeed(inventory(project, "report", "--stack", "dev", "--only", "users"));
    expect(JSON.parse(report.stdout).users.length).toBeGreaterThan(100);
    expect((await succeed(project.pulumi("stack", "--show-name"))).stdout.trim()).toBe("other");

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
  },
  LONG,
);
