import { beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../tools/engine/engine.mts";
import { ensureEngine } from "../../tools/engine/ensure-engine.mts";
import { languageHost } from "../../tools/engine/languages.mts";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import { makeProject, type Outcome, type Project, succeed, WITH_PLUGIN } from "./project";

const WRITES = /^(POST|PATCH|PUT|DELETE)/;
const writes = (simulator: Simulator) =>
  simulator.requests.entries.filter(({ method }) => WRITES.test(method)).length;

describe("a workspace that moves between the two hosts by one changed import", () => {
  let simulator: Simulator;
  let project: Project;
  const program = (from: string) =>
    `const { NotionWorkspace } = require("${from}");\nnew NotionWorkspace("acme", { roster: "members.csv" });\n`;
  const roster = (...rows: string[]) =>
    project.write(
      "members.csv",
      ["userName,role,title", "member.001@example.com,owner,", "member.002@example.com,owner,", ...rows].join(
        "\n",
      ),
    );
  const outcomes: Record<string, Outcome> = {};
  const counts: Record<string, number> = {};

  let engine: Engine;
  const hasYaml = () => languageHost(engine, "yaml") !== undefined;

  beforeAll(async () => {
    simulator = await startSimulator({ seed: { members: 3 } });
    engine = await ensureEngine({ log: () => {} });
    project = await makeProject("plugin", { simulator });
    project.settings(WITH_PLUGIN);
    roster("ada@example.com,member,Analyst", "bea@example.com,member,");
    project.write("index.js", program("pulumi-notion"));
    await succeed(project.up());
    const before = simulator.requests.count();

    project.write("index.js", program("pulumi-notion/native"));
    outcomes.moved = await project.up("--expect-no-changes");
    counts.moved = simulator.requests.count() - before;
    outcomes.refreshed = await project.refresh("--expect-no-changes");

    roster("ada@example.com,membership_admin,Analyst", "bea@example.com,member,");
    outcomes.diff = await project.preview("--diff");
    outcomes.json = await project.preview("--json");
    outcomes.up = await project.up();

    const removals = simulator.requests.count("DELETE /Users/{id}");
    const additions = simulator.requests.count("POST /Users");
    roster("ada@example.com,membership_admin,Analyst", "bea@example.com,membership_admin,");
    const replacing = program("pulumi-notion/native").replace(
      'csv" }',
      'csv" }, { replaceOnChanges: ["people"] }',
    );
    project.write("index.js", replacing);
    outcomes.replaced = await project.up();
    counts.removed = simulator.requests.count("DELETE /Users/{id}") - removals;
    counts.added = simulator.requests.count("POST /Users") - additions;
    project.write("index.js", program("pulumi-notion/native"));

    roster("ada@example.com,ownr,Analyst", "bea@example.com,member,");
    outcomes.typo = await project.preview();
    roster("ada@example.com,membership_admin,Analyst", "bea@example.com,membership_admin,");

    counts.writes = writes(simulator);
    project.write("index.js", program("pulumi-notion"));
    outcomes.back = await project.up();
    outcomes.still = await project.refresh("--expect-no-changes");
    counts.writesAfter = writes(simulator);

    // The same stack and resource, declared in another language.
    if (hasYaml()) {
      project.settings({
        ...WITH_PLUGIN,
        runtime: "yaml",
        main: undefined,
        resources: { acme: { type: "notion:index:NotionWorkspace", properties: { roster: "members.csv" } } },
      });
      outcomes.yaml = await project.up("--expect-no-changes");
      counts.writesOfYaml = writes(simulator) - counts.writesAfter;
    }
    return async () => {
      project.dispose();
      await simulator.close();
    };
  }, 300_000);

  const outcome = (name: string) => {
    const { exitCode = 1, everything = "" } = outcomes[name] ?? {};
    return { exitCode, everything };
  };

  test("is unchanged, without a request", () => {
    expect(outcome("moved").exitCode, outcome("moved").everything).toBe(0);
    expect(counts.moved).toBe(0);
    expect(outcome("refreshed").exitCode, outcome("refreshed").everything).toBe(0);
  });

  test("shows with --diff only who changes, and says it at the resource", () => {
    const { everything } = outcome("diff");
    expect(everything).toContain("~ ada@example.com: member → membership_admin");
    expect(everything).toMatch(/~ role: "member" => "membership_admin"/);
    expect(everything).not.toContain("bea@example.com");
    const { steps } = JSON.parse(outcomes.json?.stdout ?? "{}");
    const step = steps.find(({ urn }: { urn: string }) => urn.endsWith("::acme"));
    expect(Object.keys(step.detailedDiff)).toEqual(['people["ada@example.com"].role']);
    expect(outcome("up").exitCode, outcome("up").everything).toBe(0);
    expect(simulator.workspace.member("ada@example.com")?.role).toBe("membership_admin");
  });

  test("is replaced by replaceOnChanges without anybody being removed or invited again", () => {
    expect(outcome("replaced").exitCode, outcome("replaced").everything).toBe(0);
    expect(outcome("replaced").everything).toContain("1 replaced");
    expect({ removed: counts.removed, added: counts.added }).toEqual({ removed: 0, added: 0 });
    expect(simulator.workspace.member("bea@example.com")?.role).toBe("membership_admin");
  });

  test("a mistake in the roster names line and column, in a preview", () => {
    expect(outcome("typo").exitCode).not.toBe(0);
    expect(outcome("typo").everything).toContain("members.csv, line 4, column role: must be one of owner");
  });

  test("goes on in YAML from there without a write: nobody is removed with the resource of the dynamic provider", () => {
    if (!hasYaml())
      return console.log("No program in YAML was run: `npm run engine -- --languages` brings what runs it.");
    expect(outcome("yaml").exitCode, outcome("yaml").everything).toBe(0);
    expect(outcome("yaml").everything).not.toMatch(/delete|create/);
    expect(counts.writesOfYaml).toBe(0);
    expect([...project.resources.values()].map(({ type }) => type)).toEqual(["notion:index:NotionWorkspace"]);
  });

  test("goes back without a write, and is refreshed there", () => {
    expect(outcome("back").exitCode, outcome("back").everything).toBe(0);
    expect(outcome("back").everything).not.toMatch(/replace|delete/);
    expect(outcome("still").exitCode, outcome("still").everything).toBe(0);
    expect(counts.writesAfter).toBe(counts.writes);
  });
});

describe("two providers in one program", () => {
  let acme: Simulator;
  let globex: Simulator;
  let project: Project;
  const outcomes: Record<string, Outcome> = {};

  beforeAll(async () => {
    acme = await startSimulator({ seed: { members: 2 } });
    globex = await startSimulator({ seed: { members: 5 } });
    project = await makeProject("providers", { simulator: acme });
    project.settings(WITH_PLUGIN);
    project.env.TOKEN_OF_GLOBEX = globex.token;
    project.env.NOTION_SCIM_TOKEN = "of-nobody-and-long-enough";
    project.env.NOTION_SCIM_BASE_URL = "http://127.0.0.1:1/scim/v2";
    project.write(
      "index.js",
      `const { NotionUser, Provider } = require("pulumi-notion/native");
const acme = new Provider("acme", { scimToken: "${acme.token}", baseUrl: "${acme.baseUrl}" });
const globex = new Provider("globex", { scimTokenEnv: "TOKEN_OF_GLOBEX", baseUrl: "${globex.baseUrl}" });
new NotionUser("ada", { userName: "ada@example.com" }, { provider: acme });
new NotionUser("bea", { userName: "bea@example.com" }, { provider: globex });
`,
    );
    outcomes.up = await project.up();
    outcomes.imported = await project.pulumi(
      ...["import", "notion:index:NotionWorkspace", "all", "workspace", "--yes", "--protect=false"],
      ...["--provider", `globex=urn:pulumi:dev::providers::pulumi:providers:notion::globex`],
      // The host of the language would write the program; the one that can be had here is too old for it.
      "--generate-code=false",
    );
    project.env.TOKEN_OF_GLOBEX = "revoked-and-long-enough";
    outcomes.revoked = await project.refresh();
    return async () => {
      project.dispose();
      await Promise.all([acme.close(), globex.close()]);
    };
  }, 300_000);

  test("each has its own workspace, whatever the environment says", () => {
    expect(outcomes.up?.exitCode, outcomes.up?.everything).toBe(0);
    expect(acme.workspace.member("ada@example.com")).toBeDefined();
    expect(acme.workspace.member("bea@example.com")).toBeUndefined();
    expect(globex.workspace.member("bea@example.com")).toBeDefined();
  });

  test("a token is encrypted in the state, also where the program does not say that it is secret", () => {
    const provider = project.providers.find(({ urn }) => urn.endsWith("::acme"));
    expect(provider).toBeDefined();
    expect(JSON.stringify(provider)).not.toContain(acme.token);
  });

  test("a whole workspace is imported", () => {
    expect(outcomes.imported?.exitCode, outcomes.imported?.everything).toBe(0);
    const all = [...project.resources.values()].find(({ urn }) => urn.endsWith("::all"));
    expect(Object.keys(Object(all?.inputs.people))).toHaveLength(6);
  });

  test("a token that is refused names the variable to set", () => {
    expect(outcomes.revoked?.exitCode).not.toBe(0);
    expect(outcomes.revoked?.everything).toContain("set TOKEN_OF_GLOBEX");
  });
});
